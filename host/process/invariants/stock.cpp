#include "host/process/invariants/stock.hpp"

#include <utility>

#include "host/process/inventory/availability.hpp"
#include "host/process/step.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::pair<const char*, const char*> kStockViolations[] = {
    {"I1 a position is the sum of its movements",
     "SELECT p.sku || ' at ' || p.warehouse FROM positions p LEFT JOIN (SELECT sku, warehouse, "
     "SUM(on_hand) AS on_hand, SUM(damaged) AS damaged, SUM(quality_hold) AS quality_hold, "
     "SUM(quarantine) AS quarantine, SUM(expired) AS expired, SUM(recalled) AS recalled FROM "
     "movements GROUP BY sku, warehouse) m ON m.sku = p.sku AND m.warehouse = p.warehouse WHERE "
     "p.on_hand <> COALESCE(m.on_hand, 0) OR p.damaged <> COALESCE(m.damaged, 0) OR "
     "p.quality_hold <> COALESCE(m.quality_hold, 0) OR p.quarantine <> COALESCE(m.quarantine, 0) "
     "OR p.expired <> COALESCE(m.expired, 0) OR p.recalled <> COALESCE(m.recalled, 0)"},
    {"I1 a lot is the sum of its movements",
     "SELECT l.sku || ' at ' || l.warehouse || ' lot ' || l.lot FROM lots l LEFT JOIN (SELECT sku, "
     "warehouse, lot, SUM(on_hand) AS on_hand, SUM(expired) AS expired FROM movements GROUP BY "
     "sku, warehouse, lot) m ON m.sku = l.sku AND m.warehouse = l.warehouse AND m.lot = l.lot "
     "WHERE "
     "l.on_hand <> COALESCE(m.on_hand, 0) OR l.expired <> COALESCE(m.expired, 0)"},
    {"I2 allocated and soft reserved are the sums of open reservations",
     "SELECT p.sku || ' at ' || p.warehouse FROM positions p LEFT JOIN (SELECT sku, warehouse, "
     "SUM(CASE state WHEN 'hard' THEN open ELSE 0 END) AS hard, SUM(CASE state WHEN 'soft' THEN "
     "open ELSE 0 END) AS soft FROM reservations WHERE open > 0 GROUP BY sku, warehouse) r ON "
     "r.sku = p.sku AND r.warehouse = p.warehouse WHERE p.allocated <> COALESCE(r.hard, 0) OR "
     "p.soft_reserved <> COALESCE(r.soft, 0)"},
    {"I2 every open reservation of a warehouse has its position",
     "SELECT r.id FROM reservations r WHERE r.open > 0 AND r.state IN ('hard', 'soft') AND "
     "r.warehouse NOT IN ('', '*') AND NOT EXISTS (SELECT 1 FROM positions p WHERE p.sku = r.sku "
     "AND p.warehouse = r.warehouse)"},
    {"I2 holds without a warehouse are the sum of open reservations",
     "SELECT g.sku || ' over ' || g.channel FROM group_demand g WHERE g.soft + g.hard <> (SELECT "
     "COALESCE(SUM(r.open), 0) FROM reservations r WHERE r.sku = g.sku AND r.channel = g.channel "
     "AND r.warehouse = '*' AND r.state IN ('soft', 'hard'))"},
    {"I3 no bucket is below nothing",
     "SELECT sku || ' at ' || warehouse FROM positions WHERE damaged < 0 OR quality_hold < 0 OR "
     "quarantine < 0 OR expired < 0 OR recalled < 0 OR allocated < 0 OR soft_reserved < 0 OR "
     "safety_stock < 0"},
    {"I3 on hand is below nothing only where that was said",
     "SELECT p.sku || ' at ' || p.warehouse FROM positions p WHERE p.on_hand < 0 AND NOT EXISTS "
     "(SELECT 1 FROM alerts a WHERE a.kind = 'unknown_stock' AND a.subject = p.sku)"},
    {"I4 a reservation is open, consumed, released, expired or displaced",
     "SELECT id FROM reservations WHERE quantity <> open + consumed + released + expired + "
     "displaced OR open < 0 OR consumed < 0 OR released < 0 OR expired < 0 OR displaced < 0"},
    {"I4 a reservation that holds nothing any more is closed",
     "SELECT id FROM reservations WHERE open = 0 AND quantity > 0 AND state IN ('soft', 'hard', "
     "'backordered', 'dated')"},
    {"I5 no more of a line comes back than shipped",
     "SELECT l.order_id || ' ' || l.line_no FROM order_lines l WHERE l.shipped < (SELECT "
     "COALESCE(SUM(x.received), 0) FROM return_lines x JOIN returns r ON r.id = x.return_id WHERE "
     "r.order_id = l.order_id AND x.line_no = l.line_no) AND EXISTS (SELECT 1 FROM returns r WHERE "
     "r.order_id = l.order_id)"},
    {"I5 no more is restocked or refunded than came back",
     "SELECT return_id || ' ' || line_no FROM return_lines WHERE restocked > received OR refunded "
     "> "
     "received OR received > authorised"},
    {"I6 what a transfer shipped is accepted, rejected, missing, returned or on its way",
     "SELECT l.transfer || ' ' || l.sku FROM transfer_lines l WHERE l.shipped - l.accepted - "
     "l.rejected - l.missing - l.returned <> COALESCE((SELECT s.open FROM supplies s WHERE s.id = "
     "'transfer/' || l.transfer || '/' || l.sku), 0)"},
    {"I6 a transfer books out what it shipped",
     "SELECT l.transfer || ' ' || l.sku FROM transfer_lines l WHERE l.shipped <> -COALESCE((SELECT "
     "SUM(m.on_hand) FROM movements m WHERE m.idempotency_key = 'transfer/' || l.transfer || "
     "'/out/' || l.sku), 0)"},
    {"I7 a pool gives no more than its quota",
     "SELECT id FROM allocation_pools WHERE used > peak OR used < 0"},
    {"I7 a pool's use is the sum of its draws",
     "SELECT p.id FROM allocation_pools p WHERE p.used <> (SELECT COALESCE(SUM(d.open + "
     "d.consumed), 0) FROM pool_draws d WHERE d.pool = p.id)"},
    {"I7 a reservation draws no more than it holds",
     "SELECT r.id FROM reservations r JOIN (SELECT reservation, SUM(open) AS open, SUM(consumed) "
     "AS "
     "consumed FROM pool_draws GROUP BY reservation) d ON d.reservation = r.id WHERE d.open > "
     "r.open OR d.consumed > r.consumed"},
    {"I10 every change of a reservation is in its history",
     "SELECT r.id FROM reservations r LEFT JOIN (SELECT reservation, SUM(CASE WHEN what IN "
     "('soft', "
     "'hard', 'backordered', 'dated') THEN quantity ELSE 0 END) AS taken, SUM(CASE what WHEN "
     "'consumed' THEN quantity WHEN 'restored' THEN -quantity ELSE 0 END) AS consumed, SUM(CASE "
     "what WHEN 'released' THEN quantity ELSE 0 END) AS released, SUM(CASE what WHEN 'expired' "
     "THEN "
     "quantity ELSE 0 END) AS expired, SUM(CASE what WHEN 'displaced' THEN quantity ELSE 0 END) AS "
     "displaced FROM reservation_events GROUP BY reservation) e ON e.reservation = r.id WHERE "
     "r.quantity <> COALESCE(e.taken, 0) OR r.consumed <> COALESCE(e.consumed, 0) OR r.released <> "
     "COALESCE(e.released, 0) OR r.expired <> COALESCE(e.expired, 0) OR r.displaced <> "
     "COALESCE(e.displaced, 0)"},
    {"a soft hold with a time has its timer",
     "SELECT id FROM reservations r WHERE state = 'soft' AND open > 0 AND expires_at > 0 AND NOT "
     "EXISTS (SELECT 1 FROM timers t WHERE t.kind = 'hold_lapse' AND t.key = r.id AND t.due_at = "
     "r.expires_at)"}};

struct Published {
  std::string channel;
  std::string sku;
  std::int64_t value = 0;
  std::int64_t rev = 0;
};

// Where nothing changed since a number was told, the formula still gives it.
void check_published(journal::Database& db, const Settings& settings,
                     std::vector<std::string>& out) {
  std::vector<Published> all;
  {
    auto statement = db.prepare("SELECT channel, sku, value, rev FROM published");
    while (statement.step()) {
      all.push_back(
          {statement.text(0), statement.text(1), statement.integer(2), statement.integer(3)});
    }
  }
  const auto now = store_clock(db);
  for (const auto& one : all) {
    const auto available = available_to_sell_at(db, settings, one.sku, one.channel, now);
    if (available.rev == one.rev && available.quantity != one.value) {
      out.push_back("I9 a published availability is the formula's at its revision: " + one.sku +
                    " over " + one.channel);
    }
  }
}

}  // namespace

std::vector<std::string> broken_stock_invariants(journal::Database& db, const Settings& settings) {
  std::vector<std::string> out;
  for (const auto& [name, sql] : kStockViolations) {
    auto statement = db.prepare(sql);
    while (statement.step()) {
      out.push_back(std::string(name) + ": " + statement.text(0));
    }
  }
  check_published(db, settings, out);
  return out;
}

}  // namespace crossdock::host::process
