// The message types of the flow, and which entity each carries.
#pragma once

#include <string_view>

#include "crossdock/canonical/codec.hpp"

namespace crossdock::canonical {

inline constexpr std::string_view kOrderCaptured = "crossdock.sales.order.captured.v1";
inline constexpr std::string_view kOrderAcknowledged = "crossdock.sales.order.acknowledged.v1";
inline constexpr std::string_view kOrderRouted = "crossdock.sales.order.routed.v1";
inline constexpr std::string_view kOrderRegistered = "crossdock.sales.order.registered.v1";
inline constexpr std::string_view kLabelRequested = "crossdock.shipping.label.requested.v1";
inline constexpr std::string_view kLabelCreated = "crossdock.shipping.label.created.v1";
inline constexpr std::string_view kLabelRefused = "crossdock.shipping.label.refused.v1";
inline constexpr std::string_view kLabelVoidRequested =
    "crossdock.shipping.label.void_requested.v1";
inline constexpr std::string_view kLabelVoided = "crossdock.shipping.label.voided.v1";
inline constexpr std::string_view kFulfillmentRequested =
    "crossdock.fulfillment.order.requested.v1";
inline constexpr std::string_view kFulfillmentAccepted = "crossdock.fulfillment.order.accepted.v1";
inline constexpr std::string_view kFulfillmentRejected = "crossdock.fulfillment.order.rejected.v1";
inline constexpr std::string_view kFulfillmentCancelRequested =
    "crossdock.fulfillment.order.cancel_requested.v1";
inline constexpr std::string_view kFulfillmentCancelled =
    "crossdock.fulfillment.order.cancelled.v1";
inline constexpr std::string_view kShipmentConfirmed =
    "crossdock.fulfillment.shipment.confirmed.v1";
inline constexpr std::string_view kShipmentAdvised = "crossdock.fulfillment.shipment.advised.v1";
inline constexpr std::string_view kInvoiceRequested = "crossdock.billing.invoice.requested.v1";
inline constexpr std::string_view kInvoicePosted = "crossdock.billing.invoice.posted.v1";
inline constexpr std::string_view kInvoiceIssued = "crossdock.billing.invoice.issued.v1";
inline constexpr std::string_view kDocumentIssued = "crossdock.documents.document.issued.v1";
inline constexpr std::string_view kDocumentAcknowledged =
    "crossdock.documents.acknowledgement.received.v1";
inline constexpr std::string_view kProductUpserted = "crossdock.catalog.product.upserted.v1";
inline constexpr std::string_view kCustomerUpserted = "crossdock.party.customer.upserted.v1";
inline constexpr std::string_view kSnapshotReceived = "crossdock.inventory.snapshot.received.v1";
inline constexpr std::string_view kMovementReported = "crossdock.inventory.movement.reported.v1";
inline constexpr std::string_view kStockRuleChanged = "crossdock.inventory.stock_rule.changed.v1";
inline constexpr std::string_view kPoolChanged = "crossdock.inventory.pool.changed.v1";
inline constexpr std::string_view kSupplyChanged = "crossdock.inventory.supply.changed.v1";
inline constexpr std::string_view kAvailabilityChanged =
    "crossdock.inventory.availability.changed.v1";
inline constexpr std::string_view kReservationRequested =
    "crossdock.inventory.reservation.requested.v1";
inline constexpr std::string_view kReservationChangeRequested =
    "crossdock.inventory.reservation.change_requested.v1";
inline constexpr std::string_view kReservationAnswered =
    "crossdock.inventory.reservation.answered.v1";
inline constexpr std::string_view kTransferRequested = "crossdock.transfer.order.requested.v1";
inline constexpr std::string_view kTransferOrdered = "crossdock.transfer.order.ordered.v1";
inline constexpr std::string_view kTransferDispatched = "crossdock.transfer.order.dispatched.v1";
inline constexpr std::string_view kTransferReceived = "crossdock.transfer.order.received.v1";
inline constexpr std::string_view kTransferChangeRequested =
    "crossdock.transfer.order.change_requested.v1";
inline constexpr std::string_view kReturnRequested = "crossdock.returns.return.requested.v1";
inline constexpr std::string_view kReturnDecided = "crossdock.returns.return.decided.v1";
inline constexpr std::string_view kReturnReceived = "crossdock.returns.return.received.v1";
inline constexpr std::string_view kReturnChangeRequested =
    "crossdock.returns.return.change_requested.v1";
inline constexpr std::string_view kRefundRequested = "crossdock.returns.refund.requested.v1";
inline constexpr std::string_view kRefundSettled = "crossdock.returns.refund.settled.v1";
inline constexpr std::string_view kStatementReceived =
    "crossdock.reconciliation.statement.received.v1";
inline constexpr std::string_view kDiscrepancyChangeRequested =
    "crossdock.reconciliation.discrepancy.change_requested.v1";
inline constexpr std::string_view kTrackingScanned = "crossdock.tracking.event.scanned.v1";
inline constexpr std::string_view kReviewRequested = "crossdock.sales.review.requested.v1";
inline constexpr std::string_view kReviewDecided = "crossdock.sales.review.decided.v1";
inline constexpr std::string_view kPaymentRecorded = "crossdock.sales.payment.recorded.v1";
inline constexpr std::string_view kCreditChanged = "crossdock.party.credit.changed.v1";
inline constexpr std::string_view kOrderCommanded = "crossdock.sales.order.commanded.v1";
inline constexpr std::string_view kWarehouseStatusChanged =
    "crossdock.inventory.warehouse.status_changed.v1";
inline constexpr std::string_view kFulfillmentProgressed =
    "crossdock.fulfillment.order.progressed.v1";
inline constexpr std::string_view kShipmentVoided = "crossdock.fulfillment.shipment.voided.v1";
inline constexpr std::string_view kRulesActivated = "crossdock.sourcing.rules.activated.v1";
inline constexpr std::string_view kPriceChanged = "crossdock.pricing.price.changed.v1";
inline constexpr std::string_view kDocumentRejected = "crossdock.integration.document.rejected.v1";
inline constexpr std::string_view kDocumentRepeated = "crossdock.integration.document.repeated.v1";

// What a message type carries.
struct EntityInfo {
  std::string_view message_type;
  std::string_view entity;      // order_acknowledgement
  std::string_view dataschema;  // crossdock:order_acknowledgement:1.0
  // Form and rules; empty when the data is right.
  Problems (*check)(std::string_view json);
};

// Null for types that are not part of the canonical flow (a third party's own).
const EntityInfo* entity_of(std::string_view message_type);

// What is wrong with the form of any JSON document (bounds included), or empty.
std::string json_fault(std::string_view json);

// Whether a document of `found` can be read by code that knows `known`: the same entity and major;
// a newer minor only adds. Otherwise says why not, in plain words.
std::string schema_mismatch(std::string_view found, std::string_view known);

}  // namespace crossdock::canonical
