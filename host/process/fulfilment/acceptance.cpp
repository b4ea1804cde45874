#include "host/process/fulfilment/acceptance.hpp"

#include "host/process/fulfilment/labels.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/position.hpp"
#include "host/process/orders/cancellation.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/warehouses.hpp"

namespace crossdock::host::process {
namespace {

void pick(Context& context, const Planned& planned, int sign) {
  for (const auto& line : planned.lines) {
    for (const auto& component : components_of(context.db, line.sku)) {
      add_picked(context, component.sku, planned.warehouse,
                 sign * in_component(line.planned, component.factor));
    }
  }
}

}  // namespace

void unpick(Context& context, const Planned& planned) {
  if (planned.state == "picked") {
    pick(context, planned, -1);
  }
}

void fulfillment_accepted(Context& context, const canonical::FulfillmentDecision& decision) {
  const auto planned = find_by_fulfillment_order(context.db, decision.fulfillment_order_id);
  if (!planned) {
    return;
  }
  update_shipment(context, planned->id,
                  "UPDATE shipments SET external_ref = ?, state = CASE state WHEN 'submitted' THEN "
                  "'accepted' ELSE state END WHERE id = ?",
                  decision.external_ref.value_or(""));
}

void fulfillment_rejected(Context& context, const canonical::FulfillmentDecision& decision) {
  const auto planned = find_by_fulfillment_order(context.db, decision.fulfillment_order_id);
  if (!planned || !is_at_work(*planned)) {
    return;
  }
  const auto order = find_order(context.db, planned->order_id);
  unpick(context, *planned);
  set_shipment_state(context, planned->id, "rejected");
  count_work(context, planned->warehouse, -1);
  void_label(context, *planned, planned->label_ref, *order);
  context.alert("fulfillment_rejected", planned->fulfillment_order_id,
                "warehouse " + planned->warehouse +
                    " refused: " + decision.reason.value_or("no reason given"));
  if (planned->cancel_requested && planned->cancel_purpose == "cancel") {
    for (const auto& line : planned->lines) {
      cancel_held(context, planned->order_id, line.line_no, planned->warehouse, line.planned);
    }
  } else if (planned->cancel_requested && planned->cancel_purpose == "hold") {
    // It waits; when it goes on, this warehouse is not asked again.
    for (const auto& line : planned->lines) {
      move_hold(context, planned->order_id, line.line_no, planned->warehouse, kGroupPlace,
                line.planned);
    }
  } else {
    route_again(context, *planned, *order, planned->lines, {planned->warehouse});
  }
  derive_status(context, planned->order_id);
}

void fulfillment_progressed(Context& context, const canonical::FulfillmentProgress& progress) {
  if (progress.stage != "picked" && progress.stage != "packed") {
    throw Refused("a warehouse reports picked or packed, not \"" + progress.stage + "\"");
  }
  const auto planned = find_by_fulfillment_order(context.db, progress.fulfillment_order_id);
  if (!planned) {
    context.alert("unknown_shipment", progress.fulfillment_order_id,
                  "warehouse " + progress.warehouse + " works on what was not asked for");
    return;
  }
  if (planned->state == "submitted" || planned->state == "accepted") {
    set_shipment_state(context, planned->id, "picked");
    pick(context, *planned, +1);
    derive_status(context, planned->order_id);
  }
}

}  // namespace crossdock::host::process
