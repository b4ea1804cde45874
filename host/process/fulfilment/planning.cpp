#include "host/process/fulfilment/planning.hpp"

#include <map>

#include "crossdock/canonical/message_types.hpp"
#include "host/journal/memo.hpp"
#include "host/process/directory.hpp"
#include "host/process/fulfilment/labels.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/warehouses.hpp"

namespace crossdock::host::process {
namespace {

using canonical::Quantity;

// What an article weighs that no system has weighed.
constexpr std::int64_t kAssumedWeightG = 500;
constexpr std::size_t kMostKnown = 8192;  // shipments of some groups, and their lines

struct CountLines {
  std::size_t operator()(const std::optional<Planned>& planned) const {
    return 1 + (planned ? planned->lines.size() : 0);
  }
};
struct KnownShipments : journal::Memo<std::optional<Planned>, CountLines> {
  KnownShipments() : Memo({"shipments", "shipment_lines"}, kMostKnown) {}
};

std::optional<Planned> read_shipment(journal::Database& db, std::string_view id) {
  std::optional<Planned> out;
  {
    auto statement = db.prepare(
        "SELECT id, order_id, fulfillment_order_id, warehouse, state, attempt, sscc, label_ref, "
        "carrier_scac, service, tracking, external_ref, cancel_requested, cancel_purpose FROM "
        "shipments WHERE id = ?");
    statement.bind(id);
    if (!statement.step()) {
      return out;
    }
    out = {statement.text(0),          statement.text(1),  statement.text(2),
           statement.text(3),          statement.text(4),  statement.integer(5),
           statement.text(6),          statement.text(7),  statement.text(8),
           statement.text(9),          statement.text(10), statement.text(11),
           statement.integer(12) != 0, statement.text(13), {}};
  }
  auto statement = db.prepare(
      "SELECT line_no, sku, planned, shipped FROM shipment_lines WHERE shipment_id = ? ORDER BY "
      "line_no");
  statement.bind(id);
  while (statement.step()) {
    out->lines.push_back(
        {statement.text(0), statement.text(1), statement.integer(2), statement.integer(3)});
  }
  return out;
}

void insert(Context& context, const Planned& planned) {
  const auto write = [&] {
    context.db
        .prepare(
            "INSERT INTO shipments(id, order_id, fulfillment_order_id, warehouse, state, attempt, "
            "sscc, created_at) VALUES(?,?,?,?,?,?,?,?)")
        .bind(planned.id, planned.order_id, planned.fulfillment_order_id, planned.warehouse,
              planned.state, planned.attempt, planned.sscc, context.now_ns)
        .run();
    for (const auto& line : planned.lines) {
      context.db
          .prepare("INSERT INTO shipment_lines(shipment_id, line_no, sku, planned) VALUES(?,?,?,?)")
          .bind(planned.id, line.line_no, line.sku, line.planned)
          .run();
    }
  };
  context.db.kept<KnownShipments>().add(context.db, planned.id, write, planned);
}

void plan_one(Context& context, const std::string& order_id, const KnownOrder& order,
              const std::string& warehouse, std::vector<PlannedLine> lines, std::int64_t attempt) {
  Planned planned;
  planned.id = context.ids.next("shp");
  planned.order_id = order_id;
  planned.fulfillment_order_id = context.ids.next("ful");
  planned.warehouse = warehouse;
  planned.state = "planned";
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
  return db.kept<KnownShipments>().get(db, shipment_id,
                                       [&] { return read_shipment(db, shipment_id); });
}

std::optional<Planned> find_by_fulfillment_order(journal::Database& db, std::string_view id) {
  std::string shipment;
  {
    auto statement = db.prepare("SELECT id FROM shipments WHERE fulfillment_order_id = ?");
    statement.bind(id);
    if (!statement.step()) {
      return std::nullopt;
    }
    shipment = statement.text(0);
  }
  return find_shipment(db, shipment);
}

std::vector<Planned> plans_of(journal::Database& db, std::string_view order_id) {
  std::vector<std::string> ids;
  {
    auto statement = db.prepare("SELECT id FROM shipments WHERE order_id = ? ORDER BY id");
    statement.bind(order_id);
    while (statement.step()) {
      ids.push_back(statement.text(0));
    }
  }
  std::vector<Planned> out;
  out.reserve(ids.size());
  for (const auto& id : ids) {
    out.push_back(*find_shipment(db, id));
  }
  return out;
}

void change_shipment(Context& context, std::string_view shipment_id,
                     const std::function<void()>& write) {
  context.db.kept<KnownShipments>().change(context.db, shipment_id, write,
                                           [](const auto&) { return false; });
}

void set_shipment_state(Context& context, std::string_view shipment_id, std::string_view state) {
  update_shipment(context, shipment_id, "UPDATE shipments SET state = ? WHERE id = ?", state);
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
