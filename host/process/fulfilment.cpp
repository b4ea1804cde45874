#include "host/process/fulfilment.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/backorders.hpp"
#include "host/process/cancellation.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/ledger.hpp"
#include "host/process/invoicing.hpp"
#include "host/process/order_book.hpp"
#include "host/process/planning.hpp"
#include "host/process/reservations/reservations.hpp"

namespace crossdock::host::process {
namespace {

bool at_work(const Planned& planned) {
  return planned.state == "submitted" || planned.state == "accepted";
}

void request_fulfillment(Context& context, const Planned& planned, const KnownOrder& order) {
  canonical::FulfillmentRequest request;
  auto& work = request.fulfillment_order;
  work.id = planned.fulfillment_order_id;
  work.order_id = planned.order_id;
  work.warehouse = planned.warehouse;
  work.attempt = planned.attempt;
  work.ship_by = order.requested.ship_by;
  const auto lines = order_lines(context.db, planned.order_id);
  for (const auto& line : planned.lines) {
    canonical::FulfillmentLine out{line.line_no, line.sku, {}, {}, {line.planned, "EA"}, {}};
    for (const auto& known : lines) {
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

std::set<std::string> refused_by(journal::Database& db, const std::string& order_id) {
  std::set<std::string> out;
  auto statement = db.prepare(
      "SELECT DISTINCT warehouse FROM shipments WHERE order_id = ? AND state = 'rejected'");
  statement.bind(order_id);
  while (statement.step()) {
    out.insert(statement.text(0));
  }
  return out;
}

// What was really shipped, line by line; more than was planned is not believed.
std::map<std::string, std::int64_t> shipped_quantities(Context& context, const Planned& planned,
                                                       const canonical::Shipment& shipment) {
  std::map<std::string, std::int64_t> shipped;
  for (const auto& package : shipment.packages) {
    for (const auto& content : package.contents) {
      // A warehouse may name the product only; then the first line of it that has room.
      std::int64_t left = content.quantity.e4;
      for (const auto& line : planned.lines) {
        if (line.sku != content.sku ||
            (!content.line_no.empty() && content.line_no != line.line_no)) {
          continue;
        }
        const auto taken = std::min(left, line.planned - shipped[line.line_no]);
        shipped[line.line_no] += taken;
        left -= taken;
      }
      if (left > 0) {
        context.alert("over_shipment", planned.id,
                      "warehouse " + planned.warehouse + " reports " +
                          canonical::decimal_text(left, 4) + " of " + content.sku +
                          " more than was asked for; not counted");
      }
    }
  }
  std::erase_if(shipped, [](const auto& one) { return one.second == 0; });
  return shipped;
}

void ship_line(Context& context, const Planned& planned, const PlannedLine& line,
               std::int64_t quantity, std::int64_t at) {
  consume(context, planned.order_id, line.line_no, planned.warehouse, quantity);
  for (const auto& component : components_of(context.db, line.sku)) {
    const bool kit = component.sku != line.sku;
    record_movement(context, {.sku = component.sku,
                              .warehouse = planned.warehouse,
                              .kind = "ship",
                              .change = {.on_hand = -in_component(quantity, component.factor)},
                              .cause = planned.id,
                              .occurred_at_ns = at,
                              .idempotency_key = planned.id + "/" + line.line_no +
                                                 (kit ? "/" + component.sku : "")});
  }
  context.db
      .prepare("UPDATE order_lines SET shipped = shipped + ? WHERE order_id = ? AND line_no = ?")
      .bind(quantity, planned.order_id, line.line_no)
      .run();
  context.db.prepare("UPDATE shipment_lines SET shipped = ? WHERE shipment_id = ? AND line_no = ?")
      .bind(quantity, planned.id, line.line_no)
      .run();
}

// The warehouse's shipment with what only we know: ids, carrier, carton numbers. One carton was
// planned; further cartons get numbers of their own.
canonical::Shipment complete(Context& context, const Planned& planned,
                             const canonical::Shipment& confirmed, std::int64_t at) {
  canonical::Shipment out = confirmed;
  out.id = planned.id;
  out.order_id = planned.order_id;
  out.warehouse = planned.warehouse;
  out.state = canonical::ShipmentState::shipped;
  out.shipped_at.ns = at;
  if (!planned.carrier_scac.empty()) {
    out.carrier_scac = planned.carrier_scac;
  }
  if (!planned.service.empty()) {
    out.service = planned.service;
  }
  bool first = true;
  for (auto& package : out.packages) {
    if (package.sscc.value_or("").empty()) {
      package.sscc = first ? planned.sscc : context.next_sscc();
    }
    if (package.tracking_no.value_or("").empty()) {
      package.tracking_no = planned.tracking;
    }
    first = false;
  }
  return out;
}

void store_shipment(Context& context, const canonical::Shipment& shipment) {
  for (const auto& package : shipment.packages) {
    context.db
        .prepare(
            "INSERT INTO packages(shipment_id, sscc, tracking_no) VALUES(?,?,?) ON CONFLICT DO "
            "NOTHING")
        .bind(shipment.id, *package.sscc, *package.tracking_no)
        .run();
  }
  context.db
      .prepare("UPDATE shipments SET state = 'shipped', shipped_at = ?, document = ? WHERE id = ?")
      .bind(shipment.shipped_at.ns, canonical::encode(shipment), shipment.id)
      .run();
}

void advise(Context& context, const canonical::Shipment& shipment, const KnownOrder& order) {
  const auto connector = channel_connector(context.settings, order.header.channel);
  if (connector.empty()) {
    return;
  }
  canonical::ShipNotice notice;
  notice.order = order.header;
  notice.shipment = shipment;
  notice.lines = order_lines(context.db, shipment.order_id);
  notice.ship_from = context.warehouse(shipment.warehouse).warehouse.address;
  notice.is_final = std::all_of(notice.lines.begin(), notice.lines.end(), [](const auto& line) {
    return line.shipped.e4 + line.cancelled.e4 >= line.ordered.e4;
  });
  context.send({.type = canonical::kShipmentAdvised,
                .target = connector,
                .business_key = order.business_key,
                .subject = shipment.id,
                .idempotency_key = shipment.id + "/advised",
                .data = canonical::encode(notice),
                .correlation_id = order.correlation_id});
}

void handle_shortage(Context& context, const Planned& planned,
                     const std::vector<PlannedLine>& missing) {
  context.alert("short_shipment", planned.id,
                "warehouse " + planned.warehouse + " shipped less than it was asked for");
  if (planned.cancel_requested) {
    for (const auto& line : missing) {
      cancel_held(context, planned.order_id, line.line_no, planned.warehouse, line.planned);
    }
  } else if (planned.attempt < context.settings.most_fulfillment_attempts) {
    plan_remainder(context, planned, missing);
  } else {
    for (const auto& line : missing) {
      release(context, planned.order_id, line.line_no, planned.warehouse, line.planned);
      reserve(context, planned.order_id, line.line_no, line.sku, "", line.planned);
    }
  }
}

}  // namespace

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
  context.db
      .prepare(
          "UPDATE shipments SET state = 'submitted', label_ref = ?, carrier_scac = ?, service = ?, "
          "tracking = ? WHERE id = ?")
      .bind(planned->label_ref, planned->carrier_scac, planned->service, planned->tracking,
            planned->id)
      .run();
  context.db.prepare("UPDATE orders SET trouble = '' WHERE id = ?").bind(planned->order_id).run();
  request_fulfillment(context, *planned, *order);
  derive_status(context, planned->order_id);
}

void label_refused(Context& context, const canonical::Refusal& refusal) {
  const auto planned = find_shipment(context.db, refusal.ref);
  if (!planned || planned->state != "planned") {
    return;
  }
  set_shipment_state(context, planned->id, "label_refused");
  context.alert("label_refused", planned->id, "the carrier refused a label: " + refusal.reason);
  context.db.prepare("UPDATE orders SET trouble = ? WHERE id = ?")
      .bind("no label: " + refusal.reason, planned->order_id)
      .run();
}

void label_voided(Context& context, const canonical::LabelVoid& answer) {
  if (!answer.approved) {
    context.alert("label_not_voided", answer.shipment_id,
                  "the carrier does not take label " + answer.label_ref +
                      " back: " + answer.reason.value_or("no reason given"));
  }
}

void fulfillment_accepted(Context& context, const canonical::FulfillmentDecision& decision) {
  context.db
      .prepare(
          "UPDATE shipments SET external_ref = ?1, state = CASE state WHEN 'submitted' THEN "
          "'accepted' ELSE state END WHERE fulfillment_order_id = ?2")
      .bind(decision.external_ref.value_or(""), decision.fulfillment_order_id)
      .run();
}

void fulfillment_rejected(Context& context, const canonical::FulfillmentDecision& decision) {
  const auto planned = find_by_fulfillment_order(context.db, decision.fulfillment_order_id);
  if (!planned || !at_work(*planned)) {
    return;
  }
  const auto order = find_order(context.db, planned->order_id);
  set_shipment_state(context, planned->id, "rejected");
  void_label(context, *planned, planned->label_ref, *order);
  context.alert("fulfillment_rejected", planned->fulfillment_order_id,
                "warehouse " + planned->warehouse +
                    " refused: " + decision.reason.value_or("no reason given"));
  std::vector<Demand> demands;
  for (const auto& line : planned->lines) {
    if (planned->cancel_requested) {
      cancel_held(context, planned->order_id, line.line_no, planned->warehouse, line.planned);
      continue;
    }
    demands.push_back(
        {line.line_no, line.sku,
         release(context, planned->order_id, line.line_no, planned->warehouse, line.planned)});
  }
  if (!demands.empty()) {
    const auto routing = route(context, order->header.channel, order->header.ship_to, demands,
                               refused_by(context.db, planned->order_id));
    record_decision(context, planned->order_id, routing);
    const int priority = channel_priority(context.settings, order->header.channel);
    for (const auto& choice : routing.choices) {
      reserve(context, planned->order_id, choice.line_no, choice.sku, choice.warehouse,
              choice.quantity, priority);
    }
    for (const auto& shortage : routing.shortages) {
      reserve(context, planned->order_id, shortage.line_no, shortage.sku, "", shortage.quantity,
              priority);
    }
    plan_shipments(context, planned->order_id, routing.choices);
  }
  derive_status(context, planned->order_id);
}

void fulfillment_cancelled(Context& context, const canonical::FulfillmentCancellation& answer) {
  const auto planned = find_by_fulfillment_order(context.db, answer.fulfillment_order_id);
  if (!planned || !at_work(*planned)) {
    return;
  }
  if (!answer.accepted) {
    context.alert("late_cancel", planned->id,
                  "warehouse " + planned->warehouse + " does not give the work back: " +
                      answer.reason.value_or("no reason given") + "; it will ship");
    return;
  }
  const auto order = find_order(context.db, planned->order_id);
  set_shipment_state(context, planned->id, "cancelled");
  void_label(context, *planned, planned->label_ref, *order);
  std::vector<std::string> freed;
  for (const auto& line : planned->lines) {
    cancel_held(context, planned->order_id, line.line_no, planned->warehouse, line.planned);
    freed.push_back(line.sku);
  }
  derive_status(context, planned->order_id);
  cover_backorders(context, freed);
}

void shipment_confirmed(Context& context, const canonical::Shipment& shipment) {
  const auto planned = find_by_fulfillment_order(context.db, shipment.fulfillment_order_id);
  if (!planned) {
    context.alert(
        "unknown_shipment", shipment.fulfillment_order_id,
        "warehouse " + shipment.warehouse + " confirms a shipment that was not asked for");
    return;
  }
  if (!at_work(*planned)) {
    context.alert(
        planned->state == "shipped" || planned->state == "delivered" || planned->state == "short"
            ? "repeated_confirmation"
            : "unexpected_shipment",
        planned->id,
        "warehouse " + planned->warehouse + " confirms shipment " + planned->id + ", which is " +
            planned->state + "; not counted");
    return;
  }
  const auto order = find_order(context.db, planned->order_id);
  const auto shipped = shipped_quantities(context, *planned, shipment);
  const std::int64_t at = shipment.shipped_at.known() ? shipment.shipped_at.ns : context.now_ns;
  std::vector<PlannedLine> missing;
  for (const auto& line : planned->lines) {
    const auto found = shipped.find(line.line_no);
    const std::int64_t quantity = found == shipped.end() ? 0 : found->second;
    if (quantity > 0) {
      ship_line(context, *planned, line, quantity, at);
    }
    if (quantity < line.planned) {
      missing.push_back({line.line_no, line.sku, line.planned - quantity});
    }
  }
  if (shipped.empty()) {
    set_shipment_state(context, planned->id, "short");
    void_label(context, *planned, planned->label_ref, *order);
  } else {
    const auto out = complete(context, *planned, shipment, at);
    store_shipment(context, out);
    advise(context, out, *order);
    request_invoice(context, *planned, *order, shipped, at);
  }
  if (!missing.empty()) {
    handle_shortage(context, *planned, missing);
  }
  derive_status(context, planned->order_id);
}

}  // namespace crossdock::host::process
