// From reserved stock to a package under way: planned shipments, labels, warehouse orders, what was
// really shipped, and what follows from it (ship notice, invoice).
//
// One planned shipment is one fulfillment order and is confirmed once. What the warehouse ships
// short becomes a new planned shipment.
#pragma once

#include <vector>

#include "crossdock/canonical/invoice.hpp"
#include "host/process/context.hpp"
#include "host/process/sourcing.hpp"

namespace crossdock::host::process {

// One planned shipment per warehouse of the choices; asks the carrier for labels.
void plan_shipments(Context& context, const std::string& order_id,
                    const std::vector<Choice>& choices, std::int64_t attempt);

void label_created(Context& context, const canonical::ShipmentLabel& label);
void label_refused(Context& context, const canonical::Refusal& refusal);
void fulfillment_accepted(Context& context, const canonical::FulfillmentDecision& decision);
// Lets go of the stock there and finds another warehouse.
void fulfillment_rejected(Context& context, const canonical::FulfillmentDecision& decision);
void shipment_confirmed(Context& context, const canonical::Shipment& shipment,
                        const canonical::MessageView& message);
void invoice_posted(Context& context, const canonical::Invoice& invoice);
void tracking_scanned(Context& context, const canonical::TrackingEvent& event);

}  // namespace crossdock::host::process
