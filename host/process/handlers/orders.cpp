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
      {canonical::kOrderCaptured,
       [](Context& c, M m) { order_captured(c, read<canonical::Order>(m), m); }},
      {canonical::kOrderRegistered,
       [](Context& c, M m) {
         const auto registration = read<canonical::OrderRegistration>(m);
         note_lineage(c, "order", registration.order_id, "registration", m);
         order_registered(c, registration);
       }},
      {canonical::kLabelCreated,
       [](Context& c, M m) { label_created(c, read<canonical::ShipmentLabel>(m)); }},
      {canonical::kLabelRefused,
       [](Context& c, M m) { label_refused(c, read<canonical::Refusal>(m)); }},
      {canonical::kLabelVoided,
       [](Context& c, M m) { label_voided(c, read<canonical::LabelVoid>(m)); }},
      {canonical::kFulfillmentAccepted,
       [](Context& c, M m) { fulfillment_accepted(c, read<canonical::FulfillmentDecision>(m)); }},
      {canonical::kFulfillmentRejected,
       [](Context& c, M m) { fulfillment_rejected(c, read<canonical::FulfillmentDecision>(m)); }},
      {canonical::kFulfillmentCancelled,
       [](Context& c, M m) {
         fulfillment_cancelled(c, read<canonical::FulfillmentCancellation>(m));
       }},
      {canonical::kShipmentConfirmed,
       [](Context& c, M m) {
         const auto shipment = read<canonical::Shipment>(m);
         note_lineage(c, "shipment", shipment.fulfillment_order_id, "shipment", m);
         shipment_confirmed(c, shipment);
       }},
      {canonical::kShipmentVoided,
       [](Context& c, M m) { shipment_voided(c, read<canonical::ShipmentVoid>(m)); }},
      {canonical::kFulfillmentProgressed,
       [](Context& c, M m) { fulfillment_progressed(c, read<canonical::FulfillmentProgress>(m)); }},
      {canonical::kReviewDecided,
       [](Context& c, M m) { review_decided(c, read<canonical::ReviewDecision>(m), m); }},
      {canonical::kPaymentRecorded,
       [](Context& c, M m) { payment_recorded(c, read<canonical::PaymentEvent>(m), m); }},
      {canonical::kCreditChanged,
       [](Context& c, M m) {
         const auto change = read<canonical::CreditChange>(m);
         if (accepts(c, "customer", change.customer, "credit", m)) {
           credit_changed(c, change);
         }
       }},
      {canonical::kOrderCommanded,
       [](Context& c, M m) { order_commanded(c, read<canonical::OrderCommand>(m), m); }},
      {canonical::kWarehouseStatusChanged,
       [](Context& c, M m) {
         warehouse_status_changed(c, read<canonical::WarehouseStatusChange>(m));
       }},
      {canonical::kRulesActivated,
       [](Context& c, M m) {
         const auto set = read<canonical::RuleSet>(m);
         activate_rules(c, set.name, set.rules, set.actor);
       }},
      {canonical::kPriceChanged,
       [](Context& c, M m) {
         const auto price = read<canonical::PriceReference>(m);
         if (accepts(c, "price", price.id, "price", m)) {
           price_changed(c, price);
         }
       }},
      {canonical::kInvoicePosted,
       [](Context& c, M m) {
         const auto invoice = read<canonical::Invoice>(m);
         note_lineage(c, "invoice", invoice.id, "posting", m);
         invoice_posted(c, invoice);
       }},
      {canonical::kTrackingScanned,
       [](Context& c, M m) { tracking_scanned(c, read<canonical::TrackingEvent>(m)); }},
  };
}

TimerTable order_timers() {
  return {{"ship_after", &ship_after_came}, {"shortfall", &shortfall_noted}};
}

}  // namespace crossdock::host::process
