// What a warehouse says of its work before it ships: it takes it, it does not, how far it is.
#pragma once

#include "crossdock/canonical/decisions.hpp"
#include "host/process/context.hpp"
#include "host/process/fulfilment/planning.hpp"

namespace crossdock::host::process {

void fulfillment_accepted(Context& context, const canonical::FulfillmentDecision& decision);
// Lets go of the stock there and finds another warehouse.
void fulfillment_rejected(Context& context, const canonical::FulfillmentDecision& decision);
// picked, packed: from now on it is in the house's hands.
void fulfillment_progressed(Context& context, const canonical::FulfillmentProgress& progress);
// What was picked does not stand there any more.
void unpick(Context& context, const Planned& planned);

}  // namespace crossdock::host::process
