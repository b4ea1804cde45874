// The description of each struct of aftersales.hpp: required members, then all members in the order
// in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_invoice.hpp"
#include "crossdock/canonical/aftersales.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(Disposition, unknown, restock, damaged, quality_hold, refurbish, vendor_return,
                    scrap, missing, wrong_item)
BOOST_DESCRIBE_ENUM(ReturnState, unknown, requested, declined, authorised, in_transit, received,
                    inspected, closed, cancelled)
BOOST_DESCRIBE_ENUM(MoneyState, unknown, none, due, attempted, refunded, denied, in_doubt)
BOOST_DESCRIBE_ENUM(TransferState, unknown, draft, ready, in_transit, partially_received, received,
                    cancelled, closed_short)
BOOST_DESCRIBE_ENUM(RefundState, unknown, requested, attempted, succeeded, denied, in_doubt)
BOOST_DESCRIBE_ENUM(DiscrepancyState, unknown, open, explained, fixed, accepted)
CROSSDOCK_DESCRIBE(DisposedQuantity, (kind, quantity), (kind, quantity))
CROSSDOCK_DESCRIBE(ReturnLine, (line_no, sku, authorised),
                   (line_no, sku, authorised, received, dispositions, reason))
CROSSDOCK_DESCRIBE(Return, (id, order_id, lines, state),
                   (id, rma_no, order_id, lines, state, money_state, warehouse, shipping_refund,
                    receipt_ref, reason))
BOOST_DESCRIBE_ENUM(ReturnAction, unknown, authorise, decline, cancel, close, refund)
CROSSDOCK_DESCRIBE(ReturnChange, (id, action), (id, action, reason))
CROSSDOCK_DESCRIBE(Refund, (id, order_id, amount, state),
                   (id, return_id, order_id, amount, method, attempt_key, state, reference, reason))
CROSSDOCK_DESCRIBE(TransferLine, (sku, planned),
                   (sku, planned, shipped, accepted, rejected, missing, reason))
CROSSDOCK_DESCRIBE(Transfer, (id, from, to, lines, state),
                   (id, from, to, lines, state, ssccs, eta, receipt_ref, reason))
BOOST_DESCRIBE_ENUM(TransferAction, unknown, ready, cancel, close)
BOOST_DESCRIBE_ENUM(InTransitRule, unknown, return_to_source, write_off)
CROSSDOCK_DESCRIBE(TransferChange, (id, action), (id, action, in_transit, reason))
CROSSDOCK_DESCRIBE(CreditNote, (id, invoice_id, lines, total),
                   (id, number, order_id, invoice_id, state, lines, total))
CROSSDOCK_DESCRIBE(PriceReference, (sku, list, unit_price),
                   (id, sku, list, customer, channel, unit_price, least_quantity, tax_included,
                    valid_from, valid_to, priority, rev))
CROSSDOCK_DESCRIBE(DiscrepancySide, (system, value), (system, ref, value))
CROSSDOCK_DESCRIBE(Discrepancy, (kind, left, right),
                   (id, run, kind, left, right, severity, proposed_fix, state))
CROSSDOCK_DESCRIBE(StatementLine, (ref, quantity),
                   (ref, shipment_id, line_no, quantity, amount, unit_price))
CROSSDOCK_DESCRIBE(Statement, (system, kind, day, lines), (system, kind, day, lines))
CROSSDOCK_DESCRIBE(DiscrepancyChange, (id, state), (id, state, reason))

}  // namespace crossdock::canonical
