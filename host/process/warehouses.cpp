#include "host/process/warehouses.hpp"

#include "host/process/sourcing/calendar.hpp"

namespace crossdock::host::process {

canonical::WarehouseStatus status_of(journal::Database& db, const WarehouseSettings& warehouse) {
  auto statement = db.prepare("SELECT status FROM warehouse_status WHERE warehouse = ?");
  statement.bind(warehouse.warehouse.code);
  if (!statement.step()) {
    return warehouse.warehouse.status;
  }
  const auto word = statement.text(0);
  return word == "active"    ? canonical::WarehouseStatus::active
         : word == "offline" ? canonical::WarehouseStatus::offline
                             : canonical::WarehouseStatus::closed;
}

void set_status(Context& context, const std::string& warehouse, const std::string& status,
                const std::string& reason, const std::string& actor) {
  const auto& settings = context.warehouse(warehouse);
  if (status != "active" && status != "offline" && status != "closed") {
    throw Refused("a warehouse is active, offline or closed, not \"" + status + "\"");
  }
  if (status == "active" && settings.warehouse.status == canonical::WarehouseStatus::active) {
    // As configured: a later word of the configuration shall hold.
    context.db.prepare("DELETE FROM warehouse_status WHERE warehouse = ?").bind(warehouse).run();
    return;
  }
  context.db
      .prepare(
          "INSERT INTO warehouse_status(warehouse, status, since, reason, actor) "
          "VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(warehouse) DO UPDATE SET status = ?2, since = "
          "?3, reason = ?4, actor = ?5")
      .bind(warehouse, status, context.now_ns, reason, actor)
      .run();
}

std::int64_t work_on(journal::Database& db, const std::string& warehouse,
                     canonical::LocalDate day) {
  auto statement = db.prepare("SELECT orders FROM workload WHERE warehouse = ? AND day = ?");
  statement.bind(warehouse, canonical::to_string(day));
  return statement.step() ? statement.integer(0) : 0;
}

void count_work(Context& context, const std::string& warehouse, int orders) {
  const auto day = today(context.warehouse(warehouse), context.now_ns);
  context.db
      .prepare(
          "INSERT INTO workload(warehouse, day, orders) VALUES(?1, ?2, MAX(0, ?3)) "
          "ON CONFLICT(warehouse, day) DO UPDATE SET orders = MAX(0, orders + ?3)")
      .bind(warehouse, canonical::to_string(day), orders)
      .run();
}

}  // namespace crossdock::host::process
