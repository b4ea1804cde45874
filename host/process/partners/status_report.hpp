// Where a shipment stands in a carrier's words (X12 214), as the scans that the tracking process
// knows. A report names a shipment by the carrier's number, by its cartons, or by references; what
// names none of ours is passed over, as any scan is.
#pragma once

#include "crossdock/canonical/transport.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void status_reported(Context& context, const canonical::ShipmentStatus& report);

}  // namespace crossdock::host::process
