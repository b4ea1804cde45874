// What a system counted: a statement about a past instant. The warehouse's authority corrects the
// ledger at that instant, so that what moved since then stays; any other system is heard as advice.
#pragma once

#include <string>
#include <vector>

#include "crossdock/canonical/inventory.hpp"
#include "host/process/inventory/position.hpp"

namespace crossdock::host::process {

// Which system's counts are believed at a warehouse: wms, or what the configuration names.
std::string_view authority_of(const Settings& settings, std::string_view warehouse);

// Applies a count. A count older than the last one changes nothing. Returns the products of which
// more can be promised now. Throws Refused for a warehouse that is not configured and for a count
// of the future.
std::vector<std::string> take_snapshot(Context& context,
                                       const canonical::InventorySnapshot& snapshot);

// Where less is there than is promised to orders: says it, once when it comes to that, and has it
// made up for.
void report_shortage(Context& context, std::string_view sku, std::string_view warehouse,
                     const Position& before);

// The names that movements and buckets have in the store; empty or null where not known.
std::string_view movement_name(canonical::MovementKind kind);
std::int64_t* bucket_of(Stock& stock, canonical::StockBucket bucket);

}  // namespace crossdock::host::process
