// The description of each struct of transport.hpp: required members, then all members in the order
// in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_fulfillment.hpp"
#include "canonical/src/describe_statements.hpp"
#include "crossdock/canonical/transport.hpp"

namespace crossdock::canonical {

CROSSDOCK_DESCRIBE(LoadReference, (), (qualifier, value, description))
CROSSDOCK_DESCRIBE(Equipment, (), (prefix, number, kind))
CROSSDOCK_DESCRIBE(StopDate, (), (kind, day, time_kind, time))
CROSSDOCK_DESCRIBE(StopParty, (),
                   (role, name, name2, qualifier, code, street, street2, city, region, postal_code,
                    country, contacts))
CROSSDOCK_DESCRIBE(StopGoods, (),
                   (line, description, commodity, commodity_list, weight_kind, weight_unit, weight,
                    pieces))
CROSSDOCK_DESCRIBE(StopOrder, (), (reference, po_number, unit, quantity, weight_unit, weight))
CROSSDOCK_DESCRIBE(LoadStop, (sequence, reason),
                   (sequence, reason, weight, weight_unit, units, unit, weight_kind, total_weight,
                    total_weight_unit, pieces, party, dates, goods, orders, references, notes))
CROSSDOCK_DESCRIBE(LoadTender, (shipment_id, purpose, freight_payer),
                   (shipment_id, purpose, freight_payer, carrier_scac, application, respond_kind,
                    respond_by, routing_scac, routing_sequence, transport_mode, stops, equipment,
                    total_weight, weight_kind, rate, rate_kind, charge, pieces, parties, references,
                    notes))
CROSSDOCK_DESCRIBE(LoadTenderAnswer, (shipment_id),
                   (shipment_id, carrier_scac, answered_on, answer, reference_qualifier, reference))
CROSSDOCK_DESCRIBE(StatusEvent, (),
                   (code, reason, appointment, appointment_reason, occurred_at, time_zone, city,
                    region, country, latitude, longitude, equipment_prefix, equipment_number))
CROSSDOCK_DESCRIBE(StatusLeg, (number), (number, events, references, marks))
CROSSDOCK_DESCRIBE(ShipmentStatus, (carrier_scac),
                   (carrier_scac, tracking_no, shipment_id, legs, parties, references))
CROSSDOCK_DESCRIBE(FreightLine, (number),
                   (number, line, description, commodity, commodity_list, marks, lading_line,
                    billed, billed_kind, weight, weight_kind, pieces, packaging, rate_line, rate,
                    rate_kind, charge, special_charge))
CROSSDOCK_DESCRIBE(Remark, (), (text, more))
CROSSDOCK_DESCRIBE(FreightInvoice, (number, carrier_scac, freight_payer, invoice_date, total),
                   (number, carrier_scac, freight_payer, invoice_date, total, currency, shipment_id,
                    weight_unit, delivered_on, picked_up_on, date_kind, weight, weight_kind,
                    charges, pieces, lines, equipment, parties, references, remarks))

}  // namespace crossdock::canonical
