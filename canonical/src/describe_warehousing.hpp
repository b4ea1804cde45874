// The description of each struct of warehousing.hpp: required members, then all members in the
// order in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_fulfillment.hpp"
#include "canonical/src/describe_statements.hpp"
#include "crossdock/canonical/warehousing.hpp"

namespace crossdock::canonical {

CROSSDOCK_DESCRIBE(WarehouseShipment, (order, shipment),
                   (order, shipment, ship_from, reporting, notes))
CROSSDOCK_DESCRIBE(TransferNoticeLine, (shipped),
                   (sku, shipped, gtin, case_code, lot, description, references))
CROSSDOCK_DESCRIBE(TransferNotice, (id),
                   (id, from, to, state, reporting, depositor_order_no, po_number, shipped_on, eta,
                    ship_to, ship_from, transport_mode, carrier_scac, carrier_name, lines, units,
                    weight_g, parties, references, notes))
CROSSDOCK_DESCRIBE(ReceiptException, (), (quantity, condition, damage_reason))
CROSSDOCK_DESCRIBE(TransferReceiptLine, (accepted),
                   (sku, accepted, gtin, case_code, lot, description, references, exceptions))
CROSSDOCK_DESCRIBE(ReceiptLoad, (), (number, sscc, lines))
CROSSDOCK_DESCRIBE(TransferReceipt, (receipt_no, received_on),
                   (receipt_no, received_on, id, from, to, state, reporting, depositor_order_no,
                    processed_on, warehouse_party, transport_mode, carrier_scac, carrier_name,
                    lines, loads, units, parties, references, notes))
CROSSDOCK_DESCRIBE(AdjustmentLine, (reason, quantity),
                   (sku, reason, quantity, gtin, case_code, lot, description, references))
CROSSDOCK_DESCRIBE(InventoryAdjustment, (adjusted_on),
                   (warehouse, adjusted_on, number, depositor_number, location, lines, parties,
                    references, notes))

}  // namespace crossdock::canonical
