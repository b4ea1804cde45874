#include "host/process/inventory/inventory.hpp"

#include <algorithm>
#include <map>

#include "crossdock/canonical/instant.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::string_view kAuthority = "wms";
// Clocks differ by seconds; a count of the day after tomorrow would make every later one "old".
constexpr std::int64_t kMostAheadNs = 5LL * 60 * 1'000'000'000;

// The instant of the last count by the warehouse's own system that included the product.
std::int64_t last_count(journal::Database& db, std::string_view sku, std::string_view warehouse,
                        std::string_view system) {
  auto statement = db.prepare(
      "SELECT MAX(COALESCE((SELECT as_of FROM snapshots WHERE warehouse = ?1 AND system = ?2), 0), "
      "COALESCE((SELECT as_of FROM counts WHERE warehouse = ?1 AND system = ?2 AND sku = ?3), 0))");
  statement.bind(warehouse, system, sku);
  statement.step();
  return statement.integer(0);
}

// How much of the ledger's stock moved after an instant.
std::int64_t moved_since(journal::Database& db, std::string_view sku, std::string_view warehouse,
                         std::int64_t as_of) {
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(on_hand), 0) FROM movements WHERE sku = ? AND warehouse = ? AND "
      "occurred_at > ?");
  statement.bind(sku, warehouse, as_of);
  statement.step();
  return statement.integer(0);
}

struct Count {
  std::int64_t on_hand = 0;
  std::optional<std::int64_t> damaged;  // not said by every system
};

// Work that the warehouse has in hand may have left its shelves before we hear of it.
std::int64_t at_work(journal::Database& db, std::string_view sku, std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(l.planned), 0) FROM shipments s JOIN shipment_lines l "
      "ON l.shipment_id = s.id WHERE s.warehouse = ? AND s.state IN ('submitted', 'accepted') "
      "AND l.sku = ?");
  statement.bind(warehouse, sku);
  statement.step();
  return statement.integer(0);
}

// Brings the ledger to what was counted at `as_of`. Returns whether more can be promised now.
bool apply_count(Context& context, const std::string& sku, const std::string& warehouse,
                 const Count& count, std::int64_t as_of) {
  const auto before = position(context.db, sku, warehouse);
  const std::int64_t at_that_time = before.on_hand - moved_since(context.db, sku, warehouse, as_of);
  const std::int64_t correction = count.on_hand - at_that_time;
  // What was damaged stays damaged until somebody says otherwise, but is part of what is there.
  const std::int64_t there = std::max<std::int64_t>(0, before.on_hand + correction);
  const std::int64_t damaged = count.damaged.value_or(std::min(before.damaged, there));
  if (correction == 0 && damaged == before.damaged) {
    return false;
  }
  record_movement(context, {.sku = sku,
                            .warehouse = warehouse,
                            .kind = "snapshot_correct",
                            .on_hand = correction,
                            .damaged = damaged - before.damaged,
                            .cause = "count",
                            .occurred_at_ns = as_of,
                            .idempotency_key = "count/" + std::string(context.message_id) + "/" +
                                               warehouse + "/" + sku});
  const auto after = position(context.db, sku, warehouse);
  if (after.net() < 0 && before.net() >= 0 && -after.net() > at_work(context.db, sku, warehouse)) {
    context.alert("shortage", sku,
                  sku + " at " + warehouse + ": fewer counted than are promised to orders");
  }
  return available(after) > available(before);
}

}  // namespace

Position position(journal::Database& db, std::string_view sku, std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT on_hand, damaged, allocated, rev FROM positions WHERE sku = ? AND warehouse = ?");
  statement.bind(sku, warehouse);
  if (!statement.step()) {
    return {};
  }
  return {statement.integer(0), statement.integer(1), statement.integer(2), statement.integer(3)};
}

std::int64_t available(const Position& position) {
  const auto net = std::max<std::int64_t>(0, position.net());
  return net - net % canonical::Quantity::kScale;
}

bool sells_over(const canonical::Warehouse& warehouse, std::string_view channel) {
  return warehouse.status == canonical::WarehouseStatus::active &&
         (channel.empty() || warehouse.channels.empty() ||
          std::find(warehouse.channels.begin(), warehouse.channels.end(), channel) !=
              warehouse.channels.end());
}

std::int64_t available_to_sell(journal::Database& db, const Settings& settings,
                               std::string_view sku, std::string_view channel) {
  std::int64_t total = 0;
  for (const auto& [code, one] : settings.warehouses) {
    if (sells_over(one.warehouse, channel)) {
      total += available(position(db, sku, code));
    }
  }
  return total;
}

bool record_movement(Context& context, const Movement& m) {
  context.db
      .prepare(
          "INSERT INTO movements(sku, warehouse, kind, on_hand, damaged, cause, occurred_at, "
          "recorded_at, idempotency_key, message) VALUES(?,?,?,?,?,?,?,?,?,?) "
          "ON CONFLICT(idempotency_key) DO NOTHING")
      .bind(m.sku, m.warehouse, m.kind, m.on_hand, m.damaged, m.cause, m.occurred_at_ns,
            context.now_ns, m.idempotency_key, context.message_id)
      .run();
  if (context.db.changes() == 0) {
    return false;
  }
  std::int64_t on_hand = 0;
  {
    auto statement = context.db.prepare(
        "INSERT INTO positions(sku, warehouse, on_hand, damaged, rev) VALUES(?1, ?2, ?3, ?4, 1) "
        "ON CONFLICT DO UPDATE SET on_hand = on_hand + ?3, damaged = damaged + ?4, rev = rev + 1 "
        "RETURNING on_hand");
    statement.bind(m.sku, m.warehouse, m.on_hand, m.damaged);
    statement.step();
    on_hand = statement.integer(0);
  }
  // A count of an instant after this movement had seen it already: what it corrected then was this.
  if (m.kind != "snapshot_correct" &&
      m.occurred_at_ns <= last_count(context.db, m.sku, m.warehouse, kAuthority)) {
    return record_movement(context, {.sku = m.sku,
                                     .warehouse = m.warehouse,
                                     .kind = "snapshot_correct",
                                     .on_hand = -m.on_hand,
                                     .damaged = -m.damaged,
                                     .cause = "counted before it was reported",
                                     .occurred_at_ns = m.occurred_at_ns,
                                     .idempotency_key = "late/" + m.idempotency_key});
  }
  if (on_hand < 0) {
    context.alert("unknown_stock", m.sku,
                  std::string(m.warehouse) + " moved more of " + std::string(m.sku) +
                      " than the ledger had there; a count will tell");
  }
  return true;
}

std::vector<std::string> take_snapshot(Context& context,
                                       const canonical::InventorySnapshot& snapshot) {
  context.warehouse(snapshot.warehouse);
  if (snapshot.as_of.ns > context.now_ns + kMostAheadNs) {
    throw Refused("the count of warehouse " + snapshot.warehouse + " speaks of " +
                  canonical::to_string(snapshot.as_of) +
                  ", which is in the future; set the clock of the system that counted");
  }
  std::vector<std::string> raised;
  const bool authority = snapshot.system == kAuthority;
  std::map<std::string, Count> counted;
  for (const auto& line : snapshot.lines) {
    counted[line.sku] = {line.on_hand.e4, line.damaged ? std::optional(line.damaged->e4)
                                                       : std::optional<std::int64_t>()};
  }
  if (authority && snapshot.complete) {
    auto statement =
        context.db.prepare("SELECT sku FROM positions WHERE warehouse = ? AND on_hand <> 0");
    statement.bind(snapshot.warehouse);
    while (statement.step()) {
      counted.try_emplace(statement.text(0), Count{});
    }
  }
  std::size_t old = 0;
  for (const auto& [sku, count] : counted) {
    if (snapshot.as_of.ns < last_count(context.db, sku, snapshot.warehouse, snapshot.system)) {
      ++old;  // it arrived late; the newer count stands
      continue;
    }
    if (!authority) {
      context.db
          .prepare(
              "INSERT INTO advisory_stock(warehouse, system, sku, on_hand, as_of) "
              "VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET on_hand = ?4, as_of = ?5")
          .bind(snapshot.warehouse, snapshot.system, sku, count.on_hand, snapshot.as_of.ns)
          .run();
    } else if (apply_count(context, sku, snapshot.warehouse, count, snapshot.as_of.ns)) {
      raised.push_back(sku);
    }
    if (!snapshot.complete) {
      context.db
          .prepare(
              "INSERT INTO counts(warehouse, system, sku, as_of) VALUES(?1, ?2, ?3, ?4) "
              "ON CONFLICT DO UPDATE SET as_of = ?4")
          .bind(snapshot.warehouse, snapshot.system, sku, snapshot.as_of.ns)
          .run();
    }
  }
  if (snapshot.complete) {
    context.db
        .prepare(
            "INSERT INTO snapshots(warehouse, system, as_of, authority) VALUES(?1, ?2, ?3, ?4) "
            "ON CONFLICT DO UPDATE SET as_of = MAX(as_of, ?3)")
        .bind(snapshot.warehouse, snapshot.system, snapshot.as_of.ns, authority)
        .run();
  }
  if (old > 0) {
    context.alert("old_count", snapshot.warehouse,
                  "a count of " + snapshot.warehouse + " as of " +
                      canonical::to_string(snapshot.as_of) + " arrived after a newer one; " +
                      std::to_string(old) + " of its products were left as they are");
  }
  return raised;
}

}  // namespace crossdock::host::process
