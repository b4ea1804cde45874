#include "host/process/orders/shortage.hpp"

#include <algorithm>
#include <vector>

#include "host/process/fulfilment/planning.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/inventory/position.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/reservations/reservations.hpp"

namespace crossdock::host::process {
namespace {

struct Held {
  std::string order_id;
  std::string line_no;
  std::int64_t open = 0;
};

// Single products only: a kit's parts are held together and a plan of it is one thing.
std::vector<Held> holds_at(journal::Database& db, const std::string& sku,
                           const std::string& warehouse) {
  std::vector<Held> out;
  auto statement = db.prepare(
      "SELECT order_id, line_no, open FROM reservations WHERE sku = ? AND warehouse = ? AND open > "
      "0 AND state = 'hard' AND demand = 'order' AND factor = 10000 ORDER BY rank DESC, created_at "
      "DESC, id DESC");
  statement.bind(sku, warehouse);
  while (statement.step()) {
    out.push_back({statement.text(0), statement.text(1), statement.integer(2)});
  }
  return out;
}

// What stands planned there, where no warehouse has any of it; false where one works on it.
bool may_give_way(Context& context, const Held& held, const std::string& warehouse,
                  std::vector<Planned>& plans) {
  for (auto& plan : plans_of(context.db, held.order_id)) {
    const bool here =
        plan.warehouse == warehouse &&
        std::any_of(plan.lines.begin(), plan.lines.end(),
                    [&](const PlannedLine& line) { return line.line_no == held.line_no; });
    if (here && is_at_work(plan)) {
      return false;
    }
    if (here && is_only_planned(plan)) {
      plans.push_back(std::move(plan));
    }
  }
  return true;
}

}  // namespace

void displace_for_shortage(Context& context, const std::string& sku, const std::string& warehouse) {
  const auto at = position(context.db, sku, warehouse);
  auto missing = at.allocated - at.stock.sellable();
  bool displaced = false;
  for (const auto& held : holds_at(context.db, sku, warehouse)) {
    if (missing <= 0) {
      break;
    }
    std::vector<Planned> plans;
    if (!may_give_way(context, held, warehouse, plans)) {
      continue;
    }
    for (const auto& plan : plans) {
      withdraw_plan(context, plan);
    }
    missing -=
        displace(context, held.order_id, held.line_no, warehouse, std::min(missing, held.open));
    displaced = true;
    if (!plans.empty()) {
      // The rest of what was planned there is planned anew.
      const auto order = find_order(context.db, held.order_id);
      for (const auto& plan : plans) {
        route_again(context, plan, *order, plan.lines, {});
      }
    }
    derive_status(context, held.order_id);
  }
  if (displaced) {
    cover_backorders(context, {sku});
  }
}

}  // namespace crossdock::host::process
