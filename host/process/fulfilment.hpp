// From a planned shipment to a package under way: the label, the work order to the warehouse, its
// answer, and what really shipped.
//
// One planned shipment is one fulfillment order and is confirmed once. What the warehouse ships
// short becomes a new planned shipment.
#pragma once

#include "crossdock/canonical/fulfillment.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void label_created(Context& context, const canonical::ShipmentLabel& label);
void label_refused(Context& context, const canonical::Refusal& refusal);
void label_voided(Context& context, const canonical::LabelVoid& answer);
void fulfillment_accepted(Context& context, const canonical::FulfillmentDecision& decision);
// Lets go of the stock there and finds another warehouse.
void fulfillment_rejected(Context& context, const canonical::FulfillmentDecision& decision);
void fulfillment_cancelled(Context& context, const canonical::FulfillmentCancellation& answer);
void shipment_confirmed(Context& context, const canonical::Shipment& shipment);

}  // namespace crossdock::host::process
