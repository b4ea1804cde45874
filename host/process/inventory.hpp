// Stock as a ledger: positions are sums of movements, reservations hold parts of them, and one
// function says what can still be promised.
#pragma once

#include <map>

#include "crossdock/canonical/inventory.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// What a warehouse can still promise of a product (signed; canonical model, section 3: sellable
// less allocated). The one formula for routing and for every reader.
std::int64_t net_available(journal::Database& db, std::string_view sku, std::string_view warehouse);

// Stores one movement once; the same key again does nothing and returns false.
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

// Holds a quantity for an order line at a warehouse (empty: backordered, holds nothing). The same
// line and warehouse again adds to the same reservation.
void reserve(Context& context, std::string_view order_id, std::string_view line_no,
             std::string_view sku, std::string_view warehouse, std::int64_t quantity);
// What was held leaves: by shipping (consume) or because it is not wanted there any more (release).
// Returns how much there was to take.
std::int64_t consume(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity);
std::int64_t release(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity);

// A count by the warehouse's own system corrects the ledger at the instant it speaks of (what moved
// since then stays); a count by any other system is kept as advice. Returns the products of which
// more can be promised now.
std::vector<std::string> take_snapshot(Context& context,
                                       const canonical::InventorySnapshot& snapshot,
                                       std::string_view key);

}  // namespace crossdock::host::process
