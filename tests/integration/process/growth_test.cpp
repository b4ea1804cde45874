// What a message costs does not grow with what was done before: no statement that the processes use
// on an order's way reads a growing table from end to end.
#include <gtest/gtest.h>

#include <set>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/trade.hpp"
#include "crossdock/canonical/transport.hpp"
#include "crossdock/canonical/warehousing.hpp"
#include "tests/support/process/world.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;

// Small for ever: one row or some per warehouse, rule set or message that is on its way.
const std::set<std::string> kSmall = {"outbox",   "handled",          "reached",   "configured",
                                      "counters", "warehouse_status", "rule_sets", "feeds"};

template <class T>
T first(const std::vector<Sent>& sent, std::string_view type) {
  for (const auto& one : sent) {
    if (one.type == type) {
      return *canonical::decode<T>(one.data).value;
    }
  }
  ADD_FAILURE() << "nothing of type " << type << " was sent";
  return {};
}

// The table that a line of a plan reads whole; empty: none.
std::string scanned(const std::string& line) {
  if (line == "SCAN CONSTANT ROW") {
    return {};  // of no table
  }
  for (const std::string word : {"SCAN ", "AUTOMATIC "}) {
    if (const auto at = line.find(word); at != std::string::npos) {
      const auto from = at + word.size();
      return line.substr(from, line.find(' ', from) - from);
    }
  }
  return {};
}

std::vector<std::string> full_scans(journal::Database& db, const std::string& sql) {
  std::vector<std::string> out;
  auto statement = db.prepare("EXPLAIN QUERY PLAN " + sql);
  while (statement.step()) {
    const auto line = statement.text(3);
    const auto table = scanned(line);
    // The first row of an index is found without reading the others.
    const bool first_only = line.find("USING") != std::string::npos && sql.ends_with("LIMIT 1");
    if (!table.empty() && !kSmall.contains(table) && !first_only) {
      out.push_back(line);
    }
  }
  return out;
}

// What partners report of an order and of stock in their own words.
void report(World& world) {
  world.settings().warehouses.at("EWR").own_labels = true;
  const auto request = first<canonical::FulfillmentRequest>(
      world.order("north", "PO-3", {{"SKU-1", 4}}), canonical::kFulfillmentRequested);
  canonical::OrderChange change;
  change.header = request.order;
  change.header.ship_to = {};
  change.purpose = "change";
  change.change_no = "1";
  auto& line = change.lines.emplace_back();
  line.line_no = "1";
  line.change = "quantity_increase";
  line.sku = "SKU-1";
  line.ordered = canonical::Quantity{50'000, "EA"};
  world.receive(canonical::kOrderChangeRequested, canonical::encode(change), "key", "edi");
  canonical::WarehouseShipment shipped;
  shipped.shipment.warehouse = "EWR";
  shipped.shipment.fulfillment_order_id = request.fulfillment_order.id;
  auto& content = shipped.shipment.packages.emplace_back().contents.emplace_back();
  content.gtin = "00614141000012";
  content.line_no = "1";
  content.quantity = {40'000, "EA"};
  world.store().prepare("UPDATE products SET gtin = '614141000012' WHERE sku = 'SKU-1'").run();
  shipped.shipment.packages.front().tracking_no = "1Z1";
  world.receive(canonical::kWarehouseShipmentReported, canonical::encode(shipped), "key", "wms");
  canonical::InventoryAdjustment adjusted;
  adjusted.warehouse = "EWR";
  adjusted.adjusted_on = *canonical::parse_date("2025-11-24");
  auto& found = adjusted.lines.emplace_back();
  found.gtin = "00614141000012";
  found.reason = "found";
  found.quantity = {10'000, "EA"};
  world.receive(canonical::kStockAdjusted, canonical::encode(adjusted), "key", "wms");
  canonical::ShipmentStatus status;
  status.tracking_no = "1Z1";
  status.legs.emplace_back().events.emplace_back().code = "delivered";
  world.receive(canonical::kShipmentStatusReported, canonical::encode(status), "key", "carrier");
  canonical::Transfer transfer;
  transfer.id = "T-1";
  transfer.from = "DFW";
  transfer.to = "EWR";
  transfer.lines.push_back({"SKU-2", {10'000, "EA"}, {}, {}, {}, {}, {}, {}});
  world.receive(canonical::kTransferDispatched, canonical::encode(transfer));
  canonical::TransferReceipt receipt;
  receipt.receipt_no = "R-1";
  receipt.received_on = *canonical::parse_date("2025-11-24");
  receipt.id = "T-1";
  receipt.to = "EWR";
  auto& arrived = receipt.lines.emplace_back();
  arrived.sku = "SKU-2";
  arrived.accepted = {10'000, "EA"};
  world.receive(canonical::kTransferReceiptReported, canonical::encode(receipt), "key", "wms");
}

TEST(Growth, NoStatementOnAnOrdersWayReadsAGrowingTableWhole) {
  const Folder folder("growth");
  World world(folder.path());
  world.add_product("SKU-1");
  world.add_product("SKU-2");
  world.count("EWR", "SKU-1", 100);
  world.count("DFW", "SKU-2", 100);
  // Shipped and invoiced, one short and with a backorder that a count covers; cancelled; repeated.
  const auto sent = world.order("north", "PO-1", {{"SKU-1", 5}, {"SKU-2", 200}});
  const auto request = first<canonical::FulfillmentRequest>(
      world.label(first<canonical::LabelRequest>(sent, canonical::kLabelRequested)),
      canonical::kFulfillmentRequested);
  const auto invoice =
      first<canonical::InvoiceRequest>(world.ship(request, 1), canonical::kInvoiceRequested);
  world.post(invoice);
  world.count("DFW", "SKU-2", 500);
  world.order("north", "PO-2", {{"SKU-1", 1}});
  world.order("north", "PO-2", {{"SKU-1", 1}}, "cancel");
  world.order("north", "PO-1", {{"SKU-1", 5}});
  report(world);

  std::size_t looked_at = 0;
  for (const auto& sql : world.store().prepared()) {
    if (!sql.starts_with("SELECT") && !sql.starts_with("UPDATE") && !sql.starts_with("DELETE") &&
        !sql.starts_with("INSERT")) {
      continue;
    }
    ++looked_at;
    for (const auto& line : full_scans(world.store(), sql)) {
      ADD_FAILURE() << line << "\n  in " << sql;
    }
  }
  EXPECT_GT(looked_at, 60u);
  // That the eye sees at all.
  EXPECT_FALSE(full_scans(world.store(), "SELECT id FROM orders WHERE customer = 'CUST'").empty());
}

}  // namespace
}  // namespace crossdock::support
