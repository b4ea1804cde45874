// What carriers report about packages under way. Reports come late, twice and out of order: each is
// kept once, and a shipment only ever moves forward.
#pragma once

#include "crossdock/canonical/fulfillment.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void tracking_scanned(Context& context, const canonical::TrackingEvent& event);

}  // namespace crossdock::host::process
