// Makes the codec for every entity and payload, and the table from message types to entities.
#include "canonical/src/rules.hpp"
#include "crossdock/canonical/availability_types.hpp"
#include "crossdock/canonical/message_types.hpp"

namespace crossdock::canonical {
namespace {

template <class T>
Problems check_as(std::string_view json) {
  auto decoded = decode<T>(json);
  return decoded.value ? validate(*decoded.value) : std::move(decoded.problems);
}

// One row per message type.
constexpr EntityInfo kEntities[] = {
    {kOrderCaptured, "order", "crossdock:order:1.0", check_as<Order>},
    {kOrderAcknowledged, "order_acknowledgement", "crossdock:order_acknowledgement:1.0",
     check_as<OrderAcknowledgement>},
    {kOrderRouted, "routed_order", "crossdock:routed_order:1.0", check_as<RoutedOrder>},
    {kOrderRegistered, "order_registration", "crossdock:order_registration:1.0",
     check_as<OrderRegistration>},
    {kLabelRequested, "label_request", "crossdock:label_request:1.0", check_as<LabelRequest>},
    {kLabelCreated, "shipment_label", "crossdock:shipment_label:1.0", check_as<ShipmentLabel>},
    {kLabelRefused, "refusal", "crossdock:refusal:1.0", check_as<Refusal>},
    {kLabelVoidRequested, "label_void", "crossdock:label_void:1.0", check_as<LabelVoid>},
    {kLabelVoided, "label_void", "crossdock:label_void:1.0", check_as<LabelVoid>},
    {kFulfillmentRequested, "fulfillment_request", "crossdock:fulfillment_request:1.0",
     check_as<FulfillmentRequest>},
    {kFulfillmentAccepted, "fulfillment_decision", "crossdock:fulfillment_decision:1.0",
     check_as<FulfillmentDecision>},
    {kFulfillmentRejected, "fulfillment_decision", "crossdock:fulfillment_decision:1.0",
     check_as<FulfillmentDecision>},
    {kFulfillmentCancelRequested, "fulfillment_cancellation",
     "crossdock:fulfillment_cancellation:1.0", check_as<FulfillmentCancellation>},
    {kFulfillmentCancelled, "fulfillment_cancellation", "crossdock:fulfillment_cancellation:1.0",
     check_as<FulfillmentCancellation>},
    {kShipmentConfirmed, "shipment", "crossdock:shipment:1.0", check_as<Shipment>},
    {kShipmentAdvised, "ship_notice", "crossdock:ship_notice:1.0", check_as<ShipNotice>},
    {kInvoiceRequested, "invoice_request", "crossdock:invoice_request:1.0",
     check_as<InvoiceRequest>},
    {kInvoicePosted, "invoice", "crossdock:invoice:1.0", check_as<Invoice>},
    {kInvoiceIssued, "invoice_notice", "crossdock:invoice_notice:1.0", check_as<InvoiceNotice>},
    {kPurchaseAcknowledged, "order_acknowledgement", "crossdock:order_acknowledgement:1.0",
     check_as<OrderAcknowledgement>},
    {kPurchaseAdvised, "ship_notice", "crossdock:ship_notice:1.0", check_as<ShipNotice>},
    {kPurchaseInvoiced, "invoice_notice", "crossdock:invoice_notice:1.0", check_as<InvoiceNotice>},
    {kOrderChangeRequested, "order_change", "crossdock:order_change:1.0", check_as<OrderChange>},
    {kOrderChangeAnswered, "order_change_acknowledgement",
     "crossdock:order_change_acknowledgement:1.0", check_as<OrderChangeAcknowledgement>},
    {kPurchaseChangeAcknowledged, "order_change_acknowledgement",
     "crossdock:order_change_acknowledgement:1.0", check_as<OrderChangeAcknowledgement>},
    {kCatalogueReceived, "price_catalogue", "crossdock:price_catalogue:1.0",
     check_as<PriceCatalogue>},
    {kReturnNoticed, "return_notice", "crossdock:return_notice:1.0", check_as<ReturnNotice>},
    {kCreditDebitReceived, "credit_debit", "crossdock:credit_debit:1.0", check_as<CreditDebit>},
    {kWarehouseOrderReceived, "fulfillment_request", "crossdock:fulfillment_request:1.0",
     check_as<FulfillmentRequest>},
    {kWarehouseShipmentReported, "warehouse_shipment", "crossdock:warehouse_shipment:1.0",
     check_as<WarehouseShipment>},
    {kTransferNoticed, "transfer_notice", "crossdock:transfer_notice:1.0",
     check_as<TransferNotice>},
    {kTransferAnnounced, "transfer_notice", "crossdock:transfer_notice:1.0",
     check_as<TransferNotice>},
    {kTransferReceiptReported, "transfer_receipt", "crossdock:transfer_receipt:1.0",
     check_as<TransferReceipt>},
    {kStockAdjusted, "inventory_adjustment", "crossdock:inventory_adjustment:1.0",
     check_as<InventoryAdjustment>},
    {kLoadTendered, "load_tender", "crossdock:load_tender:1.0", check_as<LoadTender>},
    {kLoadAnswered, "load_tender_answer", "crossdock:load_tender_answer:1.0",
     check_as<LoadTenderAnswer>},
    {kShipmentStatusReported, "shipment_status", "crossdock:shipment_status:1.0",
     check_as<ShipmentStatus>},
    {kFreightInvoiced, "freight_invoice", "crossdock:freight_invoice:1.0",
     check_as<FreightInvoice>},
    {kDocumentIssued, "document_issued", "crossdock:document_issued:1.0", check_as<DocumentIssued>},
    {kDocumentAcknowledged, "document_acknowledged", "crossdock:document_acknowledged:1.0",
     check_as<DocumentAcknowledged>},
    {kProductUpserted, "product", "crossdock:product:1.0", check_as<Product>},
    {kCustomerUpserted, "customer", "crossdock:customer:1.0", check_as<Customer>},
    {kSnapshotReceived, "inventory_snapshot", "crossdock:inventory_snapshot:1.0",
     check_as<InventorySnapshot>},
    {kMovementReported, "inventory_movement", "crossdock:inventory_movement:1.0",
     check_as<InventoryMovement>},
    {kStockRuleChanged, "stock_rule", "crossdock:stock_rule:1.0", check_as<StockRule>},
    {kPoolChanged, "allocation_pool", "crossdock:allocation_pool:1.0", check_as<AllocationPool>},
    {kSupplyChanged, "supply", "crossdock:supply:1.0", check_as<Supply>},
    {kAvailabilityChanged, "availability", "crossdock:availability:1.0", check_as<Availability>},
    {kAvailabilityUnknown, "availability", "crossdock:availability:1.0", check_as<Availability>},
    {kAvailabilityRestored, "availability", "crossdock:availability:1.0", check_as<Availability>},
    {kReservationRequested, "reservation_request", "crossdock:reservation_request:1.0",
     check_as<ReservationRequest>},
    {kReservationChangeRequested, "reservation_change", "crossdock:reservation_change:1.0",
     check_as<ReservationChange>},
    {kReservationAnswered, "reservation_answer", "crossdock:reservation_answer:1.0",
     check_as<ReservationAnswer>},
    {kTransferRequested, "transfer", "crossdock:transfer:1.0", check_as<Transfer>},
    {kTransferOrdered, "transfer", "crossdock:transfer:1.0", check_as<Transfer>},
    {kTransferDispatched, "transfer", "crossdock:transfer:1.0", check_as<Transfer>},
    {kTransferReceived, "transfer", "crossdock:transfer:1.0", check_as<Transfer>},
    {kTransferChangeRequested, "transfer_change", "crossdock:transfer_change:1.0",
     check_as<TransferChange>},
    {kReturnRequested, "return", "crossdock:return:1.0", check_as<Return>},
    {kReturnDecided, "return", "crossdock:return:1.0", check_as<Return>},
    {kReturnReceived, "return", "crossdock:return:1.0", check_as<Return>},
    {kReturnChangeRequested, "return_change", "crossdock:return_change:1.0",
     check_as<ReturnChange>},
    {kRefundRequested, "refund", "crossdock:refund:1.0", check_as<Refund>},
    {kRefundSettled, "refund", "crossdock:refund:1.0", check_as<Refund>},
    {kStatementReceived, "statement", "crossdock:statement:1.0", check_as<Statement>},
    {kDiscrepancyChangeRequested, "discrepancy_change", "crossdock:discrepancy_change:1.0",
     check_as<DiscrepancyChange>},
    {kReviewRequested, "review_request", "crossdock:review_request:1.0", check_as<ReviewRequest>},
    {kReviewDecided, "review_decision", "crossdock:review_decision:1.0", check_as<ReviewDecision>},
    {kPaymentRecorded, "payment_event", "crossdock:payment_event:1.0", check_as<PaymentEvent>},
    {kCreditChanged, "credit_change", "crossdock:credit_change:1.0", check_as<CreditChange>},
    {kOrderCommanded, "order_command", "crossdock:order_command:1.0", check_as<OrderCommand>},
    {kWarehouseStatusChanged, "warehouse_status_change", "crossdock:warehouse_status_change:1.0",
     check_as<WarehouseStatusChange>},
    {kFulfillmentProgressed, "fulfillment_progress", "crossdock:fulfillment_progress:1.0",
     check_as<FulfillmentProgress>},
    {kShipmentVoided, "shipment_void", "crossdock:shipment_void:1.0", check_as<ShipmentVoid>},
    {kRulesActivated, "rule_set", "crossdock:rule_set:1.0", check_as<RuleSet>},
    {kPriceChanged, "price_reference", "crossdock:price_reference:1.0", check_as<PriceReference>},
    {kTrackingScanned, "tracking_event", "crossdock:tracking_event:1.0", check_as<TrackingEvent>},
    {kDocumentRejected, "rejected_document", "crossdock:rejected_document:1.0",
     check_as<RejectedDocument>},
    {kDocumentRepeated, "repeated_document", "crossdock:repeated_document:1.0",
     check_as<RepeatedDocument>},
};

}  // namespace

template <class T>
std::string encode(const T& value) {
  std::string out;
  detail::write(value, out);
  return out;
}

template <class T>
Decoded<T> decode(std::string_view text) {
  Decoded<T> decoded;
  // The tree lives as long as this call, most often within this memory.
  unsigned char first[8192];
  boost::json::monotonic_resource memory(first, sizeof first);
  boost::json::value parsed(&memory);
  std::string fault;
  if (!parse_checked(text, parsed, fault)) {
    decoded.problems.push_back({"", fault});
    return decoded;
  }
  decoded.value.emplace();
  detail::read(parsed, *decoded.value, detail::Place(&decoded.problems));
  if (!decoded.problems.empty()) {
    decoded.value.reset();
  }
  return decoded;
}

template <class T>
Problems validate(const T& value) {
  Problems problems;
  detail::check_struct(value, detail::Place(&problems));
  return problems;
}

std::string to_text(const Problems& problems) {
  std::string out;
  for (const auto& problem : problems) {
    out += (out.empty() ? "" : "; ") + (problem.path.empty() ? "" : problem.path + " ") +
           problem.message;
  }
  return out;
}

const EntityInfo* entity_of(std::string_view message_type) {
  for (const auto& entity : kEntities) {
    if (entity.message_type == message_type) {
      return &entity;
    }
  }
  return nullptr;
}

std::string json_fault(std::string_view text) {
  boost::json::value ignored;
  std::string fault;
  parse_checked(text, ignored, fault);
  return fault;
}

std::string schema_mismatch(std::string_view found, std::string_view known) {
  // crossdock:<entity>:<major>.<minor>
  const auto stem = [](std::string_view id) { return id.substr(0, id.rfind('.')); };
  if (found.empty() || stem(found) == stem(known)) {
    return {};
  }
  const auto entity = [](std::string_view id) { return id.substr(0, id.rfind(':')); };
  if (entity(found) != entity(known)) {
    return "carries " + std::string(found) + " where " + std::string(known) + " is expected";
  }
  return "carries " + std::string(found) + "; this host reads " + std::string(known) +
         " and newer minors of it; install a host that knows the other major";
}

#define CROSSDOCK_ENTITY(Type)                           \
  template std::string encode<Type>(const Type&);        \
  template Decoded<Type> decode<Type>(std::string_view); \
  template Problems validate<Type>(const Type&);
#include "canonical/src/entities.inc"
#undef CROSSDOCK_ENTITY

}  // namespace crossdock::canonical
