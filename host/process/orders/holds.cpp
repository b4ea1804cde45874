#include "host/process/orders/holds.hpp"

#include <algorithm>
#include <map>

#include "crossdock/canonical/instant.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/sourcing/sourcing.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::string_view kShipAfter = "ship_after";

// Nothing of it may be worked on before that day begins at its warehouse; the earliest zone counts.
std::optional<std::int64_t> not_before(const Context& context,
                                       const canonical::RequestedDelivery& requested) {
  if (!requested.ship_after) {
    return std::nullopt;
  }
  std::optional<std::int64_t> earliest;
  for (const auto& [code, one] : context.settings.warehouses) {
    const auto& zone = one.warehouse.timezone;
    const auto at = canonical::instant_at(*requested.ship_after, 0, zone.empty() ? "UTC" : zone);
    if (at && (!earliest || at->ns < *earliest)) {
      earliest = at->ns;
    }
  }
  return earliest && *earliest > context.now_ns ? earliest : std::nullopt;
}

struct LineName {
  std::string line_no;
  std::string sku;
  std::int64_t number = 0;
};

// In the buyer's order.
std::vector<LineName> lines_of(journal::Database& db, const std::string& order_id) {
  std::vector<LineName> out;
  auto statement = db.prepare("SELECT line_no, sku, number FROM order_lines WHERE order_id = ?");
  statement.bind(order_id);
  while (statement.step()) {
    out.push_back({statement.text(0), statement.text(1), statement.integer(2)});
  }
  std::sort(out.begin(), out.end(),
            [](const LineName& a, const LineName& b) { return a.number < b.number; });
  return out;
}

// By line, then by place; units of the line, as open_at() counts them.
using ByPlace = std::map<std::string, std::map<std::string, std::int64_t>>;

ByPlace held_by(journal::Database& db, const std::string& order_id) {
  ByPlace out;
  auto statement =
      db.prepare("SELECT line_no, warehouse, open, factor FROM reservations WHERE order_id = ?");
  statement.bind(order_id);
  while (statement.step()) {
    const auto open = in_product(statement.integer(2), statement.integer(3));
    const auto [at, added] = out[statement.text(0)].try_emplace(statement.text(1), open);
    at->second = std::min(at->second, open);
  }
  return out;
}

// Shipments of which a warehouse still works on something.
constexpr std::string_view kUnderWay[] = {"planned",  "label_refused", "submitted",
                                          "accepted", "picked",        "partial"};

ByPlace planned_by(journal::Database& db, const std::string& order_id) {
  ByPlace out;
  auto statement = db.prepare(
      "SELECT l.line_no, s.warehouse, l.planned - l.shipped, s.state FROM shipments s JOIN "
      "shipment_lines l ON l.shipment_id = s.id WHERE s.order_id = ?");
  statement.bind(order_id);
  while (statement.step()) {
    const auto state = statement.text(3);
    if (std::find(std::begin(kUnderWay), std::end(kUnderWay), state) != std::end(kUnderWay)) {
      out[statement.text(0)][statement.text(1)] += statement.integer(2);
    }
  }
  return out;
}

// What the order holds at warehouses and no warehouse was asked for.
std::vector<Choice> unplanned(journal::Database& db, const std::string& order_id,
                              const std::vector<LineName>& lines) {
  std::vector<Choice> out;
  const auto held = held_by(db, order_id);
  auto planned = planned_by(db, order_id);
  for (const auto& line : lines) {
    const auto places = held.find(line.line_no);
    if (places == held.end()) {
      continue;
    }
    for (const auto& [place, open] : places->second) {
      if (place == kNoPlace || place == kGroupPlace) {
        continue;
      }
      if (const auto left = open - planned[line.line_no][place]; left > 0) {
        out.push_back({line.line_no, line.sku, place, left});
      }
    }
  }
  return out;
}

std::vector<Demand> without_warehouse(journal::Database& db, const std::string& order_id,
                                      const std::vector<LineName>& lines) {
  std::vector<Demand> out;
  const auto held = held_by(db, order_id);
  for (const auto& line : lines) {
    const auto places = held.find(line.line_no);
    if (places == held.end()) {
      continue;
    }
    const auto at = places->second.find(std::string(kGroupPlace));
    if (at != places->second.end() && at->second > 0) {
      out.push_back({line.line_no, line.sku, at->second});
    }
  }
  return out;
}

// Pins what is held for the channel's warehouses together, in one operation per line and place.
void pin(Context& context, const std::string& order_id, const KnownOrder& order,
         const std::vector<LineName>& lines) {
  const auto demands = without_warehouse(context.db, order_id, lines);
  if (demands.empty()) {
    return;
  }
  auto wanted = wanted_of(context, order_id, order, demands);
  for (const auto& demand : demands) {
    wanted.held[demand.sku] += demand.quantity;
  }
  auto routing = route(context, wanted);
  if (shortage_policy(context.settings, order.header.channel, order.requested) ==
          ShortagePolicy::ship_complete &&
      !routing.shortages.empty()) {
    routing.hold_back();
  }
  record_decision(context, order_id, routing);
  const int priority = channel_priority(context.settings, order.header.channel);
  for (const auto& choice : routing.choices) {
    move_hold(context, order_id, choice.line_no, kGroupPlace, choice.warehouse, choice.quantity);
  }
  for (const auto& shortage : routing.shortages) {
    release(context, order_id, shortage.line_no, kGroupPlace, shortage.quantity);
    reserve(context, order_id, shortage.line_no, shortage.sku, kNoPlace, shortage.quantity,
            priority);
  }
  note_promise(context, order_id, routing.ship_on, routing.arrives_on);
}

}  // namespace

void log_order(Context& context, std::string_view order_id, std::string_view what,
               std::string_view detail) {
  context.db
      .prepare("INSERT INTO order_events(order_id, at, what, detail, message) VALUES(?,?,?,?,?)")
      .bind(order_id, context.now_ns, what, detail, context.message_id)
      .run();
}

bool has_open_hold(journal::Database& db, std::string_view order_id) {
  auto statement = db.prepare("SELECT 1 FROM holds WHERE order_id = ? AND released_at = 0");
  statement.bind(order_id);
  return statement.step();
}

void raise_hold(Context& context, const std::string& order_id, const std::string& kind,
                const std::string& reason, const std::string& by) {
  context.db
      .prepare(
          "INSERT INTO holds(order_id, kind, reason, raised_by, raised_at) VALUES(?1, ?2, ?3, ?4, "
          "?5) ON CONFLICT(order_id, kind) DO UPDATE SET reason = ?3, raised_by = ?4, raised_at = "
          "?5, released_at = 0, released_by = '' WHERE released_at > 0")
      .bind(order_id, kind, reason, by, context.now_ns)
      .run();
  if (context.db.changes() > 0) {
    log_order(context, order_id, "hold raised", kind + (reason.empty() ? "" : ": " + reason));
  }
}

void release_hold(Context& context, const std::string& order_id, const std::string& kind,
                  const std::string& by) {
  context.db
      .prepare(
          "UPDATE holds SET released_at = ?3, released_by = ?4 WHERE order_id = ?1 AND kind = ?2 "
          "AND released_at = 0")
      .bind(order_id, kind, context.now_ns, by)
      .run();
  if (context.db.changes() > 0) {
    log_order(context, order_id, "hold released", kind);
  }
}

bool proceed(Context& context, const std::string& order_id) {
  const auto order = find_order(context.db, order_id);
  if (!order || is_over(order->status) || has_open_hold(context.db, order_id)) {
    return false;
  }
  if (const auto day = not_before(context, order->requested)) {
    set_timer(context, kShipAfter, order_id, *day);
    return false;
  }
  const auto lines = lines_of(context.db, order_id);
  pin(context, order_id, *order, lines);
  const bool first = order->released_at_ns == 0;
  if (first) {
    log_order(context, order_id, "released", "");
  }
  plan_shipments(context, order_id, *order, unplanned(context.db, order_id, lines));
  derive_status(context, order_id, first ? context.now_ns : 0);
  return true;
}

bool ships_later(const Context& context, const canonical::RequestedDelivery& requested) {
  return not_before(context, requested).has_value();
}

void ship_after_came(Context& context, const std::string& order_id) { proceed(context, order_id); }

}  // namespace crossdock::host::process
