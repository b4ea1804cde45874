// What left the house, as the warehouse says: the only thing that moves stock out, tells the buyer
// (856) and asks for an invoice. One planned shipment is confirmed once. What did not ship is found
// elsewhere, then here again, then waits; more than was asked for is not believed.
#pragma once

#include "crossdock/canonical/decisions.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void shipment_confirmed(Context& context, const canonical::Shipment& shipment);
// It did not leave after all: stock, reservation and line are as before, and it is planned again.
void shipment_voided(Context& context, const canonical::ShipmentVoid& voided);

}  // namespace crossdock::host::process
