#include "host/process/inventory/ledger.hpp"

#include "crossdock/canonical/instant.hpp"
#include "host/process/inventory/counts.hpp"
#include "host/process/inventory/feeds.hpp"
#include "host/process/inventory/publishing.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {
namespace {

void add_to_lot(Context& context, const Movement& m) {
  const auto& c = m.change;
  context.db
      .prepare(
          "INSERT INTO lots(sku, warehouse, lot, on_hand, damaged, quality_hold, quarantine, "
          "expired, recalled) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(sku, "
          "warehouse, lot) DO UPDATE SET on_hand = on_hand + ?4, damaged = damaged + ?5, "
          "quality_hold = quality_hold + ?6, quarantine = quarantine + ?7, expired = expired + ?8, "
          "recalled = recalled + ?9")
      .bind(m.sku, m.warehouse, m.lot, c.on_hand, c.damaged, c.quality_hold, c.quarantine,
            c.expired, c.recalled)
      .run();
}

Stock inverse(const Stock& s) {
  return {-s.on_hand, -s.damaged, -s.quality_hold, -s.quarantine, -s.expired, -s.recalled};
}

std::string lot_key(std::string_view sku, std::string_view warehouse, std::string_view lot) {
  return std::string(sku) + "\t" + std::string(warehouse) + "\t" + std::string(lot);
}

void set_lot_expiry(Context& context, const canonical::InventoryMovement& m) {
  if (!m.lot || !m.lot_expires_at || !m.lot_expires_at->known()) {
    return;
  }
  context.db
      .prepare(
          "INSERT INTO lots(sku, warehouse, lot, expires_at) VALUES(?1, ?2, ?3, ?4) "
          "ON CONFLICT(sku, warehouse, lot) DO UPDATE SET expires_at = ?4")
      .bind(m.sku, m.warehouse, *m.lot, m.lot_expires_at->ns)
      .run();
  set_timer(context, "lot_expiry", lot_key(m.sku, m.warehouse, *m.lot), m.lot_expires_at->ns);
}

}  // namespace

std::int64_t last_count(journal::Database& db, std::string_view sku, std::string_view warehouse,
                        std::string_view system) {
  auto statement = db.prepare(
      "SELECT MAX(COALESCE((SELECT as_of FROM snapshots WHERE warehouse = ?1 AND system = ?2), 0), "
      "COALESCE((SELECT as_of FROM counts WHERE warehouse = ?1 AND system = ?2 AND sku = ?3), 0))");
  statement.bind(warehouse, system, sku);
  statement.step();
  return statement.integer(0);
}

bool record_movement(Context& context, const Movement& m) {
  const auto& c = m.change;
  context.db
      .prepare(
          "INSERT INTO movements(sku, warehouse, lot, kind, on_hand, damaged, quality_hold, "
          "quarantine, expired, recalled, cause, reason, source, occurred_at, recorded_at, "
          "idempotency_key, message) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
          "ON CONFLICT(idempotency_key) DO NOTHING")
      .bind(m.sku, m.warehouse, m.lot, m.kind, c.on_hand, c.damaged, c.quality_hold, c.quarantine,
            c.expired, c.recalled, m.cause, m.reason, m.source, m.occurred_at_ns, context.now_ns,
            m.idempotency_key, context.message_id)
      .run();
  if (context.db.changes() == 0) {
    return false;
  }
  add_to_stock(context, m.sku, m.warehouse, c);
  const auto on_hand = position(context.db, m.sku, m.warehouse).stock.on_hand;
  if (!m.lot.empty()) {
    add_to_lot(context, m);
  }
  availability_may_have_changed(context, m.sku);
  // A count of an instant after this movement had seen it already: what it corrected then was this.
  if (m.kind != "snapshot_correct" &&
      m.occurred_at_ns <=
          last_count(context.db, m.sku, m.warehouse, authority_of(context.settings, m.warehouse))) {
    return record_movement(context, {.sku = m.sku,
                                     .warehouse = m.warehouse,
                                     .kind = "snapshot_correct",
                                     .change = inverse(c),
                                     .cause = "counted before it was reported",
                                     .occurred_at_ns = m.occurred_at_ns,
                                     .idempotency_key = "late/" + m.idempotency_key,
                                     .lot = m.lot});
  }
  if (on_hand < 0 && c.on_hand < 0) {
    context.alert("unknown_stock", m.sku,
                  std::string(m.warehouse) + " moved more of " + std::string(m.sku) +
                      " than the ledger had there; a count will tell");
  }
  return true;
}

std::vector<std::string> movement_reported(Context& context,
                                           const canonical::InventoryMovement& m) {
  context.warehouse(m.warehouse);
  const auto kind = movement_name(m.kind);
  if (kind.empty()) {
    throw Refused("a movement of " + m.sku + " at " + m.warehouse +
                  " is of a kind that is not known; say receive, adjust, hold, release_hold, "
                  "damage or write_off");
  }
  Stock change{m.on_hand_delta.e4};
  for (const auto& one : m.deltas) {
    auto* bucket = bucket_of(change, one.bucket);
    if (bucket == nullptr) {
      throw Refused("a movement of " + m.sku + " at " + m.warehouse +
                    " names a bucket that is not known; say damaged, quality_hold, quarantine, "
                    "expired or recalled");
    }
    *bucket += one.quantity.e4;
  }
  const auto before = position(context.db, m.sku, m.warehouse);
  Stock after = before.stock;
  after.damaged += change.damaged;
  after.quality_hold += change.quality_hold;
  after.quarantine += change.quarantine;
  after.expired += change.expired;
  after.recalled += change.recalled;
  if (after.damaged < 0 || after.quality_hold < 0 || after.quarantine < 0 || after.expired < 0 ||
      after.recalled < 0) {
    throw Refused("a movement of " + m.sku + " at " + m.warehouse +
                  " takes more out of a hold than is in it; count, then say it again");
  }
  const auto at = m.occurred_at.known() ? m.occurred_at.ns : context.now_ns;
  heard_of(context, m.warehouse, context.now_ns);
  set_lot_expiry(context, m);
  const std::string key = m.idempotency_key.empty()
                              ? (m.id.empty() ? std::string(context.message_id) : m.id)
                              : m.idempotency_key;
  const bool stored = record_movement(
      context, {.sku = m.sku,
                .warehouse = m.warehouse,
                .kind = kind,
                .change = change,
                .cause = m.cause.empty() ? std::string_view("reported") : std::string_view(m.cause),
                .occurred_at_ns = at,
                .idempotency_key = "reported/" + m.warehouse + "/" + key,
                .lot = m.lot ? std::string_view(*m.lot) : std::string_view(),
                .reason = m.reason ? std::string_view(*m.reason) : std::string_view(),
                .source = m.source});
  if (!stored) {
    return {};
  }
  const auto now = position(context.db, m.sku, m.warehouse);
  report_shortage(context, m.sku, m.warehouse, before);
  return now.net() > before.net() ? std::vector<std::string>{m.sku} : std::vector<std::string>{};
}

void lot_expired(Context& context, const std::string& key) {
  const auto first = key.find('\t');
  const auto second = key.find('\t', first + 1);
  const auto sku = key.substr(0, first);
  const auto warehouse = key.substr(first + 1, second - first - 1);
  const auto lot = key.substr(second + 1);
  std::int64_t left = 0;
  {
    auto statement = context.db.prepare(
        "SELECT on_hand - damaged - quality_hold - quarantine - expired - recalled FROM lots "
        "WHERE sku = ? AND warehouse = ? AND lot = ?");
    statement.bind(sku, warehouse, lot);
    left = statement.step() ? statement.integer(0) : 0;
  }
  if (left <= 0) {
    return;
  }
  const auto before = position(context.db, sku, warehouse);
  record_movement(context, {.sku = sku,
                            .warehouse = warehouse,
                            .kind = "hold",
                            .change = {.expired = left},
                            .cause = "shelf life",
                            .occurred_at_ns = context.now_ns,
                            .idempotency_key = "expired/" + warehouse + "/" + sku + "/" + lot +
                                               "/" + std::to_string(context.now_ns),
                            .lot = lot});
  report_shortage(context, sku, warehouse, before);
}

}  // namespace crossdock::host::process
