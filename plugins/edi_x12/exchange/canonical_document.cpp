#include "plugins/edi_x12/exchange/canonical_document.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/invoice.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "plugins/edi_x12/exchange/json_members.hpp"
#include "plugins/edi_x12/exchange/warehouse_documents.hpp"

namespace crossdock::edi {
namespace {

namespace json = boost::json;

// Members that are not there yet.
void add(json::object& into, const json::object& from, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto* value = from.if_contains(name);
        value != nullptr && into.if_contains(name) == nullptr) {
      into[name] = *value;
    }
  }
}

// The order line that a content is of: by its number, else by its product.
const json::object* line_of(const json::array& lines, const json::object& content) {
  const auto number = text_at(content, "line_no");
  for (const auto& one : lines) {
    const bool same = number.empty() ? text_at(one.as_object(), "sku") == text_at(content, "sku")

                                     : text_at(one.as_object(), "line_no") == number;
    if (same) {
      return one.if_object();
    }
  }
  return nullptr;
}

// A date that a set must bear and the document leaves open: the day of an instant in it.
void date_from(json::object& in, const char* name, const std::string& instant) {
  if (in.if_contains(name) == nullptr && instant.size() >= 10) {
    in[name] = instant.substr(0, 10);
  }
}

// What a ship notice says of a carton's contents stands with the order's lines; what it says of the
// shipment as a whole, with its cartons.
void complete_notice(json::object& notice) {
  auto* shipment = notice.if_contains("shipment");
  if (shipment == nullptr || !shipment->is_object()) {
    return;
  }
  static const json::array kNone;
  const auto* lines = list_in(notice, "lines");
  auto& whole = shipment->get_object();
  std::int64_t weight = 0;
  if (auto* packages = list_in(whole, "packages")) {
    for (auto& package : *packages) {
      auto& one = package.as_object();
      if (const auto* grams = one.if_contains("weight_g"); grams != nullptr && grams->is_int64()) {
        weight += grams->get_int64();
      }
      auto* contents = list_in(one, "contents");
      for (std::size_t i = 0; contents != nullptr && i < contents->size(); ++i) {
        auto& content = (*contents)[i].as_object();
        if (const auto* line = line_of(lines == nullptr ? kNone : *lines, content)) {
          add(content, *line, {"line_no", "gtin", "buyer_part", "ordered"});
        }
      }
    }
  }
  if (const auto* packages = list_in(whole, "packages");
      packages != nullptr && !packages->empty() && whole.if_contains("package_code") == nullptr) {
    whole["package_code"] = "CTN";
  }
  if (weight > 0 && whole.if_contains("weight_g") == nullptr) {
    whole["weight_g"] = weight;
  }
}

// What of a line is neither taken nor put off is refused.
void complete_answer(json::object& answer) {
  auto* lines = list_in(answer, "lines");
  for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
    auto& line = (*lines)[i].as_object();
    std::int64_t left = 0;
    for (const auto& [name, sign] :
         {std::pair("ordered.value", 1), {"acknowledged.value", -1}, {"backordered.value", -1}}) {
      left += sign * canonical::parse_decimal(text_at(line, name), 4).value_or(0);
    }
    if (left > 0 && line.if_contains("rejected") == nullptr) {
      line["rejected"] = json::object{{"value", canonical::decimal_text(left, 4)},
                                      {"uom", text_at(line, "ordered.uom")}};
    }
  }
}

// X12 has a word for the kind of terms (data element 336), and wants the days with a discount.
void complete_terms(json::object& terms) {
  const bool discounts = terms.contains("discount");
  terms.emplace("kind", discounts ? "08" : "01");
  if (const auto* net = terms.if_contains("net_days"); net != nullptr && discounts) {
    const json::value days = *net;
    terms.emplace("discount_days", days);
  }
}

// An invoice names one tracking number and no cartons; a grocer's counts the units.
void complete_invoice(json::object& notice) {
  std::int64_t units = 0;
  auto* invoice = object_in(notice, "invoice");
  const auto* lines = invoice == nullptr ? nullptr : invoice->if_contains("lines");
  if (auto* terms = invoice == nullptr ? nullptr : object_in(*invoice, "terms")) {
    complete_terms(*terms);
  }
  for (const auto& line : lines == nullptr ? json::array() : lines->as_array()) {
    units += canonical::parse_decimal(text_at(line.as_object(), "quantity.value"), 4).value_or(0);
  }
  auto* shipment = notice.if_contains("shipment");
  if (shipment == nullptr || !shipment->is_object()) {
    return;
  }
  auto& whole = shipment->get_object();
  whole.emplace("units", canonical::decimal_text(units, 4));
  if (text_at(whole, "carrier_scac").empty() && text_at(whole, "carrier_name").empty()) {
    return;  // a number of a carrier whom nobody knows
  }
  if (auto* packages = list_in(whole, "packages")) {
    for (const auto& package : *packages) {
      const auto number = text_at(package.as_object(), "tracking_no");
      if (!number.empty() && whole.if_contains("tracking_ref") == nullptr) {
        whole["tracking_ref"] = number;
      }
    }
  }
}

// Lines that have no number are counted; a price that is not said is none, for whoever prices
// orders to find.
void number_lines(json::object& document, const std::string& currency) {
  auto* lines = list_in(document, "lines");
  for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
    auto& line = (*lines)[i].as_object();
    if (line.if_contains("line_no") == nullptr) {
      line["line_no"] = std::to_string(i + 1);
    }
    if (!currency.empty() && line.if_contains("unit_price") == nullptr) {
      line["unit_price"] = json::object{{"amount", "0"}, {"currency", currency}};
    }
  }
}

// A line without any ACK is taken as it was ordered.
void accept_what_is_not_spoken_of(json::object& answer) {
  auto* lines = list_in(answer, "lines");
  for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
    auto& line = (*lines)[i].as_object();
    const bool silent =
        text_at(line, "status") == "accepted" && text_at(line, "acknowledged.value") == "0" &&
        line.if_contains("backordered") == nullptr && line.if_contains("rejected") == nullptr;
    if (const auto* ordered = line.if_contains("ordered"); silent && ordered != nullptr) {
      const json::value all = *ordered;
      line["acknowledged"] = all;
    }
  }
}

// What X12 leaves to be worked out: a line's amount is its quantity at its price. A seller's
// invoice bears his numbers only.
void work_out_amounts(json::object& notice) {
  const auto bol = text_at(notice, "shipment.bol");
  // Of the shipment it says something at most, and nothing of its packing.
  auto& shipment = notice["shipment"];
  if (!shipment.is_object()) {
    shipment = json::object();
  }
  auto& shipped = shipment.get_object();
  shipped["state"] = "unknown";
  shipped["packages"] = json::array();
  if (shipped.if_contains("warehouse") == nullptr) {
    shipped["warehouse"] = "";
  }
  auto* found = notice.if_contains("invoice");
  if (found == nullptr || !found->is_object()) {
    return;
  }
  auto& invoice = found->get_object();
  number_lines(invoice, "");
  const auto otherwise = [&](const char* name, const std::string& value) {
    if (invoice.if_contains(name) == nullptr) {
      invoice[name] = value;
    }
  };
  otherwise("id", text_at(invoice, "number"));
  otherwise("order_id", text_at(notice, "order.po_number"));
  otherwise("shipment_id", bol);
  auto* lines = list_in(invoice, "lines");
  for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
    auto& line = (*lines)[i].as_object();
    const auto quantity = canonical::parse_decimal(text_at(line, "quantity.value"), 4);
    const auto price = canonical::parse_decimal(text_at(line, "unit_price.amount"), 6);
    if (line.if_contains("amount") != nullptr || !quantity || !price) {
      continue;
    }
    const std::string currency = text_at(line, "unit_price.currency");
    const auto amount = canonical::extended({*price, currency}, {*quantity, ""});
    if (amount) {
      line["amount"] =
          json::object{{"amount", canonical::to_string(*amount)}, {"currency", currency}};
    }
  }
}

// A party that is named by its number alone has no city. Where nothing is said of a party that the
// document must have, it is there and says nothing; but an order that names no place is none.
void complete_addresses(json::object& document, bool ordering) {
  const auto complete = [](json::object* address) {
    if (address != nullptr) {
      address->emplace("city", "");
      address->emplace("country", "US");
    }
  };
  for (const char* name :
       {"ship_from", "ship_to", "warehouse_party", "location", "header", "order", "invoice"}) {
    auto* one = object_in(document, name);
    if (one == nullptr) {
      continue;
    }
    const std::string_view about = name;
    if (about != "header" && about != "order" && about != "invoice") {
      complete(one);
      continue;
    }
    if (about == "order" || (about == "header" && !ordering)) {
      one->emplace("ship_to", json::object{{"name", ""}});
    }
    for (const char* party : {"ship_to", "bill_to", "remit_to"}) {
      complete(object_in(*one, party));
    }
  }
}

// Many write an SSCC with its application identifier 00 before it; the number is what follows.
void strip_identifiers(json::value& value) {
  if (auto* list = value.if_array()) {
    for (auto& one : *list) {
      strip_identifiers(one);
    }
  } else if (auto* object = value.if_object()) {
    for (auto& [name, inner] : *object) {
      auto* text = inner.if_string();
      if (text != nullptr && name == "sscc" && text->size() == 20 && text->starts_with("00")) {
        text->erase(0, 2);
      } else {
        strip_identifiers(inner);
      }
    }
  }
}

// What a document says only by its set, or leaves to be counted; what a warehouse's report says
// only by its sender.
std::string completed(const x12::MapTable& table, std::string text, const Sender& sender,
                      std::optional<OurNumber>& about, std::vector<std::string>& problems) {
  json::error_code error;
  auto document = json::parse(text, error);
  if (error || !document.is_object()) {
    return text;
  }
  auto& object = document.get_object();
  if (table.entity == "order") {
    number_lines(object, text_at(object, "header.currency"));
  } else if (table.entity == "order_acknowledgement") {
    number_lines(object, "");
    accept_what_is_not_spoken_of(object);
  } else if (table.entity == "invoice_notice") {
    work_out_amounts(object);
  } else if (table.entity == "ship_notice") {
    object.emplace("ship_from", json::object{{"name", ""}});
    if (auto* shipment = object_in(object, "shipment")) {
      shipment->emplace("warehouse", "");  // a supplier's is none of ours
    }
  } else if (table.entity == "inventory_snapshot") {
    // Who says only what is free to sell has at least that.
    auto* lines = list_in(object, "lines");
    for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
      auto& line = (*lines)[i].as_object();
      if (const auto* available = line.if_contains("available");
          available != nullptr && line.if_contains("on_hand") == nullptr) {
        const json::value quantity = *available;
        line["on_hand"] = quantity;
      }
    }
  }
  about = complete_report(table.entity, object, sender, problems);
  strip_identifiers(document);
  complete_addresses(object, table.entity == "order");
  return json::serialize(document);
}

// Whom a document goes to: the warehouse that it names, else the buyer's channel.
const TradingPartner* addressee_of(const json::object& document, const TradingPartners& partners,
                                   std::vector<std::string>& problems) {
  const auto first_of = [&](std::initializer_list<const char*> paths) {
    for (const char* path : paths) {
      if (auto text = text_at(document, path); !text.empty()) {
        return text;
      }
    }
    return std::string();
  };
  const auto channel = first_of({"order.channel", "header.channel", "channel"});
  const auto* to = partners.of_warehouse(first_of({"warehouse"}));
  to = to == nullptr ? partners.named(channel) : to;
  if (to == nullptr) {
    problems.push_back("channel " + channel +
                       " is not a trading partner of this connector; add a partner block");
  }
  return to;
}

}  // namespace

Message canonical_message(const x12::MapTable& table, std::string text, const Sender& sender,
                          const std::string& key, std::vector<std::string>& problems) {
  Message out;
  const auto& channel = sender.partner.name();
  std::optional<OurNumber> about;
  text = completed(table, std::move(text), sender, about, problems);
  const auto* entity = canonical::entity_of(table.received);
  if (entity != nullptr) {
    for (const auto& problem : entity->check(text)) {
      problems.push_back(problem.path + " " + problem.message);
    }
    out.dataschema = entity->dataschema;
  }
  if (!problems.empty()) {
    return out;
  }
  const auto parsed = json::parse(text);
  const auto& document = parsed.as_object();
  out.type = table.received;
  out.idempotency_key = key;
  // Documents of one order stay in order.
  auto order = text_at(document, "header.po_number");
  if (order.empty()) {
    order = text_at(document, "order.po_number");
  }
  out.business_key =
      order.empty() ? table.entity + ":" + channel : "order:" + channel + ":" + order;
  if (about && !about->business_key.empty()) {
    out.business_key = about->business_key;  // in order with what else happens to it
  }
  if (about) {
    out.correlation_id = about->correlation_id;
    out.subject = about->id;
  }
  if (const auto placed = canonical::parse_instant(text_at(document, "header.placed_at"))) {
    out.occurred_at_ns = placed->ns;
  }
  out.data = std::move(text);
  return out;
}

Prepared prepare(const Message& message, const TradingPartners& partners,
                 std::vector<std::string>& problems) {
  Prepared out;
  if (const auto* entity = canonical::entity_of(message.type)) {
    for (const auto& problem : entity->check(message.data)) {
      problems.push_back(problem.path + " " + problem.message);
    }
  }
  json::error_code error;
  auto parsed = json::parse(message.data, error);
  if (error || !parsed.is_object()) {
    problems.emplace_back("the message's data is no JSON object");
  }
  if (!problems.empty()) {
    return out;
  }
  auto& document = parsed.get_object();
  if (is_for_warehouse(message.type)) {
    auto ready = prepare_for_warehouse(message, partners, document, problems);
    out.to = ready.to;
    out.note = std::move(ready.note);
    out.written_as = message.type == canonical::kFulfillmentCancelRequested
                         ? std::string(canonical::kFulfillmentRequested)
                         : message.type;
    out.json = json::serialize(document);
    return out;
  }
  out.written_as = message.type;
  out.to = addressee_of(document, partners, problems);
  if (auto* order = document.if_contains("order"); order != nullptr && order->is_object()) {
    date_from(order->get_object(), "po_date", text_at(document, "order.placed_at"));
  }
  const auto shipped_at = text_at(document, "shipment.shipped_at");
  if (message.type == canonical::kOrderAcknowledged) {
    complete_answer(document);
  } else if (message.type == canonical::kShipmentAdvised) {
    complete_notice(document);
    if (document.if_contains("issued_at") == nullptr && !shipped_at.empty()) {
      document["issued_at"] = shipped_at;
    }
  } else if (message.type == canonical::kInvoiceIssued) {
    complete_invoice(document);
    date_from(document.at("invoice").as_object(), "invoice_date", shipped_at);
  }
  out.json = json::serialize(document);
  return out;
}

}  // namespace crossdock::edi
