#include "host/process/reservations/reservations.hpp"

#include <algorithm>

namespace crossdock::host::process {
namespace {

void change_allocated(Context& context, std::string_view sku, std::string_view warehouse,
                      std::int64_t delta) {
  if (warehouse.empty()) {
    return;
  }
  context.db
      .prepare(
          "INSERT INTO positions(sku, warehouse, allocated, rev) VALUES(?1, ?2, ?3, 1) "
          "ON CONFLICT DO UPDATE SET allocated = allocated + ?3, rev = rev + 1")
      .bind(sku, warehouse, delta)
      .run();
}

struct Held {
  std::string id;
  std::string sku;
  std::int64_t open = 0;
};

std::optional<Held> find(journal::Database& db, std::string_view order_id, std::string_view line_no,
                         std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT id, sku, open FROM reservations WHERE order_id = ? AND line_no = ? AND warehouse = "
      "?");
  statement.bind(order_id, line_no, warehouse);
  if (!statement.step()) {
    return std::nullopt;
  }
  return Held{statement.text(0), statement.text(1), statement.integer(2)};
}

std::int64_t take_out(Context& context, std::string_view order_id, std::string_view line_no,
                      std::string_view warehouse, std::int64_t quantity, bool consumed) {
  const auto held = find(context.db, order_id, line_no, warehouse);
  const std::int64_t taken = held ? std::min(held->open, quantity) : 0;
  if (taken <= 0) {
    return 0;
  }
  const char* state = taken < held->open ? (warehouse.empty() ? "backordered" : "hard")
                      : consumed         ? "consumed"
                                         : "released";
  context.db
      .prepare(
          "UPDATE reservations SET open = open - ?1, consumed = consumed + ?2, "
          "released = released + ?3, state = ?4 WHERE id = ?5")
      .bind(taken, consumed ? taken : 0, consumed ? 0 : taken, state, held->id)
      .run();
  change_allocated(context, held->sku, warehouse, -taken);
  return taken;
}

}  // namespace

void reserve(Context& context, std::string_view order_id, std::string_view line_no,
             std::string_view sku, std::string_view warehouse, std::int64_t quantity,
             int priority) {
  if (quantity <= 0) {
    return;
  }
  context.db
      .prepare(
          "INSERT INTO reservations(id, order_id, line_no, sku, warehouse, quantity, open, state, "
          "created_at, rank) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9) "
          "ON CONFLICT(order_id, line_no, warehouse) DO UPDATE SET quantity = quantity + ?6, "
          "open = open + ?6, state = ?7")
      .bind(context.ids.next("res"), order_id, line_no, sku, warehouse, quantity,
            warehouse.empty() ? "backordered" : "hard", context.now_ns, -priority)
      .run();
  change_allocated(context, sku, warehouse, quantity);
}

std::int64_t reserve_exactly(Context& context, std::string_view order_id, std::string_view line_no,
                             std::string_view sku, std::string_view warehouse,
                             std::int64_t quantity, int priority) {
  const auto held = find(context.db, order_id, line_no, warehouse);
  const std::int64_t difference = quantity - (held ? held->open : 0);
  if (difference > 0) {
    reserve(context, order_id, line_no, sku, warehouse, difference, priority);
  } else if (difference < 0) {
    release(context, order_id, line_no, warehouse, -difference);
  }
  return difference;
}

std::int64_t consume(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity) {
  return take_out(context, order_id, line_no, warehouse, quantity, true);
}

std::int64_t release(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity) {
  return take_out(context, order_id, line_no, warehouse, quantity, false);
}

}  // namespace crossdock::host::process
