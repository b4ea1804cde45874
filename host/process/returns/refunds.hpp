// The money of a return: one refund for what was received, at the order's own prices, and shipping
// once per order. It is asked for once; whether it was paid can be in doubt, and then it is looked
// up, never asked for again. Only after a plain no may a person ask for another attempt.
#pragma once

#include <string>

#include "crossdock/canonical/aftersales.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Asks for what is due and not asked for yet. `again`: after a denial. Throws Refused where that is
// not so.
void start_refund(Context& context, const std::string& return_id, bool again = false);
// What the system that pays says: succeeded, denied, or in doubt.
void refund_settled(Context& context, const canonical::Refund& refund);

}  // namespace crossdock::host::process
