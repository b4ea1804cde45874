// What can still be promised: the one function for routing, reservations, feeds and every reader
// (canonical model, section 3).
//
//   net(warehouse)    = sellable - allocated - soft reserved - safety stock
//   left(pool)        = quota - used, within what higher pools leave of net
//   shared(warehouse) = what all pools leave of net
//   ATS(channel)      = over the channel's warehouses: left of its pools, and shared unless one of
//   its
//                       pools is strict; less what group pools of others and holds without a
//                       warehouse take, less the channel's threshold; never below nothing
//
// A warehouse gives whole units. One that is not active gives nothing; one that has not been heard
// of for longer than its floor limit neither. Demand dated in the future takes of today's stock
// what the supply until then does not cover. ATS of a kit is the least of its components'.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/process/inventory/pools.hpp"
#include "host/process/inventory/position.hpp"

namespace crossdock::host::process {

// Everything that decides how many of one product (no kit) can be promised, read at one moment.
struct StockOfProduct {
  struct AtWarehouse {
    Position position;
    std::int64_t kept_for_later = 0;  // of net, for demand dated in the future
    std::int64_t shared = 0;          // of net, after the pools
    std::string feed;                 // fresh, unknown, floor
    bool counts = true;               // active, and not silent for too long
  };
  struct PoolLeft {
    Pool pool;
    std::int64_t left = 0;
  };
  std::string sku;
  std::map<std::string, AtWarehouse, std::less<>> warehouses;
  std::vector<PoolLeft> pools;                                    // valid now
  std::map<std::string, std::int64_t, std::less<>> group_demand;  // per channel
  std::map<std::string, std::int64_t, std::less<>> thresholds;    // per channel, of this product
  std::int64_t rev = 0;  // grows with every change that counts
};
StockOfProduct stock_of(journal::Database& db, const Settings& settings, std::string_view sku,
                        std::int64_t now_ns);

enum class Provenance : std::uint8_t { computed, unknown, floor };

struct Available {
  std::int64_t quantity = 0;
  Provenance provenance = Provenance::computed;
  std::int64_t rev = 0;
};
// What a channel can sell of a product or kit. An empty channel: all that is there, over all
// warehouses, pools and thresholds left aside.
Available available_to_sell_at(journal::Database& db, const Settings& settings,
                               std::string_view sku, std::string_view channel, std::int64_t now_ns);
Available available_of(const StockOfProduct& stock, const Settings& settings,
                       std::string_view channel);
// The same at the latest instant the store knows.
std::int64_t available_to_sell(journal::Database& db, const Settings& settings,
                               std::string_view sku, std::string_view channel);

// Whether a warehouse sells over a channel now (empty: any).
bool sells_over(const canonical::Warehouse& warehouse, std::string_view channel);
// What a channel may take at one warehouse, its own limits over all warehouses left aside.
std::int64_t part_of_warehouse(const StockOfProduct& stock, const Settings& settings,
                               std::string_view channel, std::string_view warehouse);

// What one demand can take while it is being planned: per warehouse and in all, kits by their
// components. What is taken is not stored; reserve() does that.
class AvailableStock {
 public:
  AvailableStock(journal::Database& db, const Settings& settings, std::string channel,
                 std::int64_t now_ns)
      : db_(db), settings_(settings), channel_(std::move(channel)), now_ns_(now_ns) {}

  std::int64_t left(const std::string& sku, const std::string& warehouse);
  void take(const std::string& sku, const std::string& warehouse, std::int64_t quantity);

 private:
  struct Left {
    std::int64_t in_all = 0;
    std::map<std::string, std::int64_t> at;
  };
  Left& left_of(const std::string& sku);

  journal::Database& db_;
  const Settings& settings_;
  std::string channel_;
  std::int64_t now_ns_;
  std::map<std::string, Left> left_;
};

}  // namespace crossdock::host::process
