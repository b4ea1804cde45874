// Which messages concern orders and what is done with them.
#include "host/process/orders.hpp"

#include "crossdock/canonical/message_types.hpp"
#include "host/process/fulfilment.hpp"
#include "host/process/handlers/tables.hpp"
#include "host/process/invoicing.hpp"
#include "host/process/tracking.hpp"

namespace crossdock::host::process {

HandlerTable order_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kOrderCaptured,
       [](Context& c, M m) { order_captured(c, read<canonical::Order>(m), m); }},
      {canonical::kOrderRegistered,
       [](Context& c, M m) { order_registered(c, read<canonical::OrderRegistration>(m)); }},
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
       [](Context& c, M m) { shipment_confirmed(c, read<canonical::Shipment>(m)); }},
      {canonical::kInvoicePosted,
       [](Context& c, M m) { invoice_posted(c, read<canonical::Invoice>(m)); }},
      {canonical::kTrackingScanned,
       [](Context& c, M m) { tracking_scanned(c, read<canonical::TrackingEvent>(m)); }},
  };
}

}  // namespace crossdock::host::process
