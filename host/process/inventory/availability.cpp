#include "host/process/inventory/availability.hpp"

#include <algorithm>

#include "host/journal/memo.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/supply.hpp"
#include "host/process/step.hpp"
#include "host/process/warehouses.hpp"

namespace crossdock::host::process {
namespace {

using AtWarehouse = StockOfProduct::AtWarehouse;

void take_positions(journal::Database& db, StockOfProduct& out) {
  const auto positions = positions_of(db, out.sku);
  for (const auto& [warehouse, position] : *positions) {
    out.rev += position.rev;
    auto& at = out.warehouses.emplace_hint(out.warehouses.end(), warehouse, AtWarehouse{})->second;
    at.position = position;
    at.feed = "fresh";
  }
}

struct Feed {
  std::string warehouse;
  std::string state;
  std::int64_t rev = 0;
};

struct KnownFeeds : journal::Memo<std::vector<Feed>> {
  KnownFeeds() : Memo({"feeds"}) {}
};

// Few are listened to (a row per warehouse with a limit), so all are read at once.
std::vector<Feed> feeds_of(journal::Database& db) {
  return db.kept<KnownFeeds>().get(db, "", [&] {
    std::vector<Feed> out;
    auto statement = db.prepare("SELECT warehouse, state, rev FROM feeds");
    while (statement.step()) {
      out.push_back({statement.text(0), statement.text(1), statement.integer(2)});
    }
    return out;
  });
}

// A quantity per channel, of one product.
struct ByChannel {
  std::map<std::string, std::int64_t, std::less<>> quantities;
  std::int64_t rev = 0;
};

struct KnownGroupDemand : journal::Memo<ByChannel> {
  KnownGroupDemand() : Memo({"group_demand"}) {}
};
struct KnownThresholds : journal::Memo<ByChannel> {
  KnownThresholds() : Memo({"thresholds"}) {}
};

// `query` reads channel, quantity and revision of the one table that `Known` remembers.
template <class Known>
std::map<std::string, std::int64_t, std::less<>> by_channel(journal::Database& db,
                                                            std::string_view query,
                                                            StockOfProduct& out) {
  auto found = db.kept<Known>().get(db, out.sku, [&] {
    ByChannel read;
    auto statement = db.prepare(query);
    statement.bind(out.sku);
    while (statement.step()) {
      read.quantities[statement.text(0)] = statement.integer(1);
      read.rev += statement.integer(2);
    }
    return read;
  });
  out.rev += found.rev;
  return std::move(found.quantities);
}

// Pools take of net by priority; what they leave is shared.
void share_out(StockOfProduct& out) {
  for (auto& [code, at] : out.warehouses) {
    at.shared = at.counts ? std::max<std::int64_t>(0, at.position.net() - at.kept_for_later) : 0;
  }
  for (auto& one : out.pools) {
    const auto wanted = std::max<std::int64_t>(0, one.pool.quota - one.pool.used);
    if (one.pool.scope == kGroupScope) {
      continue;
    }
    const auto found = out.warehouses.find(one.pool.scope);
    if (found != out.warehouses.end()) {
      one.left = std::min(wanted, found->second.shared);
      found->second.shared -= one.left;
    }
  }
  std::int64_t together = 0;
  for (const auto& [code, at] : out.warehouses) {
    together += whole_units(at.shared);
  }
  for (auto& one : out.pools) {
    if (one.pool.scope == kGroupScope) {
      one.left = std::clamp<std::int64_t>(one.pool.quota - one.pool.used, 0, together);
      together -= one.left;
    }
  }
}

// Which warehouses give to a channel (empty: any), looked up once for many warehouses.
class Reach {
 public:
  Reach(const Settings& settings, std::string_view channel)
      : warehouses_(settings.warehouses), channel_(channel) {
    const auto known = settings.channels.find(channel);
    markets_ = known == settings.channels.end() ? nullptr : &known->second.markets;
  }

  bool serves(const WarehouseSettings& one) const {
    return sells_over(one.warehouse, channel_) &&
           (markets_ == nullptr || markets_->empty() ||
            std::find(markets_->begin(), markets_->end(), one.warehouse.address.country) !=
                markets_->end());
  }
  bool serves(std::string_view warehouse) const {
    const auto found = warehouses_.find(warehouse);
    return found != warehouses_.end() && serves(found->second);
  }

 private:
  const std::map<std::string, WarehouseSettings, std::less<>>& warehouses_;
  std::string_view channel_;
  const std::vector<std::string>* markets_ = nullptr;
};

// Whether two channels can want the same unit.
bool share_a_warehouse(const StockOfProduct& stock, const Settings& settings, std::string_view one,
                       std::string_view other) {
  const Reach of_one(settings, one);
  const Reach of_other(settings, other);
  return one == other ||
         std::any_of(stock.warehouses.begin(), stock.warehouses.end(), [&](const auto& at) {
           return of_one.serves(at.first) && of_other.serves(at.first);
         });
}

// A strict pool binds its channel everywhere: what it has no pool for, it does not sell.
bool is_strict(const StockOfProduct& stock, std::string_view channel) {
  return std::any_of(stock.pools.begin(), stock.pools.end(), [&](const auto& one) {
    return one.pool.channel == channel && one.pool.strict;
  });
}

std::int64_t threshold(const StockOfProduct& stock, const Settings& settings,
                       std::string_view channel) {
  if (const auto own = stock.thresholds.find(channel); own != stock.thresholds.end()) {
    return own->second;
  }
  const auto found = settings.channels.find(channel);
  return found == settings.channels.end() ? 0 : found->second.threshold_e4;
}

}  // namespace

bool sells_over(const canonical::Warehouse& warehouse, std::string_view channel) {
  return warehouse.status == canonical::WarehouseStatus::active &&
         (channel.empty() || warehouse.channels.empty() ||
          std::find(warehouse.channels.begin(), warehouse.channels.end(), channel) !=
              warehouse.channels.end());
}

StockOfProduct stock_of(journal::Database& db, const Settings& settings, std::string_view sku,
                        std::int64_t now_ns) {
  StockOfProduct out;
  out.sku = sku;
  take_positions(db, out);
  for (auto& feed : feeds_of(db)) {
    if (const auto at = out.warehouses.find(feed.warehouse); at != out.warehouses.end()) {
      at->second.feed = std::move(feed.state);
      out.rev += feed.rev;
    }
  }
  for (auto& pool : pools_of(db, sku)) {
    out.rev += pool.rev;
    if (pool.valid_at(now_ns)) {
      out.pools.push_back({std::move(pool), 0});
    }
  }
  out.rev += status_changes(db);  // warehouses that fell out and came back count in every number
  out.group_demand = by_channel<KnownGroupDemand>(
      db, "SELECT channel, soft + hard, rev FROM group_demand WHERE sku = ?", out);
  out.thresholds = by_channel<KnownThresholds>(
      db, "SELECT channel, quantity, rev FROM thresholds WHERE sku = ?", out);
  const auto said = said_statuses(db);
  const Reach everybody(settings, "");
  for (auto& [code, at] : out.warehouses) {
    const auto known = settings.warehouses.find(code);
    at.counts = known != settings.warehouses.end() && everybody.serves(known->second) &&
                at.feed != "floor" &&
                status_of(said, known->second) == canonical::WarehouseStatus::active;
  }
  keep_for_later(db, out);
  share_out(out);
  return out;
}

std::int64_t part_of_warehouse(const StockOfProduct& stock, const Settings& settings,
                               std::string_view channel, std::string_view warehouse) {
  const auto found = stock.warehouses.find(warehouse);
  if (found == stock.warehouses.end() || !found->second.counts ||
      !Reach(settings, channel).serves(warehouse)) {
    return 0;
  }
  if (channel.empty()) {
    return whole_units(found->second.position.net() - found->second.kept_for_later);
  }
  std::int64_t own = 0;
  std::int64_t own_group = 0;
  for (const auto& one : stock.pools) {
    if (one.pool.channel == channel) {
      (one.pool.scope == kGroupScope ? own_group : own) +=
          one.pool.scope == kGroupScope || one.pool.scope == warehouse ? one.left : 0;
    }
  }
  // A group pool is a part of what the warehouses share, wherever that is.
  const auto shared =
      is_strict(stock, channel) ? std::min(own_group, found->second.shared) : found->second.shared;
  return whole_units(own + shared);
}

Available available_of(const StockOfProduct& stock, const Settings& settings,
                       std::string_view channel) {
  Available out;
  out.rev = stock.rev;
  std::int64_t own_group = 0;
  std::int64_t others_group = 0;
  for (const auto& one : stock.pools) {
    if (one.pool.scope == kGroupScope) {
      (one.pool.channel == channel ? own_group : others_group) += one.left;
    }
  }
  std::int64_t pools = 0;
  std::int64_t shared = 0;
  const Reach reach(settings, channel);
  for (const auto& [code, at] : stock.warehouses) {
    if (!reach.serves(code)) {
      continue;
    }
    if (at.feed == "floor") {
      out.provenance = Provenance::floor;
    } else if (at.feed == "unknown" && out.provenance == Provenance::computed) {
      out.provenance = Provenance::unknown;
    }
    if (!at.counts) {
      continue;
    }
    if (channel.empty()) {
      out.quantity += whole_units(at.position.net() - at.kept_for_later);
      continue;
    }
    std::int64_t own = 0;
    for (const auto& one : stock.pools) {
      own += one.pool.channel == channel && one.pool.scope == code ? one.left : 0;
    }
    // Whole units of both together: a half from the pool and a half from the rest are one.
    const auto both = whole_units(own + at.shared);
    pools += std::min(whole_units(own), both);
    shared += both - std::min(whole_units(own), both);
  }
  if (channel.empty()) {
    return out;
  }
  shared = is_strict(stock, channel) ? std::min(own_group, shared)
                                     : std::max<std::int64_t>(0, shared - others_group);
  std::int64_t held = 0;
  for (const auto& [other, quantity] : stock.group_demand) {
    if (quantity > 0 && share_a_warehouse(stock, settings, channel, other)) {
      held += quantity;
    }
  }
  out.quantity = whole_units(pools + shared - held - threshold(stock, settings, channel));
  return out;
}

Available available_to_sell_at(journal::Database& db, const Settings& settings,
                               std::string_view sku, std::string_view channel,
                               std::int64_t now_ns) {
  const auto components = components_of(db, sku);
  Available out;
  bool first = true;
  for (const auto& component : components) {
    auto one = available_of(stock_of(db, settings, component.sku, now_ns), settings, channel);
    one.quantity = whole_units(in_product(one.quantity, component.factor));
    out.quantity = first ? one.quantity : std::min(out.quantity, one.quantity);
    out.provenance = std::max(out.provenance, one.provenance);
    out.rev += one.rev;
    first = false;
  }
  return out;
}

std::int64_t available_to_sell(journal::Database& db, const Settings& settings,
                               std::string_view sku, std::string_view channel) {
  return available_to_sell_at(db, settings, sku, channel, store_clock(db)).quantity;
}

AvailableStock::Left& AvailableStock::left_of(const std::string& sku) {
  const auto [found, added] = left_.try_emplace(sku);
  if (added) {
    const auto stock = stock_of(db_, settings_, sku, now_ns_);
    found->second.in_all = available_of(stock, settings_, channel_).quantity;
    for (const auto& [code, at] : stock.warehouses) {
      found->second.at[code] = part_of_warehouse(stock, settings_, channel_, code);
    }
  }
  return found->second;
}

std::int64_t AvailableStock::left(const std::string& sku, const std::string& warehouse) {
  std::int64_t out = INT64_MAX;
  for (const auto& component : components_of(db_, sku)) {
    auto& left = left_of(component.sku);
    const auto at = left.at.find(warehouse);
    const auto here = at == left.at.end() ? 0 : std::min(at->second, left.in_all);
    out = std::min(out, whole_units(in_product(here, component.factor)));
  }
  return out;
}

void AvailableStock::take(const std::string& sku, const std::string& warehouse,
                          std::int64_t quantity) {
  for (const auto& component : components_of(db_, sku)) {
    auto& left = left_of(component.sku);
    const auto taken = in_component(quantity, component.factor);
    left.at[warehouse] -= taken;
    left.in_all -= taken;
  }
}

}  // namespace crossdock::host::process
