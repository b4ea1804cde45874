#include "host/process/orders/backorders.hpp"

#include <algorithm>

#include "host/process/fulfilment/planning.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/reservations/rows.hpp"
#include "host/process/sourcing/sourcing.hpp"

namespace crossdock::host::process {
namespace {

constexpr int kPage = 200;

// A place in the queue of a product.
struct Waiting {
  std::int64_t rank = INT64_MIN;
  std::int64_t since = INT64_MIN;
  std::string reservation;
  std::string order_id;
};

std::vector<Waiting> next_waiting(journal::Database& db, const std::string& sku,
                                  const Waiting& after) {
  std::vector<Waiting> out;
  auto statement = db.prepare(
      "SELECT rank, created_at, id, order_id FROM reservations WHERE sku = ?1 AND state = "
      "'backordered' AND (rank, created_at, id) > (?2, ?3, ?4) ORDER BY rank, created_at, id "
      "LIMIT ?5");
  statement.bind(sku, after.rank, after.since, after.reservation, kPage);
  while (statement.step()) {
    out.push_back(
        {statement.integer(0), statement.integer(1), statement.text(2), statement.text(3)});
  }
  return out;
}

// In the lines' own products: a kit waits by its components and is covered as a kit.
std::vector<Demand> waiting_lines(journal::Database& db, const std::string& order_id) {
  std::vector<Demand> out;
  auto statement = db.prepare(
      "SELECT l.line_no, l.sku FROM order_lines l WHERE l.order_id = ?1 AND EXISTS(SELECT 1 FROM "
      "reservations r WHERE r.order_id = ?1 AND r.line_no = l.line_no AND r.warehouse = '' AND "
      "r.open > 0) ORDER BY l.number");
  statement.bind(order_id);
  while (statement.step()) {
    out.push_back({statement.text(0), statement.text(1), 0});
  }
  for (auto& one : out) {
    one.quantity = open_at(db, order_id, one.line_no, kNoPlace);
  }
  return out;
}

// A demand that is no order (a cart, a project) takes what there is, warehouse by warehouse.
void cover_demand(Context& context, const std::string& demand) {
  for (const auto& row : rows_of(context.db, demand)) {
    if (row.place != kNoPlace || row.open == 0) {
      continue;
    }
    AvailableStock stock(context.db, context.settings, row.channel, context.now_ns);
    auto waiting = row.open;
    for (const auto& [code, one] : context.settings.warehouses) {
      const auto taken = std::min(waiting, stock.left(row.sku, code));
      if (taken > 0 && row.factor == canonical::Quantity::kScale) {
        waiting -= move_hold(context, demand, row.line_no, kNoPlace, code, taken);
        stock.take(row.sku, code, taken);
      }
    }
  }
}

void cover_order(Context& context, const std::string& order_id) {
  const auto order = find_order(context.db, order_id);
  if (!order) {
    cover_demand(context, order_id);
    return;
  }
  const auto demands = waiting_lines(context.db, order_id);
  if (demands.empty()) {
    return;
  }
  const auto routing = route(context, wanted_of(context, order_id, *order, demands));
  const bool complete = shortage_policy(context.settings, order->header.channel,
                                        order->requested) == ShortagePolicy::ship_complete;
  if (routing.choices.empty() || (complete && !routing.shortages.empty())) {
    return;
  }
  // What holds the order back holds this back, too: it gets no warehouse yet.
  const bool held_back = order->released_at_ns == 0 || has_open_hold(context.db, order_id);
  const int priority = channel_priority(context.settings, order->header.channel);
  for (const auto& choice : routing.choices) {
    release(context, order_id, choice.line_no, kNoPlace, choice.quantity);
    reserve(context, order_id, choice.line_no, choice.sku,
            held_back ? kGroupPlace : std::string_view(choice.warehouse), choice.quantity,
            priority);
  }
  if (!held_back) {
    record_decision(context, order_id, routing);
    note_promise(context, order_id, routing.ship_on, routing.arrives_on);
    plan_shipments(context, order_id, *order, routing.choices);
  }
  derive_status(context, order_id);
}

}  // namespace

void cover_backorders(Context& context, const std::vector<std::string>& skus) {
  for (const auto& sku : skus) {
    Waiting last;
    for (auto page = next_waiting(context.db, sku, last); !page.empty();
         page = next_waiting(context.db, sku, last)) {
      for (const auto& one : page) {
        if (available_to_sell(context.db, context.settings, sku, "") == 0) {
          break;
        }
        cover_order(context, one.order_id);
      }
      if (available_to_sell(context.db, context.settings, sku, "") == 0) {
        break;
      }
      last = page.back();
    }
  }
}

}  // namespace crossdock::host::process
