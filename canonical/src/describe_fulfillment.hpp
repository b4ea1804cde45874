// The description of each struct of fulfillment.hpp: required members, then all members in the
// order in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_order.hpp"
#include "crossdock/canonical/fulfillment.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(ShipmentState, unknown, planned, labelled, shipped, in_transit,
                    out_for_delivery, delivered, exception, returning, returned, lost, voided)
BOOST_DESCRIBE_ENUM(TrackingCode, unknown, label_created, picked_up, in_transit, out_for_delivery,
                    delivered, attempted, delayed, exception, returning, returned, lost)
CROSSDOCK_DESCRIBE(FulfillmentLine, (line_no, sku, quantity),
                   (line_no, sku, gtin, description, quantity))
CROSSDOCK_DESCRIBE(PackageContent, (line_no, sku, quantity),
                   (line_no, sku, quantity, lot, serial, gtin, buyer_part))
CROSSDOCK_DESCRIBE(Package, (), (sscc, tracking_no, weight_g, contents))
CROSSDOCK_DESCRIBE(ShipmentException, (sku, kind, quantity), (line_no, sku, kind, quantity))
CROSSDOCK_DESCRIBE(Shipment, (warehouse, state, packages),
                   (id, order_id, fulfillment_order_id, warehouse, state, carrier_scac,
                    carrier_name, service, bol, label_ref, shipped_at, packages, exceptions,
                    external_ref))
CROSSDOCK_DESCRIBE(FulfillmentOrder, (id, order_id, warehouse, lines),
                   (id, order_id, warehouse, lines, attempt, ship_by, service))
CROSSDOCK_DESCRIBE(FulfillmentRequest, (fulfillment_order, order, shipment),
                   (fulfillment_order, order, shipment))
CROSSDOCK_DESCRIBE(FulfillmentDecision, (fulfillment_order_id, warehouse),
                   (fulfillment_order_id, order_id, warehouse, external_ref, reason))
CROSSDOCK_DESCRIBE(FulfillmentCancellation, (fulfillment_order_id, warehouse),
                   (fulfillment_order_id, order_id, warehouse, accepted, reason))
CROSSDOCK_DESCRIBE(LabelRequest, (shipment, ship_from, ship_to),
                   (shipment, ship_from, ship_to, po_number, service))
CROSSDOCK_DESCRIBE(ShipmentLabel, (shipment_id, label_ref, tracking_numbers),
                   (shipment_id, order_id, label_ref, carrier_code, carrier_scac, service,
                    tracking_numbers, cost, document_href))
CROSSDOCK_DESCRIBE(LabelVoid, (shipment_id, label_ref), (shipment_id, label_ref, approved, reason))
CROSSDOCK_DESCRIBE(Refusal, (ref, code, reason), (ref, order_id, code, reason))
CROSSDOCK_DESCRIBE(ShipNotice, (order, shipment, lines, ship_from),
                   (order, shipment, lines, ship_from, is_final))
CROSSDOCK_DESCRIBE(TrackingEvent, (tracking_no, code, occurred_at),
                   (tracking_no, shipment_id, code, carrier_code_raw, occurred_at, place,
                    description))

}  // namespace crossdock::canonical
