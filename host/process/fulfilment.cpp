#include "host/process/fulfilment.hpp"

#include <map>
#include <set>

#include "crossdock/canonical/identifiers.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/inventory.hpp"
#include "host/process/orders.hpp"

namespace crossdock::host::process {
namespace {

using canonical::Money;
using canonical::Quantity;

struct PlannedLine {
  std::string line_no;
  std::string sku;
  std::int64_t planned = 0;
};

struct Planned {
  std::string id;
  std::string order_id;
  std::string fulfillment_order_id;
  std::string warehouse;
  std::string state;
  std::int64_t attempt = 1;
  std::string sscc;
  std::string label_ref;
  std::string carrier_scac;
  std::string service;
  std::string tracking;
  std::vector<PlannedLine> lines;
};

std::optional<Planned> find_planned(journal::Database& db, std::string_view column,
                                    std::string_view value) {
  Planned out;
  {
    auto statement = db.prepare(
        "SELECT id, order_id, fulfillment_order_id, warehouse, state, attempt, sscc, label_ref, "
        "carrier_scac, service, tracking FROM shipments WHERE " +
        std::string(column) + " = ?");
    statement.bind(value);
    if (!statement.step()) {
      return std::nullopt;
    }
    out = {statement.text(0), statement.text(1),    statement.text(2),  statement.text(3),
           statement.text(4), statement.integer(5), statement.text(6),  statement.text(7),
           statement.text(8), statement.text(9),    statement.text(10), {}};
  }
  auto statement = db.prepare(
      "SELECT line_no, sku, planned FROM shipment_lines WHERE shipment_id = ? ORDER BY line_no");
  statement.bind(out.id);
  while (statement.step()) {
    out.lines.push_back({statement.text(0), statement.text(1), statement.integer(2)});
  }
  return out;
}

void set_state(Context& context, std::string_view shipment_id, std::string_view state) {
  context.db.prepare("UPDATE shipments SET state = ? WHERE id = ?").bind(state, shipment_id).run();
}

// The canonical shipment of a plan: one carton with everything in it.
canonical::Shipment to_shipment(journal::Database& db, const Planned& planned) {
  canonical::Shipment out;
  out.id = planned.id;
  out.order_id = planned.order_id;
  out.fulfillment_order_id = planned.fulfillment_order_id;
  out.warehouse = planned.warehouse;
  out.state = planned.tracking.empty() ? canonical::ShipmentState::planned
                                       : canonical::ShipmentState::labelled;
  if (!planned.carrier_scac.empty()) {
    out.carrier_scac = planned.carrier_scac;
  }
  if (!planned.service.empty()) {
    out.service = planned.service;
  }
  if (!planned.label_ref.empty()) {
    out.label_ref = planned.label_ref;
  }
  canonical::Package package;
  package.sscc = planned.sscc;
  if (!planned.tracking.empty()) {
    package.tracking_no = planned.tracking;
  }
  std::int64_t weight = 0;
  for (const auto& line : planned.lines) {
    package.contents.push_back({line.line_no, line.sku, Quantity{line.planned, "EA"}, {}, {}, {}});
    auto statement = db.prepare("SELECT weight_g FROM products WHERE sku = ?");
    statement.bind(line.sku);
    const std::int64_t each = statement.step() ? statement.integer(0) : 0;
    weight += (each > 0 ? each : 500) * line.planned / Quantity::kScale;
  }
  package.weight_g = weight;
  out.packages.push_back(std::move(package));
  return out;
}

const canonical::Address& address_of(const Context& context, const std::string& warehouse) {
  return context.settings.warehouses.at(warehouse).warehouse.address;
}

void request_fulfillment(Context& context, const Planned& planned) {
  const auto order = find_order(context.db, planned.order_id);
  canonical::FulfillmentRequest request;
  auto& work = request.fulfillment_order;
  work.id = planned.fulfillment_order_id;
  work.order_id = planned.order_id;
  work.warehouse = planned.warehouse;
  work.attempt = planned.attempt;
  work.ship_by = order->requested.ship_by;
  const auto lines = order_lines(context.db, planned.order_id);
  for (const auto& line : planned.lines) {
    canonical::FulfillmentLine out{
        line.line_no, line.sku, {}, {}, Quantity{line.planned, "EA"}, {}};
    for (const auto& known : lines) {
      if (known.line_no == line.line_no) {
        out.gtin = known.gtin;
        out.description = known.description;
      }
    }
    work.lines.push_back(std::move(out));
  }
  request.order = order->header;
  request.shipment = to_shipment(context.db, planned);
  context.send({.type = canonical::kFulfillmentRequested,
                .target = context.settings.warehouses.at(planned.warehouse).connector,
                .business_key = order->business_key,
                .subject = planned.fulfillment_order_id,
                .idempotency_key = planned.fulfillment_order_id + "/requested",
                .data = canonical::encode(request),
                .correlation_id = order->correlation_id});
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
  return shipped;
}

canonical::Invoice make_invoice(Context& context, const Planned& planned, const KnownOrder& order,
                                const std::map<std::string, std::int64_t>& shipped,
                                std::int64_t shipped_at_ns) {
  canonical::Invoice invoice;
  invoice.id = context.ids.next("inv");
  invoice.order_id = planned.order_id;
  invoice.shipment_id = planned.id;
  invoice.warehouse = planned.warehouse;
  const auto& zone = context.settings.warehouses.at(planned.warehouse).warehouse.timezone;
  invoice.invoice_date = canonical::local_date({shipped_at_ns}, zone.empty() ? "UTC" : zone);
  std::int64_t total = 0;
  for (const auto& line : order_lines(context.db, planned.order_id)) {
    const auto found = shipped.find(line.line_no);
    if (found == shipped.end() || found->second == 0) {
      continue;
    }
    canonical::InvoiceLine out;
    out.line_no = line.line_no;
    out.sku = line.sku;
    out.gtin = line.gtin;
    out.buyer_part = line.buyer_part;
    out.description = line.description;
    out.quantity = {found->second, line.ordered.uom};
    // The order's price stands; it is never looked up again.
    out.unit_price = line.unit_price;
    out.amount =
        canonical::extended(out.unit_price, out.quantity).value_or(Money{0, order.header.currency});
    total += out.amount.minor;
    invoice.lines.push_back(std::move(out));
  }
  invoice.lines_total = {total, order.header.currency};
  invoice.tax_total = {0, order.header.currency};
  invoice.total = {total, order.header.currency};
  return invoice;
}

void plan_one(Context& context, const std::string& order_id, const std::string& warehouse,
              const std::vector<PlannedLine>& lines, std::int64_t attempt) {
  const auto order = find_order(context.db, order_id);
  Planned planned;
  planned.id = context.ids.next("shp");
  planned.order_id = order_id;
  planned.fulfillment_order_id = context.ids.next("ful");
  planned.warehouse = warehouse;
  planned.attempt = attempt;
  planned.lines = lines;
  planned.sscc = canonical::make_sscc('0', context.settings.gs1_prefix,
                                      static_cast<std::uint64_t>(context.next_number("sscc")))
                     .value_or("");
  context.db
      .prepare(
          "INSERT INTO shipments(id, order_id, fulfillment_order_id, warehouse, state, attempt, "
          "sscc, created_at) VALUES(?,?,?,?,?,?,?,?)")
      .bind(planned.id, order_id, planned.fulfillment_order_id, warehouse, "planned", attempt,
            planned.sscc, context.now_ns)
      .run();
  for (const auto& line : lines) {
    context.db
        .prepare("INSERT INTO shipment_lines(shipment_id, line_no, sku, planned) VALUES(?,?,?,?)")
        .bind(planned.id, line.line_no, line.sku, line.planned)
        .run();
  }
  canonical::LabelRequest request;
  request.shipment = to_shipment(context.db, planned);
  request.ship_from = address_of(context, warehouse);
  request.ship_to = order->header.ship_to;
  request.po_number = order->header.po_number;
  request.service = order->requested.service_level;
  context.send({.type = canonical::kLabelRequested,
                .target = context.settings.carrier_connector,
                .business_key = order->business_key,
                .subject = planned.id,
                .idempotency_key = planned.id + "/label",
                .data = canonical::encode(request),
                .correlation_id = order->correlation_id});
}

}  // namespace

void plan_shipments(Context& context, const std::string& order_id,
                    const std::vector<Choice>& choices, std::int64_t attempt) {
  std::map<std::string, std::vector<PlannedLine>> by_warehouse;
  for (const auto& choice : choices) {
    by_warehouse[choice.warehouse].push_back({choice.line_no, choice.sku, choice.quantity});
  }
  for (const auto& [warehouse, lines] : by_warehouse) {
    plan_one(context, order_id, warehouse, lines, attempt);
  }
}

void label_created(Context& context, const canonical::ShipmentLabel& label) {
  auto planned = find_planned(context.db, "id", label.shipment_id);
  if (!planned) {
    context.alert("unknown_shipment", label.shipment_id,
                  "a label came for a shipment that is not known");
    return;
  }
  if (planned->state != "planned" && planned->state != "label_refused") {
    if (planned->label_ref != label.label_ref) {
      context.alert("second_label", planned->id,
                    "a second label " + label.label_ref + " was bought; void it at the carrier");
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
  request_fulfillment(context, *planned);
  derive_status(context, planned->order_id);
}

void label_refused(Context& context, const canonical::Refusal& refusal) {
  set_state(context, refusal.ref, "label_refused");
  context.alert("label_refused", refusal.ref, "the carrier refused a label: " + refusal.reason);
  context.db.prepare("UPDATE orders SET trouble = ? WHERE id = ?")
      .bind("no label: " + refusal.reason, refusal.order_id)
      .run();
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
  const auto planned =
      find_planned(context.db, "fulfillment_order_id", decision.fulfillment_order_id);
  if (!planned || (planned->state != "submitted" && planned->state != "accepted")) {
    return;
  }
  set_state(context, planned->id, "rejected");
  const auto order = find_order(context.db, planned->order_id);
  if (!planned->label_ref.empty()) {
    canonical::LabelVoid unwanted;
    unwanted.shipment_id = planned->id;
    unwanted.label_ref = planned->label_ref;
    context.send({.type = canonical::kLabelVoidRequested,
                  .target = context.settings.carrier_connector,
                  .business_key = order->business_key,
                  .subject = planned->id,
                  .idempotency_key = planned->id + "/void",
                  .data = canonical::encode(unwanted)});
  }
  std::vector<Demand> demands;
  for (const auto& line : planned->lines) {
    const auto let_go =
        release(context, planned->order_id, line.line_no, planned->warehouse, line.planned);
    demands.push_back({line.line_no, line.sku, let_go});
  }
  std::set<std::string> refused;
  {
    auto statement = context.db.prepare(
        "SELECT DISTINCT warehouse FROM shipments WHERE order_id = ? AND state = 'rejected'");
    statement.bind(planned->order_id);
    while (statement.step()) {
      refused.insert(statement.text(0));
    }
  }
  const auto routing =
      route(context, order->header.channel, order->header.ship_to, demands, refused);
  context.db.prepare("INSERT INTO decisions(order_id, at, decision) VALUES(?,?,?)")
      .bind(planned->order_id, context.now_ns, routing.to_json())
      .run();
  for (const auto& choice : routing.choices) {
    reserve(context, planned->order_id, choice.line_no, choice.sku, choice.warehouse,
            choice.quantity);
  }
  for (const auto& shortage : routing.shortages) {
    reserve(context, planned->order_id, shortage.line_no, shortage.sku, "", shortage.quantity);
  }
  plan_shipments(context, planned->order_id, routing.choices, 1);
  context.alert("fulfillment_rejected", planned->fulfillment_order_id,
                "warehouse " + planned->warehouse +
                    " refused: " + decision.reason.value_or("no reason given"));
  derive_status(context, planned->order_id);
}

void shipment_confirmed(Context& context, const canonical::Shipment& shipment,
                        const canonical::MessageView& message) {
  const auto planned =
      find_planned(context.db, "fulfillment_order_id", shipment.fulfillment_order_id);
  if (!planned) {
    context.alert(
        "unknown_shipment", shipment.fulfillment_order_id,
        "warehouse " + shipment.warehouse + " confirms a shipment that was not asked for");
    return;
  }
  if (planned->state == "shipped" || planned->state == "delivered" || planned->state == "short") {
    context.alert(
        "repeated_confirmation", planned->id,
        "warehouse " + planned->warehouse + " confirms again what it confirmed; not counted");
    return;
  }
  const auto order = find_order(context.db, planned->order_id);
  const auto shipped = shipped_quantities(context, *planned, shipment);
  const std::int64_t at = shipment.shipped_at.known() ? shipment.shipped_at.ns : context.now_ns;
  std::vector<PlannedLine> missing;
  std::int64_t total = 0;
  for (const auto& line : planned->lines) {
    const auto found = shipped.find(line.line_no);
    const std::int64_t quantity = found == shipped.end() ? 0 : found->second;
    total += quantity;
    if (quantity > 0) {
      consume(context, planned->order_id, line.line_no, planned->warehouse, quantity);
      record_movement(context, {.sku = line.sku,
                                .warehouse = planned->warehouse,
                                .kind = "ship",
                                .on_hand = -quantity,
                                .cause = planned->id,
                                .occurred_at_ns = at,
                                .idempotency_key = planned->id + "/" + line.line_no});
      context.db
          .prepare(
              "UPDATE order_lines SET shipped = shipped + ? WHERE order_id = ? AND line_no = ?")
          .bind(quantity, planned->order_id, line.line_no)
          .run();
      context.db
          .prepare("UPDATE shipment_lines SET shipped = ? WHERE shipment_id = ? AND line_no = ?")
          .bind(quantity, planned->id, line.line_no)
          .run();
    }
    if (quantity < line.planned) {
      missing.push_back({line.line_no, line.sku, line.planned - quantity});
    }
  }
  canonical::Shipment out = shipment;
  out.id = planned->id;
  out.order_id = planned->order_id;
  out.state = canonical::ShipmentState::shipped;
  out.shipped_at.ns = at;
  if (!planned->carrier_scac.empty()) {
    out.carrier_scac = planned->carrier_scac;
  }
  if (!planned->service.empty()) {
    out.service = planned->service;
  }
  for (auto& package : out.packages) {
    // One carton was planned; further cartons of the warehouse get numbers of their own.
    if (!package.sscc || package.sscc->empty()) {
      const bool first = &package == &out.packages.front();
      package.sscc =
          first ? planned->sscc
                : *canonical::make_sscc('0', context.settings.gs1_prefix,
                                        static_cast<std::uint64_t>(context.next_number("sscc")));
    }
    if (!package.tracking_no || package.tracking_no->empty()) {
      package.tracking_no = planned->tracking;
    }
    if (total > 0) {
      context.db
          .prepare(
              "INSERT INTO packages(shipment_id, sscc, tracking_no) VALUES(?,?,?) ON CONFLICT DO "
              "NOTHING")
          .bind(planned->id, *package.sscc, *package.tracking_no)
          .run();
    }
  }
  context.db.prepare("UPDATE shipments SET state = ?, shipped_at = ?, document = ? WHERE id = ?")
      .bind(total > 0 ? "shipped" : "short", at, canonical::encode(out), planned->id)
      .run();

  if (!missing.empty()) {
    context.alert("short_shipment", planned->id,
                  "warehouse " + planned->warehouse + " shipped less than it was asked for");
    if (planned->attempt < context.settings.most_fulfillment_attempts) {
      plan_one(context, planned->order_id, planned->warehouse, missing, planned->attempt + 1);
    } else {
      for (const auto& line : missing) {
        release(context, planned->order_id, line.line_no, planned->warehouse, line.planned);
        reserve(context, planned->order_id, line.line_no, line.sku, "", line.planned);
      }
    }
  }
  if (total > 0) {
    canonical::ShipNotice notice;
    notice.order = order->header;
    notice.shipment = out;
    notice.lines = order_lines(context.db, planned->order_id);
    notice.ship_from = address_of(context, planned->warehouse);
    notice.is_final = std::all_of(notice.lines.begin(), notice.lines.end(), [](const auto& line) {
      return line.shipped.e4 + line.cancelled.e4 >= line.ordered.e4;
    });
    context.send({.type = canonical::kShipmentAdvised,
                  .target = channel_connector(context, order->header.channel),
                  .business_key = order->business_key,
                  .subject = planned->id,
                  .idempotency_key = planned->id + "/advised",
                  .data = canonical::encode(notice),
                  .correlation_id = order->correlation_id});
    const auto invoice = make_invoice(context, *planned, *order, shipped, at);
    context.db
        .prepare(
            "INSERT INTO invoices(id, order_id, shipment_id, state, total_minor, currency, "
            "invoice, "
            "created_at) VALUES(?,?,?,?,?,?,?,?)")
        .bind(invoice.id, invoice.order_id, invoice.shipment_id, "draft", invoice.total.minor,
              invoice.total.currency, canonical::encode(invoice), context.now_ns)
        .run();
    canonical::InvoiceRequest request;
    request.invoice = invoice;
    request.order = order->header;
    context.send({.type = canonical::kInvoiceRequested,
                  .target = context.settings.erp_connector,
                  .business_key = order->business_key,
                  .subject = invoice.id,
                  .idempotency_key = invoice.id + "/requested",
                  .data = canonical::encode(request),
                  .correlation_id = order->correlation_id});
  }
  (void)message;
  derive_status(context, planned->order_id);
}

void invoice_posted(Context& context, const canonical::Invoice& posted) {
  std::string state;
  std::string text;
  {
    auto statement = context.db.prepare("SELECT state, invoice FROM invoices WHERE id = ?");
    statement.bind(posted.id);
    if (!statement.step()) {
      context.alert("unknown_invoice", posted.id, "an invoice was posted that was not asked for");
      return;
    }
    state = statement.text(0);
    text = statement.text(1);
  }
  if (state != "draft") {
    return;
  }
  auto invoice = *canonical::decode<canonical::Invoice>(text).value;
  invoice.number = posted.number;
  invoice.state = canonical::InvoiceState::posted;
  invoice.posted_ref = posted.posted_ref;
  if (posted.invoice_date) {
    invoice.invoice_date = posted.invoice_date;
  }
  // The ERP owns tax; what it charges for the goods must be what was ordered.
  if (posted.lines_total.minor != 0 && posted.lines_total.minor != invoice.lines_total.minor) {
    context.alert("invoice_difference", invoice.id,
                  "posted with " + canonical::to_string(posted.lines_total) +
                      " for the goods where " + canonical::to_string(invoice.lines_total) +
                      " was asked for");
  }
  invoice.tax_total = {posted.total.minor - posted.lines_total.minor, invoice.lines_total.currency};
  if (posted.lines_total.minor == 0) {
    invoice.tax_total.minor = 0;
  }
  invoice.total = {invoice.lines_total.minor + invoice.tax_total.minor,
                   invoice.lines_total.currency};
  context.db
      .prepare(
          "UPDATE invoices SET state = 'posted', number = ?, total_minor = ?, invoice = ? WHERE id "
          "= ?")
      .bind(invoice.number, invoice.total.minor, canonical::encode(invoice), invoice.id)
      .run();
  for (const auto& line : invoice.lines) {
    context.db
        .prepare(
            "UPDATE order_lines SET invoiced = invoiced + ? WHERE order_id = ? AND line_no = ?")
        .bind(line.quantity.e4, invoice.order_id, line.line_no)
        .run();
  }
  const auto order = find_order(context.db, invoice.order_id);
  canonical::InvoiceNotice notice;
  notice.invoice = invoice;
  notice.order = order->header;
  {
    auto statement = context.db.prepare("SELECT document FROM shipments WHERE id = ?");
    statement.bind(invoice.shipment_id);
    statement.step();
    notice.shipment = *canonical::decode<canonical::Shipment>(statement.text(0)).value;
  }
  context.send({.type = canonical::kInvoiceIssued,
                .target = channel_connector(context, order->header.channel),
                .business_key = order->business_key,
                .subject = invoice.id,
                .idempotency_key = invoice.id + "/issued",
                .data = canonical::encode(notice),
                .correlation_id = order->correlation_id});
  derive_status(context, invoice.order_id);
}

void tracking_scanned(Context& context, const canonical::TrackingEvent& event) {
  static const std::map<canonical::TrackingCode, std::pair<int, const char*>> kRanks = {
      {canonical::TrackingCode::picked_up, {1, "in_transit"}},
      {canonical::TrackingCode::in_transit, {1, "in_transit"}},
      {canonical::TrackingCode::out_for_delivery, {2, "in_transit"}},
      {canonical::TrackingCode::delivered, {3, "delivered"}}};
  const auto rank = kRanks.find(event.code);
  context.db
      .prepare(
          "INSERT INTO tracking(tracking_no, occurred_at, code, raw, place) VALUES(?,?,?,?,?) "
          "ON CONFLICT DO NOTHING")
      .bind(event.tracking_no, event.occurred_at.ns, static_cast<int>(event.code),
            event.carrier_code_raw, event.place.value_or(""))
      .run();
  if (rank == kRanks.end() || rank->second.first < 3) {
    return;  // a scan on the way changes nothing that others decide on
  }
  std::string order_id;
  {
    auto statement = context.db.prepare("SELECT order_id FROM shipments WHERE tracking = ?");
    statement.bind(event.tracking_no);
    if (!statement.step()) {
      return;
    }
    order_id = statement.text(0);
  }
  context.db
      .prepare("UPDATE shipments SET state = 'delivered' WHERE tracking = ? AND state = 'shipped'")
      .bind(event.tracking_no)
      .run();
  derive_status(context, order_id);
}

}  // namespace crossdock::host::process
