// Stock that a warehouse partner corrected (X12 947), as movements: the reason says what moved, the
// quantity how much. A line that cannot be booked refuses the whole report in words. The same
// number of the same day again is the same report.
#pragma once

#include <string>
#include <vector>

#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/warehousing.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Returns the products of which more can be promised now. Throws Refused: another connector speaks;
// a product or reason is not known; more is taken out of a hold than is in it.
std::vector<std::string> stock_adjusted(Context& context,
                                        const canonical::InventoryAdjustment& report,
                                        const canonical::MessageView& message);

}  // namespace crossdock::host::process
