// Labels: asked for with each planned shipment; once the carrier has given one, the warehouse is
// asked to ship. A label that is not needed any more is given back.
#pragma once

#include <string>

#include "crossdock/canonical/fulfillment.hpp"
#include "host/process/context.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {

// Gives a plan to its warehouse; the caller makes it `submitted`.
void request_fulfillment(Context& context, const Planned& planned, const KnownOrder& order);

void label_created(Context& context, const canonical::ShipmentLabel& label);
void label_refused(Context& context, const canonical::Refusal& refusal);
void label_voided(Context& context, const canonical::LabelVoid& answer);

// Asks the carrier to take a label back; nothing where there is none.
void void_label(Context& context, const Planned& planned, const std::string& label_ref,
                const KnownOrder& order);

}  // namespace crossdock::host::process
