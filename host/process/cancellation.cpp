#include "host/process/cancellation.hpp"

#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/backorders.hpp"
#include "host/process/order_book.hpp"
#include "host/process/planning.hpp"
#include "host/process/reservations/reservations.hpp"

namespace crossdock::host::process {
namespace {

void ask_back(Context& context, const Planned& planned, const KnownOrder& order,
              const std::string& reason) {
  canonical::FulfillmentCancellation request;
  request.fulfillment_order_id = planned.fulfillment_order_id;
  request.order_id = planned.order_id;
  request.warehouse = planned.warehouse;
  request.reason = reason;
  context.db.prepare("UPDATE shipments SET cancel_requested = 1 WHERE id = ?")
      .bind(planned.id)
      .run();
  context.send({.type = canonical::kFulfillmentCancelRequested,
                .target = context.warehouse(planned.warehouse).connector,
                .business_key = order.business_key,
                .subject = planned.fulfillment_order_id,
                .idempotency_key = planned.fulfillment_order_id + "/cancel",
                .data = canonical::encode(request),
                .correlation_id = order.correlation_id});
}

}  // namespace

void cancel_held(Context& context, const std::string& order_id, const std::string& line_no,
                 const std::string& warehouse, std::int64_t quantity) {
  const auto taken = release(context, order_id, line_no, warehouse, quantity);
  context.db
      .prepare(
          "UPDATE order_lines SET cancelled = cancelled + ? WHERE order_id = ? AND line_no = ?")
      .bind(taken, order_id, line_no)
      .run();
}

void cancel_order(Context& context, const std::string& order_id, const std::string& reason) {
  const auto order = find_order(context.db, order_id);
  if (!order) {
    return;
  }
  bool too_late = false;
  std::vector<std::string> freed;
  for (const auto& planned : plans_of(context.db, order_id)) {
    if (planned.state == "planned" || planned.state == "label_refused") {
      set_shipment_state(context, planned.id, "cancelled");
      for (const auto& line : planned.lines) {
        cancel_held(context, order_id, line.line_no, planned.warehouse, line.planned);
        freed.push_back(line.sku);
      }
    } else if (planned.state == "submitted" || planned.state == "accepted") {
      if (!planned.cancel_requested) {
        ask_back(context, planned, *order, reason);
      }
    } else if (planned.state != "rejected" && planned.state != "cancelled" &&
               planned.state != "short") {
      too_late = true;
    }
  }
  for (const auto& line : order_lines(context.db, order_id)) {
    cancel_held(context, order_id, line.line_no, "", line.ordered.e4);
  }
  if (too_late) {
    context.alert("late_cancel", order_id,
                  "purchase order " + order->header.po_number + ": " + reason +
                      ", but a part has shipped and stays shipped; offer a return");
  }
  derive_status(context, order_id);
  cover_backorders(context, freed);
}

}  // namespace crossdock::host::process
