// The description of each struct of order.hpp: required members, then all members in the order in
// which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_party.hpp"
#include "crossdock/canonical/order.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(AcknowledgementStatus, unknown, accepted, accepted_with_changes, rejected)
BOOST_DESCRIBE_ENUM(LineStatus, unknown, accepted, backordered, quantity_changed, rejected)
CROSSDOCK_DESCRIBE(Reference, (qualifier, value), (qualifier, value))
CROSSDOCK_DESCRIBE(Charge, (kind, amount), (kind, amount, description))
CROSSDOCK_DESCRIBE(OrderLine, (line_no, sku, ordered, unit_price),
                   (line_no, sku, gtin, buyer_part, description, ordered, unit_price, cancelled,
                    reserved, backordered, released, shipped, invoiced, requested_ship))
CROSSDOCK_DESCRIBE(OrderHeader, (channel, customer, currency, ship_to),
                   (order_id, channel, channel_order_no, po_number, po_date, placed_at, customer,
                    currency, bill_to, ship_to, references))
CROSSDOCK_DESCRIBE(RequestedDelivery, (),
                   (ship_after, ship_by, deliver_by, cancel_after, service_level, carrier_scac,
                    ship_complete))
CROSSDOCK_DESCRIBE(Order, (header, lines), (header, lines, charges, requested, purpose))
CROSSDOCK_DESCRIBE(LineAcknowledgement, (line_no, status, ordered, acknowledged),
                   (line_no, sku, gtin, buyer_part, status, ordered, acknowledged, backordered,
                    unit_price, ship_on, reason))
CROSSDOCK_DESCRIBE(OrderAcknowledgement, (order, status, lines),
                   (order, status, acknowledged_at, lines, reasons))
CROSSDOCK_DESCRIBE(Allocation, (line_no, sku, quantity), (line_no, sku, warehouse, quantity))
CROSSDOCK_DESCRIBE(RoutedOrder, (order, allocations), (order, allocations, backorders))
CROSSDOCK_DESCRIBE(OrderRegistration, (order_id, system, number),
                   (order_id, system, number, external_ids))

}  // namespace crossdock::canonical
