// Stock as a ledger: positions are sums of movements, and one function says what can still be
// promised. Who holds what is in reservations.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/inventory.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// The buckets of one product in one warehouse, in ten-thousandths of its unit.
struct Position {
  std::int64_t on_hand = 0;
  std::int64_t damaged = 0;
  std::int64_t allocated = 0;
  std::int64_t rev = 0;  // grows with every change
  // Canonical model, section 3: sellable less allocated; signed.
  std::int64_t net() const { return on_hand - damaged - allocated; }
};
// All zero where nothing is known.
Position position(journal::Database& db, std::string_view sku, std::string_view warehouse);

// What a warehouse can still promise of a product: net, never below zero, whole units (half a
// carton cannot be promised). The one formula for routing and for every reader.
std::int64_t available(const Position& position);
// The sum over the warehouses that may sell over the channel (empty: any).
std::int64_t available_to_sell(journal::Database& db, const Settings& settings,
                               std::string_view sku, std::string_view channel);
bool sells_over(const canonical::Warehouse& warehouse, std::string_view channel);

// Stores one movement once; the same key again does nothing and returns false. Stock that falls
// below nothing is kept as it is and reported (invariant I3's exception).
struct Movement {
  std::string_view sku;
  std::string_view warehouse;
  std::string_view kind;
  std::int64_t on_hand = 0;  // change
  std::int64_t damaged = 0;
  std::string_view cause;
  std::int64_t occurred_at_ns = 0;
  std::string idempotency_key;
};
bool record_movement(Context& context, const Movement& movement);

// A count by the warehouse's own system corrects the ledger at the instant it speaks of (what moved
// since then stays); a count by any other system is kept as advice. A count older than the last one
// changes nothing. Returns the products of which more can be promised now. Throws Refused for a
// warehouse that is not configured and for a count of the future.
std::vector<std::string> take_snapshot(Context& context,
                                       const canonical::InventorySnapshot& snapshot);

}  // namespace crossdock::host::process
