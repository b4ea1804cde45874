#include "host/process/fulfilment/outage.hpp"

#include <vector>

#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/inventory/publishing.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/warehouses.hpp"

namespace crossdock::host::process {
namespace {

std::vector<std::string> open_work(journal::Database& db, const std::string& warehouse) {
  auto statement = db.prepare(
      "SELECT id FROM shipments WHERE warehouse = ? AND state IN ('planned', 'label_refused', "
      "'submitted', 'accepted', 'picked') ORDER BY id");
  statement.bind(warehouse);
  std::vector<std::string> out;
  while (statement.step()) {
    out.push_back(statement.text(0));
  }
  return out;
}

std::vector<std::string> products_at(journal::Database& db, const std::string& warehouse) {
  auto statement = db.prepare("SELECT sku FROM positions WHERE warehouse = ?");
  statement.bind(warehouse);
  std::vector<std::string> out;
  while (statement.step()) {
    out.push_back(statement.text(0));
  }
  return out;
}

}  // namespace

void warehouse_status_changed(Context& context, const canonical::WarehouseStatusChange& change) {
  const auto before = status_of(context.db, context.warehouse(change.warehouse));
  const auto reason = change.reason.value_or("");
  set_status(context, change.warehouse, change.status, reason, change.actor);
  const auto after = status_of(context.db, context.warehouse(change.warehouse));
  if (before == after) {
    return;
  }
  context.alert("warehouse_" + change.status, change.warehouse,
                "warehouse " + change.warehouse + " is " + change.status +
                    (reason.empty() ? "" : ": " + reason));
  warehouse_may_have_changed(context, change.warehouse);
  if (after == canonical::WarehouseStatus::active) {
    cover_backorders(context, products_at(context.db, change.warehouse));
    return;
  }
  std::size_t picked = 0;
  for (const auto& id : open_work(context.db, change.warehouse)) {
    const auto planned = *find_shipment(context.db, id);
    const auto order = *find_order(context.db, planned.order_id);
    if (planned.state == "picked") {
      ++picked;
    } else if (planned.state == "accepted") {
      ask_back(context, planned, order, "the warehouse is " + change.status, "reroute");
    } else {
      take_away(context, planned, order, {planned.warehouse}, "the warehouse is " + change.status);
    }
    derive_status(context, planned.order_id);
  }
  if (picked > 0) {
    context.alert("picked_at_outage", change.warehouse,
                  std::to_string(picked) + " orders are picked there and were left to it");
  }
}

}  // namespace crossdock::host::process
