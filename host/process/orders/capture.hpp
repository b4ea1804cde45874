// Orders: taken in once, checked, priced, reserved and, where nothing holds them back, routed in
// one transaction, and answered.
#pragma once

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// A purchase order number is one order per channel; the same number again is a duplicate that is
// said and not carried out (unless the earlier order was rejected as a whole). Purpose "cancel"
// cancels what can still be cancelled, "replace" applies what differs.
void order_captured(Context& context, const canonical::Order& order,
                    const canonical::MessageView& message);
void order_registered(Context& context, const canonical::OrderRegistration& registration);

// A line of an order that is there; numbers count from 1, in the buyer's order.
void insert_line(Context& context, const std::string& order_id, const canonical::OrderLine& line,
                 std::int64_t number);
// Why a line cannot be sold; empty: it can.
std::string line_fault(const Context& context, const canonical::OrderLine& line,
                       const std::string& currency);

}  // namespace crossdock::host::process
