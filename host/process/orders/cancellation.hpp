// Taking back what was ordered, as far as it is still here: what waits and what no warehouse has is
// cancelled at once, what a warehouse works on is asked for back, what shipped stays shipped.
#pragma once

#include <string>

#include "host/process/context.hpp"

namespace crossdock::host::process {

void cancel_order(Context& context, const std::string& order_id, const std::string& reason);

// Cancels a quantity of a line that is held at a warehouse (empty: that waits for stock).
void cancel_held(Context& context, const std::string& order_id, const std::string& line_no,
                 const std::string& warehouse, std::int64_t quantity);

}  // namespace crossdock::host::process
