#include "host/process/fulfilment/labels.hpp"

#include "crossdock/canonical/message_types.hpp"

namespace crossdock::host::process {

void request_fulfillment(Context& context, const Planned& planned, const KnownOrder& order) {
  canonical::FulfillmentRequest request;
  auto& work = request.fulfillment_order;
  work.id = planned.fulfillment_order_id;
  work.order_id = planned.order_id;
  work.warehouse = planned.warehouse;
  work.attempt = planned.attempt;
  work.ship_by = order.requested.ship_by;
  if (!order.service.empty()) {
    work.service = order.service;
  }
  const auto lines = known_lines(context.db, planned.order_id);
  for (const auto& line : planned.lines) {
    canonical::FulfillmentLine out{line.line_no, line.sku, {}, {}, {line.planned, "EA"}, {}};
    for (const auto& known : *lines) {
      if (known.line_no == line.line_no) {
        out.gtin = known.gtin;
        out.description = known.description;
        out.quantity.uom = known.ordered.uom;
      }
    }
    work.lines.push_back(std::move(out));
  }
  request.order = order.header;
  request.shipment = to_shipment(context.db, planned);
  if (!request.shipment.carrier_scac) {
    request.shipment.carrier_scac = order.requested.carrier_scac;  // no label decided on another
  }
  context.send({.type = canonical::kFulfillmentRequested,
                .target = context.warehouse(planned.warehouse).connector,
                .business_key = order.business_key,
                .subject = planned.fulfillment_order_id,
                .idempotency_key = planned.fulfillment_order_id + "/requested",
                .data = canonical::encode(request),
                .correlation_id = order.correlation_id});
}

void void_label(Context& context, const Planned& planned, const std::string& label_ref,
                const KnownOrder& order) {
  if (label_ref.empty()) {
    return;
  }
  canonical::LabelVoid unwanted;
  unwanted.shipment_id = planned.id;
  unwanted.label_ref = label_ref;
  context.send({.type = canonical::kLabelVoidRequested,
                .target = context.settings.carrier_connector,
                .business_key = order.business_key,
                .subject = planned.id,
                .idempotency_key = planned.id + "/void/" + label_ref,
                .data = canonical::encode(unwanted),
                .correlation_id = order.correlation_id});
}

void label_created(Context& context, const canonical::ShipmentLabel& label) {
  auto planned = find_shipment(context.db, label.shipment_id);
  if (!planned) {
    context.alert("unknown_shipment", label.shipment_id,
                  "a label came for a shipment that is not known");
    return;
  }
  const auto order = find_order(context.db, planned->order_id);
  if (planned->state != "planned" && planned->state != "label_refused") {
    // Cancelled while the label was being bought, or bought twice: nobody will use it.
    if (planned->label_ref != label.label_ref) {
      void_label(context, *planned, label.label_ref, *order);
    }
    return;
  }
  planned->label_ref = label.label_ref;
  planned->carrier_scac = label.carrier_scac.value_or("");
  planned->service = label.service;
  planned->tracking = label.tracking_numbers.empty() ? "" : label.tracking_numbers.front();
  update_shipment(
      context, planned->id,
      "UPDATE shipments SET state = 'submitted', label_ref = ?, carrier_scac = ?, service = ?, "
      "tracking = ? WHERE id = ?",
      planned->label_ref, planned->carrier_scac, planned->service, planned->tracking);
  if (!order->trouble.empty()) {
    update_order(context, planned->order_id, "UPDATE orders SET trouble = '' WHERE id = ?");
  }
  request_fulfillment(context, *planned, *order);
  note_work_began(context, planned->order_id, *order);
}

void label_refused(Context& context, const canonical::Refusal& refusal) {
  const auto planned = find_shipment(context.db, refusal.ref);
  if (!planned || planned->state != "planned") {
    return;
  }
  set_shipment_state(context, planned->id, "label_refused");
  context.alert("label_refused", planned->id, "the carrier refused a label: " + refusal.reason);
  update_order(context, planned->order_id, "UPDATE orders SET trouble = ? WHERE id = ?",
               "no label: " + refusal.reason);
}

void label_voided(Context& context, const canonical::LabelVoid& answer) {
  if (!answer.approved) {
    context.alert("label_not_voided", answer.shipment_id,
                  "the carrier does not take label " + answer.label_ref +
                      " back: " + answer.reason.value_or("no reason given"));
  }
}

}  // namespace crossdock::host::process
