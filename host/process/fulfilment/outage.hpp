// A warehouse falls out while orders lie there. What it has not taken is shipped from elsewhere at
// once; what it has taken is asked for back and only re-routed when it says so; what it has picked
// is left to it, and said. Its stock counts for nobody until it is back.
#pragma once

#include "crossdock/canonical/decisions.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void warehouse_status_changed(Context& context, const canonical::WarehouseStatusChange& change);

}  // namespace crossdock::host::process
