#include "host/process/handlers.hpp"

#include <map>

#include "crossdock/canonical/documents.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/documents/ledger.hpp"
#include "host/process/backorders.hpp"
#include "host/process/directory.hpp"
#include "host/process/fulfilment.hpp"
#include "host/process/inventory.hpp"
#include "host/process/invoicing.hpp"
#include "host/process/orders.hpp"
#include "host/process/tracking.hpp"

namespace crossdock::host::process {
namespace {

template <class T>
T read(const canonical::MessageView& message) {
  auto decoded = canonical::decode<T>(message.data);
  if (!decoded.value) {
    throw Refused("the message's data is not what its type says: " +
                  canonical::to_text(decoded.problems));
  }
  return std::move(*decoded.value);
}

using Handler = void (*)(Context&, const canonical::MessageView&);

const std::map<std::string_view, Handler>& handlers() {
  using M = const canonical::MessageView&;
  static const std::map<std::string_view, Handler> kHandlers = {
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
      {canonical::kProductUpserted,
       [](Context& c, M m) { product_upserted(c, read<canonical::Product>(m)); }},
      {canonical::kCustomerUpserted,
       [](Context& c, M m) { customer_upserted(c, read<canonical::Customer>(m)); }},
      {canonical::kSnapshotReceived,
       [](Context& c, M m) {
         cover_backorders(c, take_snapshot(c, read<canonical::InventorySnapshot>(m)));
       }},
      {canonical::kTrackingScanned,
       [](Context& c, M m) { tracking_scanned(c, read<canonical::TrackingEvent>(m)); }},
      {canonical::kDocumentIssued,
       [](Context& c, M m) {
         documents::document_issued(c.db, c.now_ns, read<canonical::DocumentIssued>(m));
       }},
      {canonical::kDocumentAcknowledged,
       [](Context& c, M m) {
         documents::document_acknowledged(c.db, c.now_ns, read<canonical::DocumentAcknowledged>(m));
       }},
      {canonical::kDocumentRepeated,
       [](Context& c, M m) {
         documents::document_repeated(c.db, c.now_ns, read<canonical::RepeatedDocument>(m));
       }},
  };
  return kHandlers;
}

}  // namespace

bool is_handled(std::string_view type) { return handlers().contains(type); }

void handle_message(Context& context, const canonical::MessageView& message) {
  const auto handler = handlers().find(message.type);
  if (handler != handlers().end()) {
    handler->second(context, message);
  }
}

}  // namespace crossdock::host::process
