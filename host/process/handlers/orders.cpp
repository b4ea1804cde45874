// Which messages concern orders and what is done with them.
#include "crossdock/canonical/message_types.hpp"
#include "host/process/billing/invoicing.hpp"
#include "host/process/fulfilment/acceptance.hpp"
#include "host/process/fulfilment/labels.hpp"
#include "host/process/fulfilment/outage.hpp"
#include "host/process/fulfilment/shipping.hpp"
#include "host/process/fulfilment/shortfall.hpp"
#include "host/process/fulfilment/tracking.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/handlers/tables.hpp"
#include "host/process/orders/capture.hpp"
#include "host/process/orders/changes.hpp"
#include "host/process/orders/credit.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/orders/reviews.hpp"
#include "host/process/ownership.hpp"
#include "host/process/pricing/prices.hpp"
#include "host/process/sourcing/sourcing.hpp"

namespace crossdock::host::process {

HandlerTable order_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kOrderCaptured, on(&order_captured)},
      {canonical::kOrderRegistered,
       on(+[](Context& c, const canonical::OrderRegistration& registration, M m) {
         note_lineage(c, "order", registration.order_id, "registration", m);
         order_registered(c, registration);
       })},
      {canonical::kLabelCreated, on(&label_created)},
      {canonical::kLabelRefused, on(&label_refused)},
      {canonical::kLabelVoided, on(&label_voided)},
      {canonical::kFulfillmentAccepted, on(&fulfillment_accepted)},
      {canonical::kFulfillmentRejected, on(&fulfillment_rejected)},
      {canonical::kFulfillmentCancelled, on(&fulfillment_cancelled)},
      {canonical::kShipmentConfirmed, on(+[](Context& c, const canonical::Shipment& shipment, M m) {
         note_lineage(c, "shipment", shipment.fulfillment_order_id, "shipment", m);
         shipment_confirmed(c, shipment);
       })},
      {canonical::kShipmentVoided, on(&shipment_voided)},
      {canonical::kFulfillmentProgressed, on(&fulfillment_progressed)},
      {canonical::kReviewDecided, on(&review_decided)},
      {canonical::kPaymentRecorded, on(&payment_recorded)},
      {canonical::kCreditChanged, on(+[](Context& c, const canonical::CreditChange& change, M m) {
         if (accepts(c, "customer", change.customer, "credit", m)) {
           credit_changed(c, change);
         }
       })},
      {canonical::kOrderCommanded, on(&order_commanded)},
      {canonical::kWarehouseStatusChanged, on(&warehouse_status_changed)},
      {canonical::kRulesActivated, on(+[](Context& c, const canonical::RuleSet& set) {
         activate_rules(c, set.name, set.rules, set.actor);
       })},
      {canonical::kPriceChanged, on(+[](Context& c, const canonical::PriceReference& price, M m) {
         if (accepts(c, "price", price.id, "price", m)) {
           price_changed(c, price);
         }
       })},
      {canonical::kInvoicePosted, on(+[](Context& c, const canonical::Invoice& invoice, M m) {
         note_lineage(c, "invoice", invoice.id, "posting", m);
         invoice_posted(c, invoice);
       })},
      {canonical::kTrackingScanned, on(&tracking_scanned)},
  };
}

TimerTable order_timers() {
  return {{"ship_after", &ship_after_came}, {"shortfall", &shortfall_noted}};
}

}  // namespace crossdock::host::process
