// Changes of an order that is here already: what the buyer replaces, what an operator edits, holds,
// cancels or wants from elsewhere. Only what is still open can change: less than what shipped and
// what a warehouse works on is refused with the reason, nothing of it done.
#pragma once

#include <string>

#include "crossdock/canonical/decisions.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Applies what differs between the order as it stands and the buyer's new document (X12 850 with
// BEG01 = 05, Shopify orders/updated). Older than what is known: nothing. Not from who may write:
// kept as advice.
void replace_order(Context& context, const std::string& order_id, const canonical::Order& order,
                   const canonical::MessageView& message);

// Throws Refused where the command is not allowed now; the text says why.
void order_commanded(Context& context, const canonical::OrderCommand& command,
                     const canonical::MessageView& message);

}  // namespace crossdock::host::process
