// What a buyer wants changed of an order that is here (X12 860), and the answer to it, line by line
// (X12 865). Only what is still open changes: what shipped stays, and what a warehouse works on is
// refused, so that the answer holds. A cancellation of the whole order is asked for at warehouses
// too, as any is; what they work on is answered as not cancelled.
//
// A change that comes before its order is kept and carried out right after it; the same change (by
// the buyer's own count) again changes nothing.
#pragma once

#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/trade.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Throws Refused where it is no change that can be carried out or answered: its channel is not
// configured, another connector speaks for it, or the purpose asks for nothing.
void order_change_requested(Context& context, const canonical::OrderChange& change,
                            const canonical::MessageView& message);

}  // namespace crossdock::host::process
