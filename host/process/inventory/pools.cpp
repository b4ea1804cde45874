#include "host/process/inventory/pools.hpp"

#include <algorithm>
#include <tuple>

#include "host/journal/memo.hpp"

namespace crossdock::host::process {
namespace {

struct Draw {
  std::string pool;
  std::int64_t open = 0;
  std::int64_t consumed = 0;
};

std::vector<Draw> draws_of(journal::Database& db, std::string_view reservation) {
  std::vector<Draw> out;
  auto statement =
      db.prepare("SELECT pool, open, consumed FROM pool_draws WHERE reservation = ? ORDER BY pool");
  statement.bind(reservation);
  while (statement.step()) {
    out.push_back({statement.text(0), statement.integer(1), statement.integer(2)});
  }
  return out;
}

void change_draw(Context& context, std::string_view reservation, std::string_view pool,
                 std::int64_t open, std::int64_t consumed) {
  context.db
      .prepare(
          "INSERT INTO pool_draws(reservation, pool, open, consumed) VALUES(?1, ?2, ?3, ?4) "
          "ON CONFLICT(reservation, pool) DO UPDATE SET open = open + ?3, consumed = consumed + ?4")
      .bind(reservation, pool, open, consumed)
      .run();
  if (open + consumed != 0) {
    context.db.prepare("UPDATE allocation_pools SET used = used + ?2, rev = rev + 1 WHERE id = ?1")
        .bind(pool, open + consumed)
        .run();
  }
}

struct KnownPools : journal::Memo<std::vector<Pool>> {
  KnownPools() : Memo({"allocation_pools"}) {}
};

std::vector<Pool> read_pools(journal::Database& db, std::string_view sku) {
  std::vector<Pool> out;
  auto statement = db.prepare(
      "SELECT id, scope, channel, quota, used, mode, priority, valid_from, valid_to, rev FROM "
      "allocation_pools WHERE sku = ?");
  statement.bind(sku);
  while (statement.step()) {
    out.push_back({statement.text(0), statement.text(1), statement.text(2), statement.integer(3),
                   statement.integer(4), statement.text(5) != "spill", statement.integer(6),
                   statement.integer(7), statement.integer(8), statement.integer(9)});
  }
  std::sort(out.begin(), out.end(), [](const Pool& a, const Pool& b) {
    return std::tie(b.priority, a.id) < std::tie(a.priority, b.id);
  });
  return out;
}

}  // namespace

std::vector<Pool> pools_of(journal::Database& db, std::string_view sku) {
  return db.kept<KnownPools>().get(db, sku, [&] { return read_pools(db, sku); });
}

bool set_pool(Context& context, const canonical::AllocationPool& pool) {
  const std::string scope = pool.scope.empty() ? std::string(kGroupScope) : pool.scope;
  if (scope != kGroupScope) {
    context.warehouse(scope);
  }
  if (!context.settings.channels.contains(pool.channel)) {
    throw Refused("channel " + pool.channel + " of an allocation pool of " + pool.sku +
                  " is not in the configuration; add it, then replay");
  }
  if (pool.quota.e4 < 0) {
    throw Refused("an allocation pool of " + pool.sku + " has a quota below nothing");
  }
  const std::string id = pool.id.empty() ? pool.sku + "/" + scope + "/" + pool.channel : pool.id;
  context.db
      .prepare(
          "INSERT INTO allocation_pools(id, sku, scope, channel, quota, peak, mode, priority, "
          "valid_from, valid_to) VALUES(?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(id) DO "
          "UPDATE SET quota = ?5, peak = CASE WHEN peak < ?5 THEN ?5 ELSE peak END, mode = ?6, "
          "priority = ?7, valid_from = ?8, valid_to = ?9, rev = rev + 1 WHERE sku = ?2 AND scope = "
          "?3 AND channel = ?4")
      .bind(id, pool.sku, scope, pool.channel, pool.quota.e4,
            pool.mode == canonical::PoolMode::spill ? "spill" : "strict", pool.priority,
            pool.valid_from.ns, pool.valid_to.ns)
      .run();
  if (context.db.changes() == 0) {
    throw Refused("allocation pool " + id +
                  " is of another product, scope or channel; give this one an id of its own");
  }
  return true;
}

void draw_from_pools(Context& context, std::string_view reservation, std::string_view sku,
                     std::string_view warehouse, std::string_view channel, std::int64_t quantity) {
  std::int64_t left = quantity;
  std::string spilling;
  for (const auto& pool : pools_of(context.db, sku)) {
    if (pool.channel != channel || !pool.valid_at(context.now_ns) ||
        (pool.scope != warehouse && pool.scope != kGroupScope)) {
      continue;
    }
    const auto taken = std::clamp<std::int64_t>(pool.quota - pool.used, 0, left);
    if (taken > 0) {
      change_draw(context, reservation, pool.id, taken, 0);
      left -= taken;
    }
    spilling = pool.id;
  }
  if (left > 0 && !spilling.empty()) {
    context.db
        .prepare("UPDATE allocation_pools SET spilled = spilled + ?2, rev = rev + 1 WHERE id = ?1")
        .bind(spilling, left)
        .run();
  }
}

void give_back_to_pools(Context& context, std::string_view reservation, std::int64_t still_open) {
  std::int64_t drawn = 0;
  const auto draws = draws_of(context.db, reservation);
  for (const auto& draw : draws) {
    drawn += draw.open;
  }
  // What is shared goes back first: a channel's own share is the surer one to keep.
  for (const auto& draw : draws) {
    const auto back = std::min(draw.open, drawn - still_open);
    if (back > 0) {
      change_draw(context, reservation, draw.pool, -back, 0);
      drawn -= back;
    }
  }
}

void consume_from_pools(Context& context, std::string_view reservation, std::int64_t quantity,
                        bool undo) {
  for (const auto& draw : draws_of(context.db, reservation)) {
    const auto moved = std::min(undo ? draw.consumed : draw.open, quantity);
    if (moved > 0) {
      change_draw(context, reservation, draw.pool, undo ? moved : -moved, undo ? -moved : moved);
      quantity -= moved;
    }
  }
}

}  // namespace crossdock::host::process
