#include "host/process/invariants/orders.hpp"

#include <utility>

#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {
namespace {

// Name of the rule, and a query whose rows break it.
constexpr std::pair<const char*, const char*> kOrderViolations[] = {
    {"I5 a line is rejected, cancelled, shipped or still held",
     "SELECT l.order_id || ' ' || l.line_no FROM order_lines l WHERE l.ordered <> l.rejected + "
     "l.cancelled + l.shipped + (SELECT COALESCE(SUM(r.open * 10000 / r.factor), 0) FROM "
     "reservations r WHERE r.order_id = l.order_id AND r.line_no = l.line_no AND r.part = 0)"},
    {"I6 nothing is invoiced that did not ship",
     "SELECT order_id || ' ' || line_no FROM order_lines WHERE invoiced > shipped"},
    {"I8 what shipped was consumed from its reservation",
     "SELECT l.order_id || ' ' || l.line_no FROM order_lines l WHERE l.shipped <> (SELECT "
     "COALESCE(SUM(r.consumed * 10000 / r.factor), 0) FROM reservations r WHERE r.order_id = "
     "l.order_id AND r.line_no = l.line_no AND r.part = 0)"},
    {"one reservation per line and warehouse",
     "SELECT order_id || ' ' || line_no FROM reservations GROUP BY order_id, line_no, sku, "
     "warehouse "
     "HAVING COUNT(*) > 1"},
    {"one order per purchase order number",
     "SELECT po_number FROM orders WHERE refused = 0 GROUP BY channel, po_number HAVING COUNT(*) "
     "> "
     "1"},
    {"one invoice per shipment that left",
     "SELECT s.id FROM shipments s WHERE s.shipped_at > 0 AND (SELECT COUNT(*) FROM invoices i "
     "WHERE i.shipment_id = s.id) <> 1"},
    {"SSCCs are unique", "SELECT sscc FROM shipments GROUP BY sscc HAVING COUNT(*) > 1"},
    {"work at a warehouse is no more than what is held there",
     "SELECT s.order_id FROM shipments s JOIN shipment_lines l ON l.shipment_id = s.id WHERE "
     "s.state IN ('planned', 'label_refused', 'submitted', 'accepted') GROUP BY s.order_id, "
     "l.line_no, s.warehouse HAVING SUM(l.planned) > (SELECT COALESCE(SUM(r.open * 10000 / "
     "r.factor), "
     "0) FROM reservations r WHERE r.order_id = s.order_id AND r.line_no = l.line_no AND r.part = "
     "0 "
     "AND r.warehouse = s.warehouse)"}};

}  // namespace

std::vector<std::string> broken_order_invariants(journal::Database& db) {
  std::vector<std::string> out;
  for (const auto& [name, sql] : kOrderViolations) {
    auto statement = db.prepare(sql);
    while (statement.step()) {
      out.push_back(std::string(name) + ": " + statement.text(0));
    }
  }
  auto orders = db.prepare("SELECT id, status FROM orders");
  while (orders.step()) {
    const auto id = orders.text(0);
    const auto status = orders.text(1);
    if (const auto derived = derived_status(db, id); derived != status) {
      out.push_back("an order's status follows from its facts: " + id + " is " + status +
                    ", its facts say " + derived);
    }
  }
  return out;
}

}  // namespace crossdock::host::process
