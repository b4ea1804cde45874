#include "host/process/inventory/position.hpp"

#include "crossdock/canonical/quantity.hpp"

namespace crossdock::host::process {

Position position(journal::Database& db, std::string_view sku, std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT on_hand, damaged, quality_hold, quarantine, expired, recalled, allocated, picked, "
      "soft_reserved, safety_stock, rev FROM positions WHERE sku = ? AND warehouse = ?");
  statement.bind(sku, warehouse);
  if (!statement.step()) {
    return {};
  }
  return {{statement.integer(0), statement.integer(1), statement.integer(2), statement.integer(3),
           statement.integer(4), statement.integer(5)},
          statement.integer(6),
          statement.integer(7),
          statement.integer(8),
          statement.integer(9),
          statement.integer(10)};
}

std::int64_t whole_units(std::int64_t e4) {
  return e4 <= 0 ? 0 : e4 - e4 % canonical::Quantity::kScale;
}

bool set_safety_stock(Context& context, std::string_view sku, std::string_view warehouse,
                      std::int64_t quantity) {
  context.db
      .prepare(
          "INSERT INTO positions(sku, warehouse, safety_stock, rev) VALUES(?1, ?2, ?3, 1) "
          "ON CONFLICT(sku, warehouse) DO UPDATE SET safety_stock = ?3, rev = rev + 1 "
          "WHERE safety_stock <> ?3")
      .bind(sku, warehouse, quantity)
      .run();
  return context.db.changes() > 0;
}

void add_picked(Context& context, std::string_view sku, std::string_view warehouse,
                std::int64_t delta) {
  context.db.prepare("UPDATE positions SET picked = picked + ?3 WHERE sku = ?1 AND warehouse = ?2")
      .bind(sku, warehouse, delta)
      .run();
}

}  // namespace crossdock::host::process
