// What a warehouse partner reports as shipped (X12 945), made the confirmation that the fulfilment
// process knows: his lines are found among those that he was asked for, by line number, product
// number, GTIN or the buyer's number. What cannot be found is refused in words, nothing of it done.
//
// A report ends the work: what it does not say is shipped is missing. The same report again changes
// nothing; a further shipment of work that has ended is refused.
#pragma once

#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/warehousing.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Throws Refused: the work is not known, or was another warehouse's; another connector speaks; a
// line is of nothing that was asked for.
void shipment_reported(Context& context, const canonical::WarehouseShipment& report,
                       const canonical::MessageView& message);

}  // namespace crossdock::host::process
