// The description of each struct of invoice.hpp: required members, then all members in the order in
// which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_fulfillment.hpp"
#include "crossdock/canonical/invoice.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(Rounding, half_even, half_up)
BOOST_DESCRIBE_ENUM(InvoiceState, unknown, draft, issued, posted, paid, rejected, cancelled)
CROSSDOCK_DESCRIBE(InvoiceLine, (line_no, sku, quantity, unit_price, amount),
                   (line_no, sku, gtin, buyer_part, description, quantity, unit_price, amount))
CROSSDOCK_DESCRIBE(InvoiceTerms, (), (kind, discount, discount_days, net_days))
CROSSDOCK_DESCRIBE(Invoice, (id, order_id, shipment_id, state, lines, total),
                   (id, number, order_id, shipment_id, warehouse, state, invoice_date, lines,
                    charges, lines_total, tax_total, total, rounding, posted_ref, terms, due_date))
CROSSDOCK_DESCRIBE(InvoiceRequest, (invoice, order), (invoice, order))
CROSSDOCK_DESCRIBE(InvoiceNotice, (invoice, order, shipment), (invoice, order, shipment))

}  // namespace crossdock::canonical
