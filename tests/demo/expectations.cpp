#include "tests/demo/expectations.hpp"

#include <map>
#include <set>

namespace crossdock::demo {
namespace {

namespace json = boost::json;

struct Expected {
  const char* po_number;
  const char* channel;
  const char* status;
  std::size_t shipments;
};

// 4500103 takes 850 of the 900 there are of SKU-020 from three warehouses; PO-88-003 wants 80 of
// it and gets the last 50, 30 wait.
constexpr Expected kExpected[] = {{"4500101", "north", "closed", 1},
                                  {"4500102", "north", "closed", 1},
                                  {"71001", "south", "closed", 1},
                                  {"71002", "south", "closed", 1},
                                  {"PO-88-001", "east", "closed", 1},
                                  {"PO-88-002", "east", "closed", 1},
                                  {"W-3001", "west", "closed", 1},
                                  {"W-3002", "west", "closed", 1},
                                  {"W-3003", "west", "closed", 1},
                                  {"4500103", "north", "closed", 3},
                                  {"PO-88-003", "east", "partially_shipped", 1},
                                  {"71004", "south", "closed", 1}};
constexpr std::size_t kAcknowledgements = 13;  // a 997 per group, the repeated one included

std::string text(const json::value& in, const char* key) {
  return std::string(in.at(key).as_string());
}

}  // namespace

std::vector<std::string> missing(const json::value& summary) {
  std::vector<std::string> out;
  std::map<std::string, const json::value*> orders;
  for (const auto& order : summary.at("orders").as_array()) {
    if (!orders.emplace(text(order, "po_number"), &order).second) {
      out.push_back("purchase order " + text(order, "po_number") + " became two orders");
    }
  }
  std::map<std::string, std::size_t> shipments;
  std::map<std::string, std::string> shipped_for;  // shipment to order
  for (const auto& shipment : summary.at("shipments").as_array()) {
    ++shipments[text(shipment, "order")];
    shipped_for[text(shipment, "id")] = text(shipment, "order");
    if (shipment.at("ssccs").as_array().empty() ||
        shipment.at("tracking_numbers").as_array().empty()) {
      out.push_back("a shipment of " + text(shipment, "warehouse") + " has no SSCC or no label");
    }
  }
  std::map<std::string, std::size_t> invoices;
  for (const auto& invoice : summary.at("invoices").as_array()) {
    if (text(invoice, "state") == "posted") {
      ++invoices[text(invoice, "order")];
    }
  }
  std::map<std::string, std::map<std::string, std::size_t>> documents;  // kind, what it is about
  std::size_t acknowledgements = 0;
  for (const auto& document : summary.at("documents").as_array()) {
    ++documents[text(document, "kind")][text(document, "refers_to")];
    acknowledgements += text(document, "kind") == "997" ? 1 : 0;
  }
  for (const auto& expected : kExpected) {
    const auto found = orders.find(expected.po_number);
    const std::string po = std::string("purchase order ") + expected.po_number;
    if (found == orders.end()) {
      out.push_back(po + " is not there");
      continue;
    }
    const auto id = text(*found->second, "id");
    if (text(*found->second, "channel") != expected.channel) {
      out.push_back(po + " is of channel " + text(*found->second, "channel"));
    }
    if (text(*found->second, "status") != expected.status) {
      out.push_back(po + " is " + text(*found->second, "status") + ", not " + expected.status);
    }
    if (shipments[id] != expected.shipments) {
      out.push_back(po + " has " + std::to_string(shipments[id]) + " shipments, not " +
                    std::to_string(expected.shipments));
    }
    if (invoices[id] != expected.shipments) {
      out.push_back(po + " has " + std::to_string(invoices[id]) + " posted invoices, not " +
                    std::to_string(expected.shipments));
    }
    if (documents["855"][id] != 1) {
      out.push_back(po + " has " + std::to_string(documents["855"][id]) + " 855s, not 1");
    }
  }
  for (const auto& [shipment, order] : shipped_for) {
    if (documents["856"][shipment] != 1) {
      out.push_back("shipment " + shipment + " has " + std::to_string(documents["856"][shipment]) +
                    " 856s, not 1");
    }
  }
  std::size_t invoice_documents = 0;
  for (const auto& [id, count] : documents["810"]) {
    invoice_documents += count;
  }
  if (invoice_documents != shipped_for.size()) {
    out.push_back(std::to_string(invoice_documents) + " 810s for " +
                  std::to_string(shipped_for.size()) + " shipments");
  }
  if (acknowledgements != kAcknowledgements) {
    out.push_back(std::to_string(acknowledgements) + " 997s, not " +
                  std::to_string(kAcknowledgements));
  }
  if (orders.size() != std::size(kExpected)) {
    out.push_back(std::to_string(orders.size()) + " orders, not " +
                  std::to_string(std::size(kExpected)));
  }
  if (summary.at("dead_letters").as_array().size() != 1) {
    out.push_back(std::to_string(summary.at("dead_letters").as_array().size()) +
                  " dead letters; the one cut-off purchase order was expected");
  }
  if (summary.at("duplicates").as_array().size() != 1) {
    out.push_back(std::to_string(summary.at("duplicates").as_array().size()) +
                  " duplicates; the one file sent twice was expected");
  }
  if (summary.at("messages").at("pending") != json::value(0)) {
    out.push_back(json::serialize(summary.at("messages").at("pending")) + " messages are pending");
  }
  return out;
}

}  // namespace crossdock::demo
