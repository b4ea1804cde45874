#include "host/process/inventory/feeds.hpp"

#include "host/process/inventory/publishing.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {
namespace {

void set_state(Context& context, const std::string& warehouse, std::string_view state) {
  context.db.prepare("UPDATE feeds SET state = ?2, rev = rev + 1 WHERE warehouse = ?1")
      .bind(warehouse, state)
      .run();
}

}  // namespace

void heard_of(Context& context, std::string_view code, std::int64_t at_ns) {
  const std::string warehouse(code);
  const auto& settings = context.warehouse(warehouse);
  if (settings.freshness_ns <= 0) {
    return;
  }
  std::string before;
  {
    auto statement = context.db.prepare("SELECT state FROM feeds WHERE warehouse = ?");
    statement.bind(warehouse);
    before = statement.step() ? statement.text(0) : "";
  }
  context.db
      .prepare(
          "INSERT INTO feeds(warehouse, heard_at, state) VALUES(?1, ?2, 'fresh') "
          "ON CONFLICT(warehouse) DO UPDATE SET heard_at = ?2")
      .bind(warehouse, at_ns)
      .run();
  set_timer(context, "feed_silent", warehouse, at_ns + settings.freshness_ns);
  if (settings.floor_after_ns > 0) {
    set_timer(context, "feed_floor", warehouse, at_ns + settings.floor_after_ns);
  }
  if (!before.empty() && before != "fresh") {
    set_state(context, warehouse, "fresh");
    context.alert("feed_restored", warehouse, "warehouse " + warehouse + " reports stock again");
    warehouse_may_have_changed(context, warehouse);
  }
}

void feed_went_silent(Context& context, const std::string& warehouse) {
  set_state(context, warehouse, "unknown");
  context.alert("feed_silent", warehouse,
                "warehouse " + warehouse +
                    " has not reported stock within its freshness limit; its last numbers stand "
                    "and are not told on");
  warehouse_may_have_changed(context, warehouse);
}

void feed_fell_to_floor(Context& context, const std::string& warehouse) {
  set_state(context, warehouse, "floor");
  context.alert("feed_floor", warehouse,
                "warehouse " + warehouse +
                    " has not reported stock for too long and counts as "
                    "empty until it does");
  warehouse_may_have_changed(context, warehouse);
}

}  // namespace crossdock::host::process
