#include "host/process/warehouses.hpp"

#include "host/journal/memo.hpp"
#include "host/process/counters.hpp"
#include "host/process/sourcing/calendar.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::string_view kStatusChanges = "warehouse_status";

struct Said {
  SaidStatuses statuses;
  std::int64_t changes = 0;  // counted before the table is written to
};

struct KnownStatuses : journal::Memo<Said> {
  KnownStatuses() : Memo({"warehouse_status"}) {}
};

Said read_said(journal::Database& db) {
  Said out;
  out.changes = counter_of(db, kStatusChanges);
  auto statement = db.prepare("SELECT warehouse, status FROM warehouse_status");
  while (statement.step()) {
    const auto word = statement.text(1);
    out.statuses.emplace(statement.text(0), word == "active" ? canonical::WarehouseStatus::active
                                            : word == "offline"
                                                ? canonical::WarehouseStatus::offline
                                                : canonical::WarehouseStatus::closed);
  }
  return out;
}

Said said(journal::Database& db) {
  return db.kept<KnownStatuses>().get(db, "", [&] { return read_said(db); });
}

}  // namespace

SaidStatuses said_statuses(journal::Database& db) { return said(db).statuses; }

std::int64_t status_changes(journal::Database& db) { return said(db).changes; }

canonical::WarehouseStatus status_of(const SaidStatuses& said, const WarehouseSettings& warehouse) {
  const auto found = said.find(warehouse.warehouse.code);
  return found == said.end() ? warehouse.warehouse.status : found->second;
}

canonical::WarehouseStatus status_of(journal::Database& db, const WarehouseSettings& warehouse) {
  return status_of(said_statuses(db), warehouse);
}

void set_status(Context& context, const std::string& warehouse, const std::string& status,
                const std::string& reason, const std::string& actor) {
  const auto& settings = context.warehouse(warehouse);
  if (status != "active" && status != "offline" && status != "closed") {
    throw Refused("a warehouse is active, offline or closed, not \"" + status + "\"");
  }
  count_up(context.db, kStatusChanges);
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
  const auto day = canonical::to_string(today(context.warehouse(warehouse), context.now_ns));
  context.db
      .prepare("UPDATE workload SET orders = MAX(0, orders + ?3) WHERE warehouse = ?1 AND day = ?2")
      .bind(warehouse, day, orders)
      .run();
  if (context.db.changes() == 0) {  // the first of a day
    context.db.prepare("INSERT INTO workload(warehouse, day, orders) VALUES(?, ?, MAX(0, ?))")
        .bind(warehouse, day, orders)
        .run();
  }
}

}  // namespace crossdock::host::process
