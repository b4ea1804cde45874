#include "host/process/fulfilment/planning.hpp"

#include <map>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/directory.hpp"
#include "host/process/fulfilment/labels.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/warehouses.hpp"

namespace crossdock::host::process {
namespace {

using canonical::Quantity;

// What an article weighs that no system has weighed.
constexpr std::int64_t kAssumedWeightG = 500;

std::vector<Planned> find_plans(journal::Database& db, std::string_view column,
                                std::string_view value) {
  std::vector<Planned> out;
  {
    auto statement = db.prepare(
        "SELECT id, order_id, fulfillment_order_id, warehouse, state, attempt, sscc, label_ref, "
        "carrier_scac, service, tracking, external_ref, cancel_requested, cancel_purpose FROM "
        "shipments WHERE " +
        std::string(column) + " = ? ORDER BY id");
    statement.bind(value);
    while (statement.step()) {
      out.push_back({statement.text(0),
                     statement.text(1),
                     statement.text(2),
                     statement.text(3),
                     statement.text(4),
                     statement.integer(5),
                     statement.text(6),
                     statement.text(7),
                     statement.text(8),
                     statement.text(9),
                     statement.text(10),
                     statement.text(11),
                     statement.integer(12) != 0,
                     statement.text(13),
                     {}});
    }
  }
  for (auto& plan : out) {
    auto statement = db.prepare(
        "SELECT line_no, sku, planned, shipped FROM shipment_lines WHERE shipment_id = ? ORDER BY "
        "line_no");
    statement.bind(plan.id);
    while (statement.step()) {
      plan.lines.push_back(
          {statement.text(0), statement.text(1), statement.integer(2), statement.integer(3)});
    }
  }
  return out;
}

std::optional<Planned> first(std::vector<Planned> plans) {
  return plans.empty() ? std::nullopt : std::optional(std::move(plans.front()));
}

void insert(Context& context, const Planned& planned) {
  context.db
      .prepare(
          "INSERT INTO shipments(id, order_id, fulfillment_order_id, warehouse, state, attempt, "
          "sscc, created_at) VALUES(?,?,?,?,'planned',?,?,?)")
      .bind(planned.id, planned.order_id, planned.fulfillment_order_id, planned.warehouse,
            planned.attempt, planned.sscc, context.now_ns)
      .run();
  for (const auto& line : planned.lines) {
    context.db
        .prepare("INSERT INTO shipment_lines(shipment_id, line_no, sku, planned) VALUES(?,?,?,?)")
        .bind(planned.id, line.line_no, line.sku, line.planned)
        .run();
  }
}

void plan_one(Context& context, const std::string& order_id, const KnownOrder& order,
              const std::string& warehouse, std::vector<PlannedLine> lines, std::int64_t attempt) {
  Planned planned;
  planned.id = context.ids.next("shp");
  planned.order_id = order_id;
  planned.fulfillment_order_id = context.ids.next("ful");
  planned.warehouse = warehouse;
  planned.attempt = attempt;
  planned.lines = std::move(lines);
  planned.sscc = context.next_sscc();
  insert(context, planned);
  count_work(context, warehouse, +1);
  if (context.warehouse(warehouse).own_labels) {
    set_shipment_state(context, planned.id, "submitted");
    request_fulfillment(context, planned, order);
    return;
  }
  canonical::LabelRequest request;
  request.shipment = to_shipment(context.db, planned);
  request.ship_from = context.warehouse(warehouse).warehouse.address;
  request.ship_to = order.header.ship_to;
  request.po_number = order.header.po_number;
  if (!order.service.empty()) {
    request.service = order.service;
  }
  context.send({.type = canonical::kLabelRequested,
                .target = context.settings.carrier_connector,
                .business_key = order.business_key,
                .subject = planned.id,
                .idempotency_key = planned.id + "/label",
                .data = canonical::encode(request),
                .correlation_id = order.correlation_id});
}

}  // namespace

std::optional<Planned> find_shipment(journal::Database& db, std::string_view shipment_id) {
  return first(find_plans(db, "id", shipment_id));
}

std::optional<Planned> find_by_fulfillment_order(journal::Database& db, std::string_view id) {
  return first(find_plans(db, "fulfillment_order_id", id));
}

std::vector<Planned> plans_of(journal::Database& db, std::string_view order_id) {
  return find_plans(db, "order_id", order_id);
}

void set_shipment_state(Context& context, std::string_view shipment_id, std::string_view state) {
  context.db.prepare("UPDATE shipments SET state = ? WHERE id = ?").bind(state, shipment_id).run();
}

void plan_shipments(Context& context, const std::string& order_id, const KnownOrder& order,
                    const std::vector<Choice>& choices) {
  std::map<std::string, std::vector<PlannedLine>> by_warehouse;
  for (const auto& choice : choices) {
    auto& lines = by_warehouse[choice.warehouse];
    if (!lines.empty() && lines.back().line_no == choice.line_no) {
      lines.back().planned += choice.quantity;
    } else {
      lines.push_back({choice.line_no, choice.sku, choice.quantity, 0});
    }
  }
  for (auto& [warehouse, lines] : by_warehouse) {
    plan_one(context, order_id, order, warehouse, std::move(lines), 1);
  }
}

void plan_remainder(Context& context, const Planned& earlier, const KnownOrder& order,
                    const std::vector<PlannedLine>& missing) {
  plan_one(context, earlier.order_id, order, earlier.warehouse, missing, earlier.attempt + 1);
}

canonical::Shipment to_shipment(journal::Database& db, const Planned& planned) {
  const auto said = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  canonical::Shipment out;
  out.id = planned.id;
  out.order_id = planned.order_id;
  out.fulfillment_order_id = planned.fulfillment_order_id;
  out.warehouse = planned.warehouse;
  out.state = planned.tracking.empty() ? canonical::ShipmentState::planned
                                       : canonical::ShipmentState::labelled;
  out.carrier_scac = said(planned.carrier_scac);
  out.service = said(planned.service);
  out.label_ref = said(planned.label_ref);
  canonical::Package package;
  package.sscc = planned.sscc;
  package.tracking_no = said(planned.tracking);
  std::int64_t weight = 0;
  for (const auto& line : planned.lines) {
    const auto product = product_facts(db, line.sku);
    const std::int64_t each = product ? product->weight_g : 0;
    package.contents.push_back({line.line_no,
                                line.sku,
                                Quantity{line.planned, product ? product->base_uom : "EA"},
                                {},
                                {},
                                {}});
    weight += (each > 0 ? each : kAssumedWeightG) * line.planned / Quantity::kScale;
  }
  package.weight_g = weight;
  out.packages.push_back(std::move(package));
  return out;
}

}  // namespace crossdock::host::process
