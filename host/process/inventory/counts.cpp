#include "host/process/inventory/counts.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "crossdock/canonical/instant.hpp"
#include "host/process/fulfilment/shortfall.hpp"
#include "host/process/inventory/feeds.hpp"
#include "host/process/inventory/ledger.hpp"

namespace crossdock::host::process {
namespace {

// Clocks differ by seconds; a count of the day after tomorrow would make every later one "old".
constexpr std::int64_t kMostAheadNs = 5LL * 60 * 1'000'000'000;

struct Count {
  std::int64_t on_hand = 0;
  // Not said by every system; what is not said stays as it is.
  std::optional<std::int64_t> damaged;
  std::optional<std::int64_t> quality_hold;
  std::optional<std::int64_t> quarantine;
  std::optional<std::int64_t> expired;
  std::optional<std::int64_t> recalled;
};

std::optional<std::int64_t> said(const std::optional<canonical::Quantity>& quantity) {
  return quantity ? std::optional(quantity->e4) : std::nullopt;
}

void add(std::optional<std::int64_t>& to, const std::optional<std::int64_t>& more) {
  if (more) {
    to = to.value_or(0) + *more;
  }
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

// A system that has subtracted the orders it knows of says a net number: what those orders hold is
// on hand as well, or every unit would be subtracted twice.
std::int64_t subtracted_already(Context& context, std::string_view sku, std::string_view warehouse,
                                std::string_view system) {
  auto statement = context.db.prepare(
      "SELECT COALESCE(SUM(r.open), 0) FROM reservations r WHERE r.sku = ?1 AND r.warehouse = ?2 "
      "AND r.open > 0 AND r.state = 'hard' AND EXISTS (SELECT 1 FROM registrations g WHERE "
      "g.order_id = r.order_id AND (g.system = ?3 OR ?4))");
  statement.bind(sku, warehouse, system, system == "erp");
  statement.step();
  return statement.integer(0);
}

bool is_net(const Settings& settings, std::string_view system) {
  const auto found = settings.stock_profiles.find(std::string(system));
  return found != settings.stock_profiles.end() && found->second == StockProfile::net;
}

// Brings the ledger to what was counted at `as_of`. Returns whether more can be promised now.
bool apply_count(Context& context, const std::string& sku, const std::string& warehouse,
                 const Count& count, std::int64_t as_of) {
  const auto before = position(context.db, sku, warehouse);
  const std::int64_t at_that_time =
      before.stock.on_hand - moved_since(context.db, sku, warehouse, as_of);
  Stock change{count.on_hand - at_that_time};
  // What was withheld stays withheld until somebody says otherwise, but is part of what is there.
  std::int64_t room = std::max<std::int64_t>(0, before.stock.on_hand + change.on_hand);
  const auto settle = [&](std::int64_t had, const std::optional<std::int64_t>& counted) {
    const auto now = counted.value_or(std::min(had, room));
    room = std::max<std::int64_t>(0, room - now);
    return now - had;
  };
  change.damaged = settle(before.stock.damaged, count.damaged);
  change.quality_hold = settle(before.stock.quality_hold, count.quality_hold);
  change.quarantine = settle(before.stock.quarantine, count.quarantine);
  change.expired = settle(before.stock.expired, count.expired);
  change.recalled = settle(before.stock.recalled, count.recalled);
  if (change == Stock{}) {
    return false;
  }
  record_movement(context, {.sku = sku,
                            .warehouse = warehouse,
                            .kind = "snapshot_correct",
                            .change = change,
                            .cause = "count",
                            .occurred_at_ns = as_of,
                            .idempotency_key = "count/" + std::string(context.message_id) + "/" +
                                               warehouse + "/" + sku});
  const auto after = position(context.db, sku, warehouse);
  report_shortage(context, sku, warehouse, before);
  return whole_units(after.net()) > whole_units(before.net());
}

}  // namespace

std::string_view authority_of(const Settings& settings, std::string_view warehouse) {
  const auto found = settings.warehouses.find(warehouse);
  return found == settings.warehouses.end() || found->second.authority.empty()
             ? std::string_view("wms")
             : std::string_view(found->second.authority);
}

void report_shortage(Context& context, std::string_view sku, std::string_view warehouse,
                     const Position& before) {
  // Safety stock may be gone; what counts is what orders were promised.
  if (shortfall(context.db, sku, warehouse) == 0) {
    return;
  }
  if (before.stock.sellable() >= before.allocated) {
    context.alert("shortage", sku,
                  std::string(sku) + " at " + std::string(warehouse) +
                      ": fewer counted than are promised to orders");
  }
  note_shortfall(context, sku, warehouse);
}

std::string_view movement_name(canonical::MovementKind kind) {
  switch (kind) {
    case canonical::MovementKind::receive:
      return "receive";
    case canonical::MovementKind::ship:
      return "ship";
    case canonical::MovementKind::adjust:
      return "adjust";
    case canonical::MovementKind::count_set:
      return "count_set";
    case canonical::MovementKind::hold:
      return "hold";
    case canonical::MovementKind::release_hold:
      return "release_hold";
    case canonical::MovementKind::damage:
      return "damage";
    case canonical::MovementKind::transfer_out:
      return "transfer_out";
    case canonical::MovementKind::transfer_in:
      return "transfer_in";
    case canonical::MovementKind::write_off:
      return "write_off";
    case canonical::MovementKind::return_in:
      return "return_in";
    case canonical::MovementKind::snapshot_correct:
      return "snapshot_correct";
    case canonical::MovementKind::unknown:
      break;
  }
  return {};
}

std::int64_t* bucket_of(Stock& stock, canonical::StockBucket bucket) {
  switch (bucket) {
    case canonical::StockBucket::damaged:
      return &stock.damaged;
    case canonical::StockBucket::quality_hold:
      return &stock.quality_hold;
    case canonical::StockBucket::quarantine:
      return &stock.quarantine;
    case canonical::StockBucket::expired:
      return &stock.expired;
    case canonical::StockBucket::recalled:
      return &stock.recalled;
    case canonical::StockBucket::unknown:
      break;
  }
  return nullptr;
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
  const bool authority = snapshot.system == authority_of(context.settings, snapshot.warehouse);
  const bool net = is_net(context.settings, snapshot.system);
  std::map<std::string, Count> counted;
  for (const auto& line : snapshot.lines) {
    auto& count = counted[line.sku];  // several lines where lots are counted apart
    count.on_hand += line.on_hand.e4;
    add(count.damaged, said(line.damaged));
    add(count.quality_hold, said(line.quality_hold));
    add(count.quarantine, said(line.quarantine));
    add(count.expired, said(line.expired));
    add(count.recalled, said(line.recalled));
  }
  if (net) {
    for (auto& [sku, count] : counted) {
      count.on_hand += subtracted_already(context, sku, snapshot.warehouse, snapshot.system);
    }
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
  if (authority) {
    heard_of(context, snapshot.warehouse, context.now_ns);
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
