// What a warehouse partner received of a transfer (X12 944), made the receipt that the transfers
// know: good, damaged, missing. What arrives beyond what was sent is booked nowhere and said as a
// discrepancy. What is neither received nor said to be missing stays on its way.
#pragma once

#include <string>
#include <vector>

#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/warehousing.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Returns the products of which more can be promised now. Throws Refused: the transfer is not
// known, does not go to the warehouse that reports, or has ended; another connector speaks.
std::vector<std::string> receipt_reported(Context& context,
                                          const canonical::TransferReceipt& report,
                                          const canonical::MessageView& message);

}  // namespace crossdock::host::process
