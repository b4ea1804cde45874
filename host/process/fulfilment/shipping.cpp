#include "host/process/fulfilment/shipping.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/billing/invoicing.hpp"
#include "host/process/fulfilment/acceptance.hpp"
#include "host/process/fulfilment/labels.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/ledger.hpp"
#include "host/process/orders/cancellation.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/reconciliation/discrepancies.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/sourcing/sourcing.hpp"

namespace crossdock::host::process {
namespace {

using Quantities = std::map<std::string, std::int64_t>;  // by line

// What was shipped, line by line, and in `beyond` by product what was more than was asked for.
Quantities shipped_quantities(const Planned& planned, const canonical::Shipment& shipment,
                              Quantities& beyond) {
  Quantities shipped;
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
        beyond[content.sku] += left;
      }
    }
  }
  std::erase_if(shipped, [](const auto& one) { return one.second == 0; });
  return shipped;
}

std::string in_words(const Quantities& quantities) {
  std::string out;
  for (const auto& [name, quantity] : quantities) {
    out += (out.empty() ? "" : ", ") + canonical::decimal_text(quantity, 4) + " of " + name;
  }
  return out;
}

// A confirmation that cannot be true is booked nowhere; people and the warehouse clear it up.
void refuse_confirmation(Context& context, const Planned& planned, const Quantities& beyond) {
  const auto more = in_words(beyond);
  context.alert("over_shipment", planned.id,
                "warehouse " + planned.warehouse + " reports " + more +
                    " more than was asked for; not counted");
  raise_discrepancy(context, {.kind = "over_shipment",
                              .key = planned.fulfillment_order_id,
                              .left = {"ledger", planned.fulfillment_order_id, "0"},
                              .right = {"wms", planned.external_ref, more},
                              .severity = "error",
                              .cause = "the warehouse confirms more than it was asked to ship",
                              .proposed_fix = "a corrected confirmation, or a count",
                              .run = ""});
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
  update_line(context, planned.order_id, line.line_no,
              "UPDATE order_lines SET shipped = shipped + ? WHERE order_id = ? AND line_no = ?",
              quantity);
  update_shipment(context, planned.id,
                  "UPDATE shipment_lines SET shipped = ? WHERE line_no = ? AND shipment_id = ?",
                  quantity, line.line_no);
}

// The warehouse found it damaged: it stays there, and is not sold.
void damage(Context& context, const Planned& planned, const canonical::ShipmentException& one,
            std::int64_t at) {
  record_movement(context,
                  {.sku = one.sku,
                   .warehouse = planned.warehouse,
                   .kind = "damage",
                   .change = {.damaged = one.quantity.e4},
                   .cause = planned.id,
                   .occurred_at_ns = at,
                   .idempotency_key = planned.id + "/damaged/" + one.line_no + "/" + one.sku,
                   .reason = "found damaged while it was picked"});
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
  update_shipment(
      context, shipment.id,
      "UPDATE shipments SET state = 'shipped', shipped_at = ?, document = ? WHERE id = ?",
      shipment.shipped_at.ns, canonical::encode(shipment));
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

// What is missing ships from elsewhere, else from here once more, else waits.
void handle_shortage(Context& context, const Planned& planned, const KnownOrder& order,
                     const std::vector<PlannedLine>& missing) {
  context.alert("short_shipment", planned.id,
                "warehouse " + planned.warehouse + " shipped less than it was asked for");
  if (planned.cancel_requested && planned.cancel_purpose == "cancel") {
    for (const auto& line : missing) {
      cancel_held(context, planned.order_id, line.line_no, planned.warehouse, line.planned);
    }
    return;
  }
  std::vector<Demand> demands;
  demands.reserve(missing.size());
  for (const auto& line : missing) {
    demands.push_back({line.line_no, line.sku, line.planned});
  }
  auto wanted = wanted_of(context, planned.order_id, order, demands);
  wanted.excluded.insert(planned.warehouse);
  const auto elsewhere = route(context, wanted);
  const bool again = planned.attempt < context.settings.most_fulfillment_attempts;
  if (again && elsewhere.choices.empty()) {
    plan_remainder(context, planned, order, missing);
    return;
  }
  record_decision(context, planned.order_id, elsewhere);
  const int priority = channel_priority(context.settings, order.header.channel);
  for (const auto& choice : elsewhere.choices) {
    release(context, planned.order_id, choice.line_no, planned.warehouse, choice.quantity);
    reserve(context, planned.order_id, choice.line_no, choice.sku, choice.warehouse,
            choice.quantity, priority);
  }
  std::vector<PlannedLine> here;
  for (const auto& shortage : elsewhere.shortages) {
    if (again) {
      here.push_back({shortage.line_no, shortage.sku, shortage.quantity});
    } else {
      release(context, planned.order_id, shortage.line_no, planned.warehouse, shortage.quantity);
      reserve(context, planned.order_id, shortage.line_no, shortage.sku, kNoPlace,
              shortage.quantity, priority);
    }
  }
  plan_shipments(context, planned.order_id, order, elsewhere.choices);
  if (!here.empty()) {
    plan_remainder(context, planned, order, here);
  }
}

// A confirmation of work that is not there any more: nothing is counted, people hear of it.
void refuse_late(Context& context, const Planned& planned) {
  const bool repeated = planned.state == "shipped" || planned.state == "delivered" ||
                        planned.state == "short" || planned.state == "exception";
  context.alert(repeated ? "repeated_confirmation" : "unexpected_shipment", planned.id,
                "warehouse " + planned.warehouse + " confirms shipment " + planned.id +
                    ", which is " + planned.state + "; not counted");
  if (!repeated) {
    raise_discrepancy(
        context, {.kind = "unexpected_shipment",
                  .key = planned.fulfillment_order_id,
                  .left = {"ledger", planned.fulfillment_order_id, planned.state},
                  .right = {"wms", planned.external_ref, "shipped"},
                  .severity = "error",
                  .cause = "the work had been taken from the warehouse before it shipped",
                  .proposed_fix = "stop the shipment that took its place, or take this one back",
                  .run = ""});
  }
}

}  // namespace

void shipment_confirmed(Context& context, const canonical::Shipment& shipment) {
  const auto planned = find_by_fulfillment_order(context.db, shipment.fulfillment_order_id);
  if (!planned) {
    context.alert(
        "unknown_shipment", shipment.fulfillment_order_id,
        "warehouse " + shipment.warehouse + " confirms a shipment that was not asked for");
    return;
  }
  if (!is_at_work(*planned)) {
    refuse_late(context, *planned);
    return;
  }
  const auto order = find_order(context.db, planned->order_id);
  Quantities beyond;
  const auto shipped = shipped_quantities(*planned, shipment, beyond);
  if (!beyond.empty()) {
    refuse_confirmation(context, *planned, beyond);
    return;
  }
  const std::int64_t at = shipment.shipped_at.known() ? shipment.shipped_at.ns : context.now_ns;
  unpick(context, *planned);
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
  for (const auto& one : shipment.exceptions) {
    if (one.kind == "damaged" && one.quantity.e4 > 0) {
      damage(context, *planned, one, at);
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
    handle_shortage(context, *planned, *order, missing);
  }
  derive_status(context, planned->order_id);
}

void shipment_voided(Context& context, const canonical::ShipmentVoid& voided) {
  const auto planned = find_by_fulfillment_order(context.db, voided.fulfillment_order_id);
  if (!planned || planned->state != "shipped") {
    context.alert("void_refused", voided.fulfillment_order_id,
                  "warehouse " + voided.warehouse + " takes back a shipment that is " +
                      (planned ? planned->state : "not known") + "; nothing was done");
    return;
  }
  for (const auto& line : planned->lines) {
    if (line.shipped == 0) {
      continue;
    }
    unconsume(context, planned->order_id, line.line_no, planned->warehouse, line.shipped);
    for (const auto& component : components_of(context.db, line.sku)) {
      record_movement(
          context, {.sku = component.sku,
                    .warehouse = planned->warehouse,
                    .kind = "adjust",
                    .change = {.on_hand = in_component(line.shipped, component.factor)},
                    .cause = planned->id,
                    .occurred_at_ns = context.now_ns,
                    .idempotency_key = planned->id + "/void/" + line.line_no + "/" + component.sku,
                    .reason = "its shipment was void"});
    }
    update_line(context, planned->order_id, line.line_no,
                "UPDATE order_lines SET shipped = shipped - ? WHERE order_id = ? AND line_no = ?",
                line.shipped);
    update_shipment(context, planned->id,
                    "UPDATE shipment_lines SET shipped = 0 WHERE line_no = ? AND shipment_id = ?",
                    line.line_no);
  }
  update_shipment(context, planned->id,
                  "UPDATE shipments SET state = 'voided', shipped_at = 0 WHERE id = ?");
  void_invoice(context, *planned);
  log_order(context, planned->order_id, "shipment void",
            planned->warehouse + (voided.reason ? ": " + *voided.reason : std::string()));
  derive_status(context, planned->order_id);  // a closed order is open again
  proceed(context, planned->order_id);
  derive_status(context, planned->order_id);
}

}  // namespace crossdock::host::process
