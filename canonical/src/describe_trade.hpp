// The description of each struct of trade.hpp: required members, then all members in the order in
// which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_order.hpp"
#include "canonical/src/describe_statements.hpp"
#include "crossdock/canonical/trade.hpp"

namespace crossdock::canonical {

CROSSDOCK_DESCRIBE(OrderChangeLine, (change),
                   (line_no, change, sku, gtin, buyer_part, description, ordered, quantity_left,
                    unit_price, price_basis, requested_ship, requested_delivery, other_ids,
                    references))
CROSSDOCK_DESCRIBE(OrderChange, (header, purpose),
                   (header, purpose, change_no, changed_on, requested, charges, lines, notes))
CROSSDOCK_DESCRIBE(ChangeAcknowledgementLine, (change, status),
                   (line_no, change, sku, gtin, buyer_part, description, status, ordered,
                    quantity_left, acknowledged, backordered, rejected, unit_price, price_basis,
                    ship_on, other_ids))
CROSSDOCK_DESCRIBE(OrderChangeAcknowledgement, (order, status),
                   (order, status, purpose, change_no, acknowledged_at, estimated_ship,
                    estimated_delivery, lines, notes))
CROSSDOCK_DESCRIBE(CataloguePrice, (amount), (kind, amount, least_quantity, unit))
CROSSDOCK_DESCRIBE(CatalogueLine, (),
                   (line_no, sku, gtin, buyer_part, description, pack, weight_g, valid_from,
                    valid_to, prices, other_ids))
CROSSDOCK_DESCRIBE(PriceCatalogue, (currency),
                   (currency, purpose, number, version, revision, valid_from, valid_to, lines,
                    parties, references))
CROSSDOCK_DESCRIBE(ReturnNoticeLine, (sku),
                   (line_no, sku, gtin, buyer_part, description, authorised, received, unit_price,
                    price_kind, disposition, reason, response, other_ids, references))
CROSSDOCK_DESCRIBE(ReturnNotice, (id, purpose),
                   (id, purpose, order_id, issued_at, state, disposition, reason, response,
                    po_number, po_date, rma_no, invoice_no, received_on, shipped_on, currency,
                    lines, parties, references, notes))
CROSSDOCK_DESCRIBE(CreditDebitLine, (reason, side),
                   (reason, side, line_no, sku, gtin, buyer_part, quantity, unit_price, amount,
                    other_ids, references))
CROSSDOCK_DESCRIBE(CreditDebit, (number, side, issued_on, total),
                   (number, side, issued_on, total, currency, state, order_id, invoice_id, handling,
                    purpose, invoice_no, invoice_date, po_number, po_date, lines, charges, parties,
                    references))

}  // namespace crossdock::canonical
