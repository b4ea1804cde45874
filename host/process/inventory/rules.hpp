// What people set about stock by message: safety stock, thresholds, pools. Each returns the
// products of which more can be promised now.
#pragma once

#include <string>
#include <vector>

#include "crossdock/canonical/inventory.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// With a warehouse: its safety stock of the product; with a channel: the product's threshold there.
std::vector<std::string> stock_rule_changed(Context& context, const canonical::StockRule& rule);
std::vector<std::string> pool_changed(Context& context, const canonical::AllocationPool& pool);

}  // namespace crossdock::host::process
