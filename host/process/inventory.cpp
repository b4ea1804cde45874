#include "host/process/inventory.hpp"

#include <set>

namespace crossdock::host::process {
namespace {

constexpr std::string_view kAuthority = "wms";

std::int64_t last_count(journal::Database& db, std::string_view warehouse) {
  auto statement = db.prepare("SELECT as_of FROM snapshots WHERE warehouse = ? AND authority = 1");
  statement.bind(warehouse);
  return statement.step() ? statement.integer(0) : 0;
}

// The ledger's stock of a product as it was at an instant.
std::int64_t on_hand_at(journal::Database& db, std::string_view sku, std::string_view warehouse,
                        std::int64_t as_of) {
  std::int64_t on_hand = 0;
  {
    auto statement = db.prepare("SELECT on_hand FROM positions WHERE sku = ? AND warehouse = ?");
    statement.bind(sku, warehouse);
    if (statement.step()) {
      on_hand = statement.integer(0);
    }
  }
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(on_hand), 0) FROM movements WHERE sku = ? AND warehouse = ? AND "
      "occurred_at > ?");
  statement.bind(sku, warehouse, as_of);
  statement.step();
  return on_hand - statement.integer(0);
}

void change_allocated(Context& context, std::string_view sku, std::string_view warehouse,
                      std::int64_t delta) {
  context.db
      .prepare(
          "INSERT INTO positions(sku, warehouse, allocated, rev) VALUES(?1, ?2, ?3, 1) "
          "ON CONFLICT DO UPDATE SET allocated = allocated + ?3, rev = rev + 1")
      .bind(sku, warehouse, delta)
      .run();
}

// Takes up to `quantity` out of what a reservation still holds.
std::int64_t take_out(Context& context, std::string_view order_id, std::string_view line_no,
                      std::string_view warehouse, std::int64_t quantity, bool consumed) {
  std::string id;
  std::string sku;
  std::int64_t open = 0;
  {
    auto statement = context.db.prepare(
        "SELECT id, sku, open FROM reservations WHERE order_id = ? AND line_no = ? AND warehouse = "
        "?");
    statement.bind(order_id, line_no, warehouse);
    if (!statement.step()) {
      return 0;
    }
    id = statement.text(0);
    sku = statement.text(1);
    open = statement.integer(2);
  }
  const std::int64_t taken = std::min(open, quantity);
  if (taken <= 0) {
    return 0;
  }
  const char* state = taken < open ? (warehouse.empty() ? "backordered" : "hard")
                      : consumed   ? "consumed"
                                   : "released";
  context.db
      .prepare(
          "UPDATE reservations SET open = open - ?1, consumed = consumed + ?2, "
          "released = released + ?3, state = ?4 WHERE id = ?5")
      .bind(taken, consumed ? taken : 0, consumed ? 0 : taken, state, id)
      .run();
  if (!warehouse.empty()) {
    change_allocated(context, sku, warehouse, -taken);
  }
  return taken;
}

}  // namespace

std::int64_t net_available(journal::Database& db, std::string_view sku,
                           std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT on_hand - damaged - allocated FROM positions WHERE sku = ? AND warehouse = ?");
  statement.bind(sku, warehouse);
  return statement.step() ? statement.integer(0) : 0;
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
  context.db
      .prepare(
          "INSERT INTO positions(sku, warehouse, on_hand, damaged, rev) VALUES(?1, ?2, ?3, ?4, 1) "
          "ON CONFLICT DO UPDATE SET on_hand = on_hand + ?3, damaged = damaged + ?4, rev = rev + 1")
      .bind(m.sku, m.warehouse, m.on_hand, m.damaged)
      .run();
  // A count that was taken after this movement has seen it already: what it corrected then was
  // this.
  if (m.kind != "snapshot_correct" && m.occurred_at_ns <= last_count(context.db, m.warehouse)) {
    record_movement(context, {.sku = m.sku,
                              .warehouse = m.warehouse,
                              .kind = "snapshot_correct",
                              .on_hand = -m.on_hand,
                              .damaged = -m.damaged,
                              .cause = "counted before it was reported",
                              .occurred_at_ns = m.occurred_at_ns,
                              .idempotency_key = "late/" + m.idempotency_key});
  }
  return true;
}

void reserve(Context& context, std::string_view order_id, std::string_view line_no,
             std::string_view sku, std::string_view warehouse, std::int64_t quantity) {
  const char* state = warehouse.empty() ? "backordered" : "hard";
  context.db
      .prepare(
          "INSERT INTO reservations(id, order_id, line_no, sku, warehouse, quantity, open, state, "
          "created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8) "
          "ON CONFLICT(order_id, line_no, warehouse) DO UPDATE SET quantity = quantity + ?6, "
          "open = open + ?6, state = ?7")
      .bind(context.ids.next("res"), order_id, line_no, sku, warehouse, quantity, state,
            context.now_ns)
      .run();
  if (!warehouse.empty()) {
    change_allocated(context, sku, warehouse, quantity);
  }
}

std::int64_t consume(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity) {
  return take_out(context, order_id, line_no, warehouse, quantity, true);
}

std::int64_t release(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity) {
  return take_out(context, order_id, line_no, warehouse, quantity, false);
}

std::vector<std::string> take_snapshot(Context& context,
                                       const canonical::InventorySnapshot& snapshot,
                                       std::string_view key) {
  std::vector<std::string> raised;
  const bool authority = snapshot.system == kAuthority;
  {
    auto statement =
        context.db.prepare("SELECT as_of FROM snapshots WHERE warehouse = ? AND system = ?");
    statement.bind(snapshot.warehouse, snapshot.system);
    if (statement.step() && statement.integer(0) > snapshot.as_of.ns) {
      return raised;  // an older count arrived late; the newer one stands
    }
  }
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counted;  // on hand, damaged
  for (const auto& line : snapshot.lines) {
    counted[line.sku] = {line.on_hand.e4, line.damaged ? line.damaged->e4 : 0};
  }
  if (authority && snapshot.complete) {
    auto statement =
        context.db.prepare("SELECT sku FROM positions WHERE warehouse = ? AND on_hand <> 0");
    statement.bind(snapshot.warehouse);
    while (statement.step()) {
      counted.try_emplace(statement.text(0), 0, 0);
    }
  }
  for (const auto& [sku, count] : counted) {
    if (!authority) {
      context.db
          .prepare(
              "INSERT INTO advisory_stock(warehouse, system, sku, on_hand, as_of) "
              "VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET on_hand = ?4, as_of = ?5")
          .bind(snapshot.warehouse, snapshot.system, sku, count.first, snapshot.as_of.ns)
          .run();
      continue;
    }
    const auto before = net_available(context.db, sku, snapshot.warehouse);
    const auto correction =
        count.first - on_hand_at(context.db, sku, snapshot.warehouse, snapshot.as_of.ns);
    std::int64_t damaged = 0;
    {
      auto statement =
          context.db.prepare("SELECT damaged FROM positions WHERE sku = ? AND warehouse = ?");
      statement.bind(sku, snapshot.warehouse);
      damaged = count.second - (statement.step() ? statement.integer(0) : 0);
    }
    if (correction != 0 || damaged != 0) {
      record_movement(context, {.sku = sku,
                                .warehouse = snapshot.warehouse,
                                .kind = "snapshot_correct",
                                .on_hand = correction,
                                .damaged = damaged,
                                .cause = "count",
                                .occurred_at_ns = snapshot.as_of.ns,
                                .idempotency_key = "count/" + std::string(key) + "/" + sku});
    }
    const auto after = net_available(context.db, sku, snapshot.warehouse);
    if (after > before) {
      raised.push_back(sku);
    }
    if (after < 0 && before >= 0) {
      context.alert(
          "shortage", sku,
          sku + " at " + snapshot.warehouse + ": fewer counted than are promised to orders");
    }
  }
  context.db
      .prepare(
          "INSERT INTO snapshots(warehouse, system, as_of, authority) VALUES(?1, ?2, ?3, ?4) "
          "ON CONFLICT DO UPDATE SET as_of = ?3")
      .bind(snapshot.warehouse, snapshot.system, snapshot.as_of.ns, authority)
      .run();
  return raised;
}

}  // namespace crossdock::host::process
