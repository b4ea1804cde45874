#include "host/process/orders.hpp"

#include <algorithm>
#include <set>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/fulfilment.hpp"
#include "host/process/inventory.hpp"
#include "host/process/sourcing.hpp"

namespace crossdock::host::process {
namespace {

using canonical::LineStatus;
using canonical::Quantity;

constexpr std::size_t kMostBackordersAtOnce = 500;

// The faults of an order that no line can be blamed for.
std::vector<std::string> faults_of(const Context& context, const canonical::Order& order) {
  std::vector<std::string> faults;
  const auto& h = order.header;
  const auto channel = context.settings.channels.find(h.channel);
  if (channel == context.settings.channels.end()) {
    faults.push_back("channel " + h.channel + " is not known");
  } else if (!channel->second.customer.empty() && channel->second.customer != h.customer) {
    faults.push_back("customer " + h.customer + " does not buy over channel " + h.channel);
  }
  if (order.purpose != "original") {
    faults.push_back("an order with purpose \"" + order.purpose +
                     "\" is not taken; send an order change");
  }
  for (const auto& problem : canonical::validate(order)) {
    faults.push_back(problem.path + " " + problem.message);
  }
  return faults;
}

// Why a line cannot be taken, or empty.
std::string fault_of(const Context& context, const canonical::OrderLine& line) {
  auto statement = context.db.prepare("SELECT active FROM products WHERE sku = ?");
  statement.bind(line.sku);
  if (!statement.step()) {
    return "product " + line.sku + " is not known";
  }
  if (statement.integer(0) == 0) {
    return "product " + line.sku + " is not sold any more";
  }
  if (!line.ordered.is_whole()) {
    return "product " + line.sku + " is sold in whole units";
  }
  return {};
}

void insert_order(Context& context, const canonical::Order& order, const std::string& id,
                  const canonical::OrderHeader& header, const canonical::MessageView& message) {
  context.db
      .prepare(
          "INSERT INTO orders(id, channel, po_number, customer, status, correlation_id, "
          "business_key, created_at, header, requested) VALUES(?,?,?,?,?,?,?,?,?,?)")
      .bind(id, header.channel, header.po_number, header.customer, "captured",
            message.correlation_id, message.business_key, context.now_ns, canonical::encode(header),
            canonical::encode(order.requested))
      .run();
  std::int64_t number = 0;
  for (const auto& line : order.lines) {
    context.db
        .prepare(
            "INSERT INTO order_lines(order_id, line_no, number, sku, ordered, uom, "
            "unit_price_e6, line) VALUES(?,?,?,?,?,?,?,?)")
        .bind(id, line.line_no, ++number, line.sku, line.ordered.e4, line.ordered.uom,
              line.unit_price.e6, canonical::encode(line))
        .run();
  }
}

void record_decision(Context& context, std::string_view order_id, const Routing& routing) {
  context.db.prepare("INSERT INTO decisions(order_id, at, decision) VALUES(?,?,?)")
      .bind(order_id, context.now_ns, routing.to_json())
      .run();
}

void reject_line(Context& context, std::string_view order_id, std::string_view line_no,
                 std::int64_t quantity) {
  context.db
      .prepare("UPDATE order_lines SET rejected = rejected + ? WHERE order_id = ? AND line_no = ?")
      .bind(quantity, order_id, line_no)
      .run();
}

// What the buyer is told of one line.
canonical::LineAcknowledgement answer_line(const canonical::OrderLine& line, const Routing& routing,
                                           const std::string& fault, ShortagePolicy policy) {
  canonical::LineAcknowledgement out;
  out.line_no = line.line_no;
  out.sku = line.sku;
  out.gtin = line.gtin;
  out.buyer_part = line.buyer_part;
  out.ordered = line.ordered;
  out.unit_price = line.unit_price;
  out.acknowledged = {0, line.ordered.uom};
  out.backordered = {0, line.ordered.uom};
  if (!fault.empty()) {
    out.status = LineStatus::rejected;
    out.reason = fault;
    return out;
  }
  for (const auto& choice : routing.choices) {
    if (choice.line_no == line.line_no) {
      out.acknowledged.e4 += choice.quantity;
    }
  }
  const auto missing = line.ordered.e4 - out.acknowledged.e4;
  if (missing == 0) {
    out.status = LineStatus::accepted;
  } else if (policy == ShortagePolicy::reject_line) {
    out.status = out.acknowledged.e4 == 0 ? LineStatus::rejected : LineStatus::quantity_changed;
    out.reason = "not enough stock";
  } else {
    out.status = out.acknowledged.e4 == 0 ? LineStatus::backordered : LineStatus::quantity_changed;
    out.backordered.e4 = missing;
  }
  return out;
}

}  // namespace

std::string_view channel_connector(const Context& context, const std::string& channel) {
  const auto found = context.settings.channels.find(channel);
  return found == context.settings.channels.end() ? std::string_view() : found->second.connector;
}

void order_captured(Context& context, const canonical::Order& order,
                    const canonical::MessageView& message) {
  auto header = order.header;
  if (header.po_number.empty()) {
    header.po_number = header.channel_order_no;
  }
  {
    auto statement =
        context.db.prepare("SELECT id FROM orders WHERE channel = ? AND po_number = ?");
    statement.bind(header.channel, header.po_number);
    if (statement.step()) {
      // The same purchase order under another control number: said, and not made a second order.
      const auto earlier = statement.text(0);
      context.db.prepare("INSERT INTO duplicates(kind, key, partner, file, at) VALUES(?,?,?,?,?)")
          .bind("order", header.po_number, header.channel, "", context.now_ns)
          .run();
      context.alert("duplicate_order", earlier,
                    "purchase order " + header.po_number + " of " + header.channel +
                        " came again under another control number; nothing was done with it");
      return;
    }
  }
  const std::string id = context.ids.next("ord");
  header.order_id = id;
  insert_order(context, order, id, header, message);

  const auto faults = faults_of(context, order);
  std::map<std::string, std::string> line_faults;
  std::vector<Demand> demands;
  for (const auto& line : order.lines) {
    auto& fault = line_faults[line.line_no];
    fault = faults.empty() ? fault_of(context, line) : "the order is rejected";
    if (fault.empty()) {
      demands.push_back({line.line_no, line.sku, line.ordered.e4});
    } else {
      reject_line(context, id, line.line_no, line.ordered.e4);
    }
  }

  const auto channel = context.settings.channels.find(header.channel);
  auto policy = channel == context.settings.channels.end() ? ShortagePolicy::backorder
                                                           : channel->second.shortage;
  if (order.requested.ship_complete) {
    policy = ShortagePolicy::ship_complete;
  }
  Routing routing;
  if (!demands.empty()) {
    routing = route(context, header.channel, header.ship_to, demands, {});
    if (policy == ShortagePolicy::ship_complete && !routing.shortages.empty()) {
      // All or nothing: what is there is not held while the rest is missing.
      routing.choices.clear();
      routing.shortages = demands;
    }
    record_decision(context, id, routing);
    for (const auto& choice : routing.choices) {
      reserve(context, id, choice.line_no, choice.sku, choice.warehouse, choice.quantity);
    }
    for (const auto& shortage : routing.shortages) {
      if (policy == ShortagePolicy::reject_line) {
        reject_line(context, id, shortage.line_no, shortage.quantity);
      } else {
        reserve(context, id, shortage.line_no, shortage.sku, "", shortage.quantity);
      }
    }
  }

  canonical::OrderAcknowledgement answer;
  answer.order = header;
  answer.acknowledged_at.ns = context.now_ns;
  answer.reasons = faults;
  bool changed = false;
  bool taken = false;
  for (const auto& line : order.lines) {
    answer.lines.push_back(answer_line(line, routing, line_faults[line.line_no], policy));
    const auto status = answer.lines.back().status;
    changed |= status != LineStatus::accepted;
    taken |= status != LineStatus::rejected;
  }
  answer.status = !taken    ? canonical::AcknowledgementStatus::rejected
                  : changed ? canonical::AcknowledgementStatus::accepted_with_changes
                            : canonical::AcknowledgementStatus::accepted;
  if (channel != context.settings.channels.end()) {
    context.send({.type = canonical::kOrderAcknowledged,
                  .target = channel->second.connector,
                  .business_key = message.business_key,
                  .subject = id,
                  .idempotency_key = id + "/acknowledged",
                  .data = canonical::encode(answer)});
  }
  if (taken) {
    canonical::RoutedOrder routed;
    routed.order = order;
    routed.order.header = header;
    for (const auto& choice : routing.choices) {
      routed.allocations.push_back(
          {choice.line_no, choice.sku, choice.warehouse, Quantity{choice.quantity, "EA"}, {}});
    }
    for (const auto& shortage : routing.shortages) {
      routed.backorders.push_back(
          {shortage.line_no, shortage.sku, "", Quantity{shortage.quantity, "EA"}, {}});
    }
    context.send({.type = canonical::kOrderRouted,
                  .target = context.settings.erp_connector,
                  .business_key = message.business_key,
                  .subject = id,
                  .idempotency_key = id + "/routed",
                  .data = canonical::encode(routed)});
    plan_shipments(context, id, routing.choices, 1);
  }
  derive_status(context, id);
}

void order_registered(Context& context, const canonical::OrderRegistration& registration) {
  context.db
      .prepare(
          "INSERT INTO registrations(order_id, system, number) VALUES(?1, ?2, ?3) "
          "ON CONFLICT DO UPDATE SET number = ?3")
      .bind(registration.order_id, registration.system, registration.number)
      .run();
}

void cover_backorders(Context& context, const std::vector<std::string>& skus) {
  struct Waiting {
    std::string order_id;
    std::string line_no;
    std::int64_t open;
  };
  for (const auto& sku : skus) {
    std::vector<Waiting> waiting;
    {
      auto statement = context.db.prepare(
          "SELECT order_id, line_no, open FROM reservations "
          "WHERE sku = ? AND state = 'backordered' AND open > 0 ORDER BY created_at, id LIMIT ?");
      statement.bind(sku, kMostBackordersAtOnce);
      while (statement.step()) {
        waiting.push_back({statement.text(0), statement.text(1), statement.integer(2)});
      }
    }
    for (const auto& one : waiting) {
      const auto order = find_order(context.db, one.order_id);
      if (!order) {
        continue;
      }
      auto routing = route(context, order->header.channel, order->header.ship_to,
                           {{one.line_no, sku, one.open}}, {});
      if (routing.choices.empty() ||
          (order->requested.ship_complete && !routing.shortages.empty())) {
        continue;
      }
      record_decision(context, one.order_id, routing);
      for (const auto& choice : routing.choices) {
        release(context, one.order_id, one.line_no, "", choice.quantity);
        reserve(context, one.order_id, one.line_no, sku, choice.warehouse, choice.quantity);
      }
      plan_shipments(context, one.order_id, routing.choices, 1);
      derive_status(context, one.order_id);
    }
  }
}

std::optional<KnownOrder> find_order(journal::Database& db, std::string_view order_id) {
  auto statement =
      db.prepare("SELECT header, requested, correlation_id, business_key FROM orders WHERE id = ?");
  statement.bind(order_id);
  if (!statement.step()) {
    return std::nullopt;
  }
  KnownOrder out;
  out.header = *canonical::decode<canonical::OrderHeader>(statement.text(0)).value;
  out.requested = *canonical::decode<canonical::RequestedDelivery>(statement.text(1)).value;
  out.correlation_id = statement.text(2);
  out.business_key = statement.text(3);
  return out;
}

std::vector<canonical::OrderLine> order_lines(journal::Database& db, std::string_view order_id) {
  std::vector<canonical::OrderLine> out;
  auto statement = db.prepare(
      "SELECT line, shipped, invoiced, rejected FROM order_lines WHERE order_id = ? ORDER BY "
      "number");
  statement.bind(order_id);
  while (statement.step()) {
    auto line = *canonical::decode<canonical::OrderLine>(statement.text(0)).value;
    line.shipped = {statement.integer(1), line.ordered.uom};
    line.invoiced = {statement.integer(2), line.ordered.uom};
    line.cancelled = {statement.integer(3), line.ordered.uom};
    out.push_back(std::move(line));
  }
  return out;
}

void derive_status(Context& context, std::string_view order_id) {
  std::int64_t ordered = 0;
  std::int64_t rejected = 0;
  std::int64_t shipped = 0;
  std::int64_t invoiced = 0;
  {
    auto statement = context.db.prepare(
        "SELECT SUM(ordered), SUM(rejected), SUM(shipped), SUM(invoiced) FROM order_lines WHERE "
        "order_id = ?");
    statement.bind(order_id);
    statement.step();
    ordered = statement.integer(0);
    rejected = statement.integer(1);
    shipped = statement.integer(2);
    invoiced = statement.integer(3);
  }
  std::int64_t backordered = 0;
  {
    auto statement = context.db.prepare(
        "SELECT COALESCE(SUM(open), 0) FROM reservations WHERE order_id = ? AND state = "
        "'backordered'");
    statement.bind(order_id);
    statement.step();
    backordered = statement.integer(0);
  }
  bool released = false;
  bool delivered = shipped > 0;
  {
    auto statement = context.db.prepare("SELECT state FROM shipments WHERE order_id = ?");
    statement.bind(order_id);
    while (statement.step()) {
      const auto state = statement.text(0);
      released |= state == "submitted" || state == "accepted";
      delivered &= state == "delivered";
    }
  }
  const char* status = "captured";
  if (rejected == ordered) {
    status = "rejected";
  } else if (shipped + rejected == ordered) {
    status = invoiced < shipped ? "shipped" : "closed";
    if (delivered && invoiced < shipped) {
      status = "delivered";
    }
  } else if (shipped > 0) {
    status = "partially_shipped";
  } else if (released) {
    status = "released";
  } else if (backordered > 0) {
    status = "backordered";
  } else {
    status = "routed";
  }
  context.db.prepare("UPDATE orders SET status = ?1 WHERE id = ?2 AND status <> ?1")
      .bind(status, order_id)
      .run();
}

}  // namespace crossdock::host::process
