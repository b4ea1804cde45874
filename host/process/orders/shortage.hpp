// Fewer counted than is promised: who gives up what he holds. What a warehouse works on is left to
// it, since it knows best what it finds; of the rest the lowest priority gives way first, then the
// youngest, and what gave way ships from elsewhere or waits.
#pragma once

#include <string>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// Displaces orders' holds at a position, no more than are missing there, and routes them again.
void displace_for_shortage(Context& context, const std::string& sku, const std::string& warehouse);

}  // namespace crossdock::host::process
