#include "host/process/reservations/reservations.hpp"

#include <algorithm>

#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/pools.hpp"
#include "host/process/reservations/rows.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {
namespace {

std::string channel_of(journal::Database& db, std::string_view order_id) {
  auto statement = db.prepare("SELECT channel FROM orders WHERE id = ?");
  statement.bind(order_id);
  return statement.step() ? statement.text(0) : std::string();
}

const char* state_of(const Hold& wanted, std::int64_t now_ns) {
  if (wanted.place == kNoPlace) {
    return "backordered";
  }
  if (wanted.needed_at_ns > now_ns) {
    return "dated";
  }
  return wanted.kind == HoldKind::soft ? "soft" : "hard";
}

// A line that turns hard is hard as a whole: what was soft of it is confirmed first.
void agree_on_state(Context& context, const Hold& wanted, const char*& state) {
  bool soft = false;
  bool hard = false;
  {
    auto statement = context.db.prepare(
        "SELECT state FROM reservations WHERE order_id = ? AND line_no = ? AND warehouse = ? AND "
        "open > 0");
    statement.bind(wanted.order_id, wanted.line_no, wanted.place);
    while (statement.step()) {
      const auto one = statement.text(0);
      soft |= one == "soft";
      hard |= one == "hard";
    }
  }
  if (hard && std::string_view(state) == "soft") {
    state = "hard";
  }
  if (soft && std::string_view(state) == "hard") {
    confirm(context, wanted.order_id, wanted.line_no, wanted.place);
  }
}

void set_lapse(Context& context, const ReservationRow& row, std::int64_t ttl_ns) {
  if (row.state == "soft" && ttl_ns > 0) {
    const auto at = context.now_ns + ttl_ns;
    context.db.prepare("UPDATE reservations SET expires_at = ?2, ttl = ?3 WHERE id = ?1")
        .bind(row.id, at, ttl_ns)
        .run();
    set_timer(context, "hold_lapse", row.id, at);
  }
}

// To what the line holds of this product at this place already; returns the reservation's id.
std::string add_to_part(Context& context, const Hold& wanted, const Component& component,
                        std::int64_t quantity, const char* state) {
  context.db
      .prepare(
          "UPDATE reservations SET quantity = quantity + ?5, open = open + ?5, state = ?6, "
          "needed_at = ?7, rev = rev + 1 WHERE order_id = ?1 AND line_no = ?2 AND sku = ?3 AND "
          "warehouse = ?4")
      .bind(wanted.order_id, wanted.line_no, component.sku, wanted.place, quantity, state,
            wanted.needed_at_ns)
      .run();
  auto statement = context.db.prepare(
      "SELECT id FROM reservations WHERE order_id = ? AND line_no = ? AND sku = ? AND warehouse = "
      "?");
  statement.bind(wanted.order_id, wanted.line_no, component.sku, wanted.place);
  statement.step();
  return statement.text(0);
}

void hold_part(Context& context, const Hold& wanted, const Component& component, std::int64_t part,
               const char* state, const std::string& channel) {
  ReservationRow row;
  row.sku = component.sku;
  row.place = wanted.place;
  row.channel = channel;
  row.state = state;
  const auto quantity = in_component(wanted.quantity, component.factor);
  row.id = context.ids.next("res");
  context.db
      .prepare(
          "INSERT INTO reservations(id, order_id, line_no, sku, warehouse, channel, demand, "
          "quantity, open, state, part, factor, needed_at, created_at, rank) VALUES(?1, ?2, ?3, "
          "?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT(order_id, line_no, "
          "sku, warehouse) DO NOTHING")
      .bind(row.id, wanted.order_id, wanted.line_no, component.sku, wanted.place, channel,
            wanted.demand, quantity, state, part, component.factor, wanted.needed_at_ns,
            wanted.since_ns == 0 ? context.now_ns : wanted.since_ns, -wanted.priority)
      .run();
  if (context.db.changes() == 0) {
    row.id = add_to_part(context, wanted, component, quantity, state);
  }
  change_bucket(context, row, quantity);
  if (row.place != kNoPlace && row.place != kGroupPlace && row.state != "dated") {
    draw_from_pools(context, row.id, row.sku, row.place, channel, quantity);
  }
  log_event(context, row.id, state, quantity, wanted.place);
  if (row.state == "dated") {
    set_timer(context, "dated_hold", row.id, wanted.needed_at_ns);
  }
  set_lapse(context, row, wanted.ttl_ns);
}

enum class Way : std::uint8_t { consumed, released, expired, displaced };
constexpr const char* kWays[] = {"consumed", "released", "expired", "displaced"};

void take_from_row(Context& context, const ReservationRow& row, std::int64_t taken, Way way) {
  const char* name = kWays[static_cast<int>(way)];
  context.db
      .prepare("UPDATE reservations SET open = open - ?2, " + std::string(name) + " = " + name +
               " + ?2, state = CASE WHEN open = ?2 THEN ?3 ELSE state END, rev = rev + 1 WHERE id "
               "= ?1")
      .bind(row.id, taken, name)
      .run();
  change_bucket(context, row, -taken);
  if (way == Way::consumed) {
    consume_from_pools(context, row.id, taken);
  } else {
    give_back_to_pools(context, row.id, row.open - taken);
  }
  log_event(context, row.id, name, taken, row.place);
  if (taken == row.open && row.ttl_ns > 0) {
    clear_timer(context, "hold_lapse", row.id);
  }
}

std::int64_t take_out(Context& context, std::string_view order_id, std::string_view line_no,
                      std::string_view place, std::int64_t quantity, Way way) {
  const auto rows = rows_at(context.db, order_id, line_no, place);
  std::int64_t taken = rows.empty() ? 0 : quantity;
  for (const auto& row : rows) {
    taken = std::min(taken, in_product(row.open, row.factor));
  }
  if (taken <= 0) {
    return 0;
  }
  for (const auto& row : rows) {
    take_from_row(context, row, in_component(taken, row.factor), way);
  }
  return taken;
}

bool is_on_hold(journal::Database& db, std::string_view order_id) {
  auto statement = db.prepare("SELECT 1 FROM orders WHERE id = ? AND status = 'on_hold'");
  statement.bind(order_id);
  return statement.step();
}

}  // namespace

void hold(Context& context, const Hold& wanted) {
  if (wanted.quantity <= 0) {
    return;
  }
  const char* state = state_of(wanted, context.now_ns);
  if (!wanted.new_demand) {
    agree_on_state(context, wanted, state);
  }
  const auto channel = wanted.channel.empty() ? channel_of(context.db, wanted.order_id)
                                              : std::string(wanted.channel);
  std::int64_t part = 0;
  for (const auto& component : components_of(context.db, wanted.sku)) {
    hold_part(context, wanted, component, part++, state, channel);
  }
}

void reserve(Context& context, std::string_view order_id, std::string_view line_no,
             std::string_view sku, std::string_view warehouse, std::int64_t quantity,
             int priority) {
  hold(context, {.order_id = order_id,
                 .line_no = line_no,
                 .sku = sku,
                 .place = warehouse,
                 .channel = {},
                 .quantity = quantity,
                 .priority = priority});
}

std::int64_t open_at(journal::Database& db, std::string_view order_id, std::string_view line_no,
                     std::string_view place) {
  std::int64_t open = INT64_MAX;
  for (const auto& row : rows_at(db, order_id, line_no, place)) {
    open = std::min(open, in_product(row.open, row.factor));
  }
  return open == INT64_MAX ? 0 : open;
}

std::int64_t reserve_exactly(Context& context, std::string_view order_id, std::string_view line_no,
                             std::string_view sku, std::string_view warehouse,
                             std::int64_t quantity, int priority) {
  const std::int64_t difference = quantity - open_at(context.db, order_id, line_no, warehouse);
  if (difference > 0) {
    reserve(context, order_id, line_no, sku, warehouse, difference, priority);
  } else if (difference < 0) {
    release(context, order_id, line_no, warehouse, -difference);
  }
  return difference;
}

std::int64_t consume(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity) {
  return take_out(context, order_id, line_no, warehouse, quantity, Way::consumed);
}

std::int64_t release(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity) {
  return take_out(context, order_id, line_no, warehouse, quantity, Way::released);
}

std::int64_t unconsume(Context& context, std::string_view order_id, std::string_view line_no,
                       std::string_view warehouse, std::int64_t quantity) {
  const auto rows = rows_at(context.db, order_id, line_no, warehouse);
  std::int64_t back = rows.empty() ? 0 : quantity;
  for (const auto& row : rows) {
    back = std::min(back, in_product(row.consumed, row.factor));
  }
  for (auto row : rows) {
    const auto part = in_component(back, row.factor);
    if (part <= 0) {
      continue;
    }
    context.db
        .prepare(
            "UPDATE reservations SET open = open + ?2, consumed = consumed - ?2, state = 'hard', "
            "rev = rev + 1 WHERE id = ?1")
        .bind(row.id, part)
        .run();
    row.state = "hard";
    change_bucket(context, row, part);
    consume_from_pools(context, row.id, part, true);
    log_event(context, row.id, "restored", part, row.place);
  }
  return std::max<std::int64_t>(0, back);
}

std::int64_t confirm(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view place) {
  std::int64_t confirmed = 0;
  for (auto row : rows_at(context.db, order_id, line_no, place)) {
    if (row.state != "soft" || row.open == 0) {
      continue;
    }
    change_bucket(context, row, -row.open);
    row.state = "hard";
    change_bucket(context, row, row.open);
    context.db
        .prepare(
            "UPDATE reservations SET state = 'hard', expires_at = 0, rev = rev + 1 WHERE id = ?")
        .bind(row.id)
        .run();
    clear_timer(context, "hold_lapse", row.id);
    log_event(context, row.id, "confirmed", row.open, row.place);
    confirmed = in_product(row.open, row.factor);
  }
  return confirmed;
}

std::int64_t move_hold(Context& context, std::string_view order_id, std::string_view line_no,
                       std::string_view from, std::string_view to, std::int64_t quantity) {
  const auto rows = rows_at(context.db, order_id, line_no, from);
  const auto moved = take_out(context, order_id, line_no, from, quantity, Way::released);
  if (moved == 0) {
    return 0;
  }
  std::int64_t part = 0;
  for (const auto& row : rows) {
    Hold wanted{.order_id = order_id,
                .line_no = line_no,
                .sku = row.sku,
                .place = to,
                .channel = row.channel,
                .quantity = moved,
                .kind = row.state == "soft" ? HoldKind::soft : HoldKind::hard,
                .priority = static_cast<int>(-row.rank),
                .demand = row.demand,
                .ttl_ns = row.ttl_ns,
                .needed_at_ns = 0};
    const char* state = state_of(wanted, context.now_ns);
    agree_on_state(context, wanted, state);
    hold_part(context, wanted, {row.sku, row.factor}, part++, state, row.channel);
  }
  return moved;
}

std::int64_t displace(Context& context, std::string_view order_id, std::string_view line_no,
                      std::string_view warehouse, std::int64_t quantity, std::string_view why) {
  const auto rows = rows_at(context.db, order_id, line_no, warehouse);
  const auto taken = take_out(context, order_id, line_no, warehouse, quantity, Way::displaced);
  std::int64_t part = 0;
  for (const auto& row : rows) {
    if (taken == 0) {
      break;
    }
    const Hold waits{.order_id = order_id,
                     .line_no = line_no,
                     .sku = row.sku,
                     .place = kNoPlace,
                     .channel = row.channel,
                     .quantity = taken,
                     .priority = static_cast<int>(-row.rank),
                     .demand = row.demand,
                     .since_ns = row.created_at_ns};
    hold_part(context, waits, {row.sku, row.factor}, part++, "backordered", row.channel);
  }
  if (taken > 0) {
    context.alert("displaced", order_id,
                  "what line " + std::string(line_no) + " held at " + std::string(warehouse) + " " +
                      std::string(why) + "; it waits for stock");
  }
  return taken;
}

std::int64_t touch(Context& context, std::string_view order_id) {
  std::int64_t touched = 0;
  for (const auto& row : rows_of(context.db, order_id)) {
    if (row.state == "soft" && row.open > 0 && row.ttl_ns > 0) {
      set_lapse(context, row, row.ttl_ns);
      log_event(context, row.id, "extended", row.open, row.place);
      ++touched;
    }
  }
  return touched;
}

void hold_lapsed(Context& context, const std::string& reservation_id) {
  const auto row = row_by_id(context.db, reservation_id);
  if (!row || row->state != "soft" || row->open == 0) {
    return;
  }
  if (is_on_hold(context.db, row->order_id)) {
    // The order waits for a decision of ours; its stock must be there when that comes.
    set_lapse(context, *row, row->ttl_ns);
    log_event(context, row->id, "extended", row->open, row->place);
    return;
  }
  take_from_row(context, *row, row->open, Way::expired);
}

void dated_hold_due(Context& context, const std::string& reservation_id) {
  auto row = row_by_id(context.db, reservation_id);
  if (!row || row->state != "dated" || row->open == 0) {
    return;
  }
  row->state = "hard";
  context.db.prepare("UPDATE reservations SET state = 'hard', rev = rev + 1 WHERE id = ?")
      .bind(row->id)
      .run();
  change_bucket(context, *row, row->open);
  draw_from_pools(context, row->id, row->sku, row->place, row->channel, row->open);
  log_event(context, row->id, "due", row->open, row->place);
}

}  // namespace crossdock::host::process
