// Allocation pools: a share of a product's stock for one channel. A strict channel sells from its
// pools alone; a spilling one takes from its pools first, then from what is shared.
//
// quota is what the channel may take in the pool's time; what it holds and what it shipped count
// (used). A pool of a warehouse is a part of that warehouse's net; a pool of the group is a part of
// what the warehouses share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/inventory.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

inline constexpr std::string_view kGroupScope = "group";

struct Pool {
  std::string id;
  std::string scope;  // a warehouse's code, or group
  std::string channel;
  std::int64_t quota = 0;
  std::int64_t used = 0;
  bool strict = true;
  std::int64_t priority = 0;
  std::int64_t valid_from_ns = 0;
  std::int64_t valid_to_ns = 0;  // 0: for good
  std::int64_t rev = 0;          // grows with every change

  bool valid_at(std::int64_t ns) const {
    return valid_from_ns <= ns && (valid_to_ns == 0 || ns < valid_to_ns);
  }
};

// The pools of a product, the higher priority first, then by id.
std::vector<Pool> pools_of(journal::Database& db, std::string_view sku);

// Sets a pool; a quota of nothing takes it away for new holds. Returns whether anything changed.
// Throws Refused for a channel or warehouse that is not known.
bool set_pool(Context& context, const canonical::AllocationPool& pool);

// Takes a held quantity out of the channel's pools as far as they go; the rest is shared stock
// (counted as spilled where the channel has a pool).
void draw_from_pools(Context& context, std::string_view reservation, std::string_view sku,
                     std::string_view warehouse, std::string_view channel, std::int64_t quantity);
// Gives back what a reservation drew, so that its draws fit into what it still holds.
void give_back_to_pools(Context& context, std::string_view reservation, std::int64_t still_open);
// What shipped stays used.
void consume_from_pools(Context& context, std::string_view reservation, std::int64_t quantity,
                        bool undo = false);

}  // namespace crossdock::host::process
