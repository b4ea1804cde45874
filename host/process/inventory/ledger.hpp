// The ledger: every movement of stock, once, never changed. Positions and lots are its sums.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/inventory.hpp"
#include "host/process/inventory/position.hpp"

namespace crossdock::host::process {

struct Movement {
  std::string_view sku;
  std::string_view warehouse;
  std::string_view kind;  // canonical::MovementKind's names
  Stock change;           // of each bucket
  std::string_view cause;
  std::int64_t occurred_at_ns = 0;
  std::string idempotency_key;  // names the business event
  std::string_view lot;         // empty: not tracked by lot
  std::string_view reason;
  std::string_view source;  // who says so; empty: the processes themselves
};

// Stores a movement once; the same key again does nothing and returns false. Stock that falls below
// nothing is kept as it is and reported (invariant I3's exception). A movement of an instant that a
// count has seen already is undone at once by a correction: the count had it.
bool record_movement(Context& context, const Movement& movement);

// A movement that a warehouse's own system reports: receipts, damage, holds, write-offs. Returns
// the products of which more can be promised now. Throws Refused where it makes no sense.
std::vector<std::string> movement_reported(Context& context,
                                           const canonical::InventoryMovement& movement);

// The instant of the last count by a system that included the product; 0: never.
std::int64_t last_count(journal::Database& db, std::string_view sku, std::string_view warehouse,
                        std::string_view system);

// What can be sold of a lot ends with its shelf life: a timer moves what is left of it to
// `expired`.
void lot_expired(Context& context, const std::string& key);

}  // namespace crossdock::host::process
