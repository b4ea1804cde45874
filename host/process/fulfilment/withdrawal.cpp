#include "host/process/fulfilment/withdrawal.hpp"

#include "crossdock/canonical/message_types.hpp"
#include "host/process/fulfilment/labels.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/orders/cancellation.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/sourcing/sourcing.hpp"
#include "host/process/warehouses.hpp"

namespace crossdock::host::process {
namespace {

void tell_warehouse(Context& context, const Planned& planned, const KnownOrder& order,
                    const std::string& reason) {
  canonical::FulfillmentCancellation request;
  request.fulfillment_order_id = planned.fulfillment_order_id;
  request.order_id = planned.order_id;
  request.warehouse = planned.warehouse;
  request.reason = reason;
  context.send({.type = canonical::kFulfillmentCancelRequested,
                .target = context.warehouse(planned.warehouse).connector,
                .business_key = order.business_key,
                .subject = planned.fulfillment_order_id,
                .idempotency_key = planned.fulfillment_order_id + "/cancel",
                .data = canonical::encode(request),
                .correlation_id = order.correlation_id});
}

// The part of each line that was wanted back, where only that was.
std::map<std::string, std::int64_t> wanted_back(journal::Database& db, const Planned& planned) {
  std::map<std::string, std::int64_t> out;
  auto statement = db.prepare("SELECT line_no, quantity FROM wanted_back WHERE shipment_id = ?");
  statement.bind(planned.id);
  while (statement.step()) {
    out[statement.text(0)] = statement.integer(1);
  }
  return out;
}

}  // namespace

bool is_only_planned(const Planned& planned) {
  return planned.state == "planned" || planned.state == "label_refused";
}

bool is_at_work(const Planned& planned) {
  return planned.state == "submitted" || planned.state == "accepted" || planned.state == "picked";
}

std::int64_t in_hand(journal::Database& db, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(l.planned - l.shipped), 0) FROM shipments s JOIN shipment_lines l ON "
      "l.shipment_id = s.id WHERE s.order_id = ?1 AND l.line_no = ?2 AND s.state IN ('submitted', "
      "'accepted', 'picked', 'partial') AND (?3 = '' OR s.warehouse = ?3)");
  statement.bind(order_id, line_no, warehouse);
  statement.step();
  return statement.integer(0);
}

void withdraw_plan(Context& context, const Planned& planned) {
  set_shipment_state(context, planned.id, "cancelled");
  count_work(context, planned.warehouse, -1);
  if (const auto order = find_order(context.db, planned.order_id)) {
    void_label(context, planned, planned.label_ref, *order);
  }
}

void ask_back(Context& context, const Planned& planned, const KnownOrder& order,
              const std::string& reason, const std::string& purpose) {
  if (planned.cancel_requested && (planned.cancel_purpose == "cancel" || purpose != "cancel")) {
    return;
  }
  update_shipment(context, planned.id,
                  "UPDATE shipments SET cancel_requested = 1, cancel_purpose = ? WHERE id = ?",
                  purpose);
  if (!planned.cancel_requested) {
    tell_warehouse(context, planned, order, reason);
  }
}

void route_again(Context& context, const Planned& planned, const KnownOrder& order,
                 const std::vector<PlannedLine>& lines, const std::set<std::string>& without) {
  std::vector<Demand> demands;
  for (const auto& line : lines) {
    const auto freed =
        release(context, planned.order_id, line.line_no, planned.warehouse, line.planned);
    if (freed > 0) {
      demands.push_back({line.line_no, line.sku, freed});
    }
  }
  if (demands.empty()) {
    return;
  }
  auto wanted = wanted_of(context, planned.order_id, order, demands);
  wanted.excluded.insert(without.begin(), without.end());
  const auto routing = route(context, wanted);
  record_decision(context, planned.order_id, routing);
  const int priority = channel_priority(context.settings, order.header.channel);
  for (const auto& choice : routing.choices) {
    reserve(context, planned.order_id, choice.line_no, choice.sku, choice.warehouse,
            choice.quantity, priority);
  }
  for (const auto& shortage : routing.shortages) {
    reserve(context, planned.order_id, shortage.line_no, shortage.sku, kNoPlace, shortage.quantity,
            priority);
  }
  note_promise(context, planned.order_id, routing.ship_on, routing.arrives_on);
  plan_shipments(context, planned.order_id, order, routing.choices);
}

void take_away(Context& context, const Planned& planned, const KnownOrder& order,
               const std::set<std::string>& without, const std::string& reason) {
  if (is_at_work(planned) && !planned.cancel_requested) {
    tell_warehouse(context, planned, order, reason);
  }
  withdraw_plan(context, planned);
  log_order(context, planned.order_id, "taken from " + planned.warehouse, reason);
  route_again(context, planned, order, planned.lines, without);
}

void recall(Context& context, const std::string& order_id, const std::string& reason) {
  const auto order = find_order(context.db, order_id);
  for (const auto& planned : plans_of(context.db, order_id)) {
    if (is_only_planned(planned)) {
      withdraw_plan(context, planned);
    } else if (is_at_work(planned)) {
      ask_back(context, planned, *order, reason, "hold");
    }
  }
}

void fulfillment_cancelled(Context& context, const canonical::FulfillmentCancellation& answer) {
  const auto planned = find_by_fulfillment_order(context.db, answer.fulfillment_order_id);
  if (!planned || !is_at_work(*planned)) {
    return;
  }
  if (!answer.accepted) {
    update_shipment(context, planned->id,
                    "UPDATE shipments SET cancel_requested = 0, cancel_purpose = '' WHERE id = ?");
    context.alert("late_cancel", planned->id,
                  "warehouse " + planned->warehouse + " does not give the work back: " +
                      answer.reason.value_or("no reason given") + "; it will ship");
    return;
  }
  const auto order = find_order(context.db, planned->order_id);
  const auto purpose = planned->cancel_purpose;
  withdraw_plan(context, *planned);
  std::vector<std::string> freed;
  if (purpose == "reroute") {
    route_again(context, *planned, *order, planned->lines, {planned->warehouse});
  } else if (purpose == "line") {
    const auto parts = wanted_back(context.db, *planned);
    for (const auto& line : planned->lines) {
      const auto part = parts.find(line.line_no);
      if (part != parts.end()) {
        cancel_held(context, planned->order_id, line.line_no, planned->warehouse, part->second);
        freed.push_back(line.sku);
      }
    }
  } else if (purpose != "hold") {
    for (const auto& line : planned->lines) {
      cancel_held(context, planned->order_id, line.line_no, planned->warehouse, line.planned);
      freed.push_back(line.sku);
    }
  }
  proceed(context, planned->order_id);
  derive_status(context, planned->order_id);
  cover_backorders(context, freed);
}

}  // namespace crossdock::host::process
