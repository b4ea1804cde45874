#include "plugins/edi_x12/exchange/warehouse_documents.hpp"

#include <map>

#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/quantity.hpp"
#include "crossdock/canonical/warehousing.hpp"
#include "crossdock/words.hpp"
#include "plugins/edi_x12/exchange/json_members.hpp"

namespace crossdock::edi {
namespace {

namespace json = boost::json;

std::int64_t quantity_in(const json::object& of, std::string_view path) {
  return canonical::parse_decimal(text_at(of, path), 4).value_or(0);
}

// The sum of the quantities of lines, as a set's summary bears it.
std::string units_of(json::object& document, const char* lines_name, std::string_view quantity) {
  std::int64_t sum = 0;
  auto* lines = list_in(document, lines_name);
  for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
    sum += quantity_in((*lines)[i].as_object(), quantity);
  }
  return canonical::decimal_text(sum, 4);
}

// A 940: the work's number within its room, its units counted, the warehouse by its partner's
// number.
void prepare_request(json::object& document, const std::string& his_code) {
  auto& work = document.at("fulfillment_order").as_object();
  const auto warehouse = text_at(work, "warehouse");
  const auto units = units_of(work, "lines", "quantity.value");
  work["id"] = number_of_ours(text_at(work, "id"), kDepositorNumber);
  // Who ships by his own labels is told the service in words (W6605, routing).
  const auto service = text_at(work, "service");
  if (auto* shipment = object_in(document, "shipment"); shipment != nullptr && !service.empty()) {
    shipment->emplace("carrier_name", service);
  }
  document["purpose"] = "original";  // members of the document move from here on
  document["ordered_units"] = units;
  if (auto* order = object_in(document, "order")) {
    if (const auto placed = text_at(*order, "placed_at");
        placed.size() >= 10 && !order->contains("po_date")) {
      (*order)["po_date"] = placed.substr(0, 10);
    }
  }
  if (!his_code.empty()) {
    document["ship_from"] = json::object{{"name", warehouse}, {"location_code", his_code}};
  }
}

// A 940 that asks work back names it, and nothing else of it.
void prepare_cancellation(json::object& document, const std::string& his_code) {
  const auto warehouse = text_at(document, "warehouse");
  const auto number = number_of_ours(text_at(document, "fulfillment_order_id"), kDepositorNumber);
  const auto reason = text_at(document, "reason");
  document =
      json::object{{"purpose", "cancel"}, {"fulfillment_order", json::object{{"id", number}}}};
  if (!reason.empty()) {
    document["notes"] =
        json::array{json::object{{"qualifier", "GEN"}, {"text", outside::words(reason, 80)}}};
  }
  if (!his_code.empty()) {
    document["ship_from"] = json::object{{"name", warehouse}, {"location_code", his_code}};
  }
}

// A 943: the transfer's number within its room, its units counted. Who brings it nobody says, but
// the set must (W27: how, and by whom).
void prepare_announcement(json::object& document, const std::string& his_code) {
  document["id"] = number_of_ours(text_at(document, "id"), kShipmentNumber);
  document["units"] = units_of(document, "lines", "shipped.value");
  document.emplace("transport_mode", "M");
  if (document.if_contains("carrier_scac") == nullptr) {
    document.emplace("carrier_name", "UNSPECIFIED");
  }
  if (!his_code.empty()) {
    auto* there = object_in(document, "ship_to");
    if (there == nullptr) {
      document["ship_to"] = json::object{{"name", text_at(document, "to")}};
      there = object_in(document, "ship_to");
    }
    (*there)["location_code"] = his_code;
  }
}

// The number by which the sender says which of his warehouses he means.
std::string place_in(const std::string& entity, const json::object& document) {
  return text_at(document, entity == "warehouse_shipment" ? "ship_from.location_code"
                           : entity == "transfer_receipt" ? "warehouse_party.location_code"
                                                          : "location.location_code");
}

// Some write an LX for each line, so that a carton stands in several; it is one.
void join_cartons(json::array& packages) {
  std::map<std::string, std::size_t> seen;
  json::array out;
  for (auto& package : packages) {
    auto& one = package.as_object();
    const auto sscc = text_at(one, "sscc");
    const auto [known, added] = seen.emplace(sscc, out.size());
    auto* contents = list_in(one, "contents");
    if (sscc.empty() || added || contents == nullptr) {
      out.push_back(one);
      continue;
    }
    auto& earlier = out[known->second].as_object();
    if (!earlier.contains("contents")) {
      earlier["contents"] = json::array();
    }
    auto& into = earlier.at("contents").as_array();
    into.insert(into.end(), contents->begin(), contents->end());
  }
  packages = std::move(out);
}

// A line that nothing of was shipped is no content of a carton, but what is missing.
void part_shipped_from_missing(json::object& shipment) {
  auto* packages = list_in(shipment, "packages");
  if (packages == nullptr) {
    shipment["packages"] = json::array();
    packages = list_in(shipment, "packages");
  }
  join_cartons(*packages);
  json::array missing;
  for (auto& package : *packages) {
    auto& one = package.as_object();
    auto* contents = list_in(one, "contents");
    json::array shipped;
    for (std::size_t i = 0; contents != nullptr && i < contents->size(); ++i) {
      auto& content = (*contents)[i].as_object();
      content.emplace("line_no", "");
      content.emplace("sku", "");
      if (quantity_in(content, "quantity.value") != 0) {
        shipped.push_back(content);
        continue;
      }
      missing.push_back(
          json::object{{"line_no", content.at("line_no")},
                       {"sku", content.at("sku")},
                       {"kind", "short"},
                       {"quantity", content.contains("ordered") ? content.at("ordered")
                                                                : content.at("quantity")}});
    }
    one["contents"] = std::move(shipped);
  }
  if (packages->empty()) {
    packages->push_back(json::object{{"contents", json::array()}});
  }
  if (!missing.empty()) {
    shipment["exceptions"] = std::move(missing);
  }
}

std::optional<OurNumber> complete_shipment(json::object& document, const std::string& warehouse,
                                           const Sender& sender) {
  auto* shipment = object_in(document, "shipment");
  if (shipment == nullptr) {
    return std::nullopt;  // the check of the whole says it
  }
  (*shipment)["warehouse"] = warehouse;
  // What is reported under the shipment's own number is known by it on both sides.
  if (const auto theirs = text_at(*shipment, "id"); !theirs.empty()) {
    (*shipment)["external_ref"] = theirs;
  }
  auto about = sender.ours(text_at(*shipment, "fulfillment_order_id"));
  if (about) {
    (*shipment)["fulfillment_order_id"] = about->id;
  }
  part_shipped_from_missing(*shipment);
  document.emplace("order", json::object());
  auto& order = document.at("order").as_object();
  order.emplace("customer", "");  // whose order it is, the host knows
  return about;
}

}  // namespace

bool is_for_warehouse(std::string_view message_type) {
  return message_type == canonical::kFulfillmentRequested ||
         message_type == canonical::kFulfillmentCancelRequested ||
         message_type == canonical::kTransferAnnounced;
}

ForWarehouse prepare_for_warehouse(const Message& message, const TradingPartners& partners,
                                   json::object& document, std::vector<std::string>& problems) {
  const bool asks = message.type == canonical::kFulfillmentRequested;
  const bool cancels = message.type == canonical::kFulfillmentCancelRequested;
  const auto warehouse = text_at(document, asks      ? "fulfillment_order.warehouse"
                                           : cancels ? "warehouse"
                                                     : "to");
  ForWarehouse out;
  out.to = partners.of_warehouse(warehouse);
  if (out.to == nullptr) {
    problems.push_back("no trading partner of this connector runs warehouse " + warehouse +
                       "; add `warehouse " + warehouse + "` to the block of who does");
    return out;
  }
  const auto code = TradingPartners::his_code(*out.to, warehouse);
  OurNumber ours{text_at(document, asks ? "fulfillment_order.id" : "id"), message.correlation_id,
                 message.business_key};
  if (asks) {
    out.note = note_of_number(out.to->name(), ours, kDepositorNumber);
    prepare_request(document, code);
  } else if (cancels) {
    prepare_cancellation(document, code);
  } else {
    out.note = note_of_number(out.to->name(), ours, kShipmentNumber);
    prepare_announcement(document, code);
  }
  return out;
}

std::optional<OurNumber> complete_report(const std::string& entity, json::object& document,
                                         const Sender& sender, std::vector<std::string>& problems) {
  const bool counts = entity == "inventory_snapshot";
  if (entity != "warehouse_shipment" && entity != "transfer_receipt" &&
      entity != "inventory_adjustment" &&
      !(counts && !sender.partner.settings->warehouses.empty())) {
    return std::nullopt;
  }
  const auto place = place_in(entity, document);
  const auto warehouse = TradingPartners::warehouse_of(sender.partner, place);
  if (warehouse.empty()) {
    problems.push_back("partner " + sender.partner.name() + " runs no warehouse " +
                       (place.empty() ? std::string("that he names") : "\"" + place + "\"") +
                       "; say in his partner block which he runs: warehouse NAME { code " +
                       (place.empty() ? "NUMBER" : place) + " }");
    return std::nullopt;
  }
  if (entity == "warehouse_shipment") {
    return complete_shipment(document, warehouse, sender);
  }
  if (entity != "transfer_receipt") {
    document["warehouse"] = warehouse;
    return std::nullopt;
  }
  document["to"] = warehouse;
  for (const char* name : {"id", "depositor_order_no"}) {
    if (auto about = sender.ours(text_at(document, name))) {
      document[name] = about->id;
      return about;
    }
  }
  return std::nullopt;
}

}  // namespace crossdock::edi
