#include "host/process/fulfilment/shortfall.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/position.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/reservations/rows.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::string_view kTimer = "shortfall";
constexpr std::string_view kWhy = "is not there: fewer were counted than were promised";

// Plans with a line that no warehouse has heard of.
void withdraw_plans(Context& context, std::string_view order_id, std::string_view line_no,
                    std::string_view warehouse) {
  for (const auto& planned : plans_of(context.db, order_id)) {
    const bool has_line =
        std::any_of(planned.lines.begin(), planned.lines.end(),
                    [&](const PlannedLine& line) { return line.line_no == line_no; });
    if (planned.warehouse == warehouse && is_only_planned(planned) && has_line) {
      withdraw_plan(context, planned);
    }
  }
}

// Takes from a line at a warehouse what that has not in hand, at most `quantity`.
std::int64_t give_up(Context& context, const std::string& order_id, const std::string& line_no,
                     const std::string& warehouse, std::int64_t quantity) {
  const auto free = open_at(context.db, order_id, line_no, warehouse) -
                    in_hand(context.db, order_id, line_no, warehouse);
  const auto taken = std::min(free, quantity);
  if (taken <= 0) {
    return 0;
  }
  withdraw_plans(context, order_id, line_no, warehouse);
  return displace(context, order_id, line_no, warehouse, taken, kWhy);
}

void give_up_all(Context& context, const std::string& order_id) {
  std::set<std::pair<std::string, std::string>> held;
  for (const auto& row : rows_of(context.db, order_id)) {
    if (row.open > 0 && row.place != kNoPlace && row.place != kGroupPlace) {
      held.emplace(row.line_no, row.place);
    }
  }
  for (const auto& [line_no, place] : held) {
    give_up(context, order_id, line_no, place, INT64_MAX);
  }
}

// So many units of a line have at least so much of the component in them. Whole ones: half a unit
// given up is of no use to anybody.
std::int64_t whole_lines(std::int64_t component_quantity, std::int64_t factor) {
  const auto scale = canonical::Quantity::kScale;
  auto out = whole_units(in_product(component_quantity, factor));
  while (in_component(out, factor) < component_quantity) {
    out += scale;
  }
  return out;
}

struct Candidate {
  std::string order_id;
  std::string line_no;
  std::int64_t factor = 0;
};

std::vector<Candidate> last_come(journal::Database& db, std::string_view sku,
                                 std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT order_id, line_no, factor FROM reservations WHERE sku = ? AND warehouse = ? AND open "
      "> 0 AND state = 'hard' AND demand = 'order' ORDER BY rank DESC, created_at DESC, id DESC");
  statement.bind(sku, warehouse);
  std::vector<Candidate> out;
  while (statement.step()) {
    out.push_back({statement.text(0), statement.text(1), statement.integer(2)});
  }
  return out;
}

}  // namespace

std::int64_t shortfall(journal::Database& db, std::string_view sku, std::string_view warehouse) {
  const auto at = position(db, sku, warehouse);
  const auto missing = at.allocated - at.stock.sellable();
  if (missing <= 0) {
    return 0;
  }
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(l.planned), 0) FROM shipments s "
      "JOIN shipment_lines l ON l.shipment_id = s.id WHERE s.warehouse = ? AND s.state IN "
      "('submitted', 'accepted') AND l.sku = ?");
  statement.bind(warehouse, sku);
  statement.step();
  return std::max<std::int64_t>(0, missing - statement.integer(0));
}

void note_shortfall(Context& context, std::string_view sku, std::string_view warehouse) {
  set_timer(context, kTimer, std::string(warehouse) + "\t" + std::string(sku), context.now_ns);
}

void shortfall_noted(Context& context, const std::string& key) {
  const auto tab = key.find('\t');
  const auto warehouse = key.substr(0, tab);
  const auto sku = key.substr(tab + 1);
  auto missing = shortfall(context.db, sku, warehouse);
  std::set<std::string> orders;
  for (const auto& one : last_come(context.db, sku, warehouse)) {
    if (missing <= 0) {
      break;
    }
    const auto order = find_order(context.db, one.order_id);
    if (!order) {
      continue;
    }
    const auto wanted = whole_lines(missing, one.factor);
    const auto given = give_up(context, one.order_id, one.line_no, warehouse, wanted);
    if (given == 0) {
      continue;
    }
    missing -= in_component(given, one.factor);
    orders.insert(one.order_id);
    log_order(context, one.order_id, "displaced",
              "line " + one.line_no + ": what it held at " + warehouse + " " + std::string(kWhy));
    if (shortage_policy(context.settings, order->header.channel, order->requested) ==
        ShortagePolicy::ship_complete) {
      give_up_all(context, one.order_id);
    }
  }
  if (orders.empty()) {
    return;
  }
  cover_backorders(context, {sku});
  for (const auto& order_id : orders) {
    proceed(context, order_id);  // what it still holds, in plans without the line
    derive_status(context, order_id);
  }
}

}  // namespace crossdock::host::process
