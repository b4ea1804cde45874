// The facts of an order that others decide: fraud, credit, payment. Each axis only goes forward, in
// this order, whatever order the news comes in; back only by an explicit retraction.
//
//   fraud    none < pending < cleared < failed
//   credit   none < pending < referred < approved < declined
//   payment  none < failed < authorised < captured < part_refunded < refunded
//
// An axis that an order waits for is a hold of that name. Failed and declined orders are cancelled
// as far as nothing shipped.
#pragma once

#include <string>

#include "crossdock/canonical/decisions.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Whether orders of a channel are reviewed, or wait for their payment.
bool is_reviewed(const ChannelSettings& channel);
// Asks for the reviews that the order's channel wants, and raises their holds.
void begin_reviews(Context& context, const std::string& order_id, const ChannelSettings& channel);

void review_decided(Context& context, const canonical::ReviewDecision& decision,
                    const canonical::MessageView& message);
void payment_recorded(Context& context, const canonical::PaymentEvent& event,
                      const canonical::MessageView& message);

}  // namespace crossdock::host::process
