// The description of each struct of decisions.hpp: required members, then all members in the order
// in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_fulfillment.hpp"
#include "crossdock/canonical/decisions.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(ReviewKind, unknown, fraud, credit)
BOOST_DESCRIBE_ENUM(ReviewVerdict, unknown, pending, cleared, failed, approved, declined, referred)
BOOST_DESCRIBE_ENUM(PaymentKind, unknown, authorised, captured, refunded, failed)
BOOST_DESCRIBE_ENUM(OrderAction, unknown, hold, release_hold, edit_line, cancel_line, cancel_order,
                    reroute)
CROSSDOCK_DESCRIBE(ReviewRequest, (order_id, kind, order, amount),
                   (order_id, kind, order, amount, exposure, limit))
CROSSDOCK_DESCRIBE(ReviewDecision, (kind, verdict),
                   (order_id, channel, po_number, kind, verdict, retract, reason, reference))
CROSSDOCK_DESCRIBE(PaymentEvent, (kind, amount),
                   (order_id, channel, po_number, kind, amount, retract, reference))
CROSSDOCK_DESCRIBE(CreditChange, (customer), (customer, limit, exposure, payment))
CROSSDOCK_DESCRIBE(OrderCommand, (action),
                   (order_id, channel, po_number, action, line_no, quantity, unit_price, hold,
                    warehouse, reason, actor))
CROSSDOCK_DESCRIBE(WarehouseStatusChange, (warehouse, status), (warehouse, status, reason, actor))
CROSSDOCK_DESCRIBE(FulfillmentProgress, (fulfillment_order_id, warehouse, stage),
                   (fulfillment_order_id, order_id, warehouse, stage, lines))
CROSSDOCK_DESCRIBE(ShipmentVoid, (fulfillment_order_id, warehouse),
                   (fulfillment_order_id, order_id, warehouse, reason))
CROSSDOCK_DESCRIBE(RuleSet, (name, rules), (name, rules, actor))

}  // namespace crossdock::canonical
