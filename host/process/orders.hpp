// Orders: taken in once, checked, reserved and routed in one transaction, and answered.
#pragma once

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// A purchase order number is one order per channel; the same number again is a duplicate that is
// said and not carried out (unless the earlier order was rejected as a whole). Purpose "cancel"
// cancels what can still be cancelled.
void order_captured(Context& context, const canonical::Order& order,
                    const canonical::MessageView& message);
void order_registered(Context& context, const canonical::OrderRegistration& registration);

}  // namespace crossdock::host::process
