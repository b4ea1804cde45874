#include "host/process/orders.hpp"

#include <algorithm>
#include <map>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/cancellation.hpp"
#include "host/process/order_book.hpp"
#include "host/process/planning.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/sourcing.hpp"

namespace crossdock::host::process {
namespace {

using canonical::LineStatus;
using canonical::Quantity;

// The faults of an order that no line can be blamed for, all of them.
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
  if (h.currency != context.settings.currency) {
    faults.push_back("currency " + h.currency + " is not sold in; prices are in " +
                     context.settings.currency);
  }
  for (const auto& problem : canonical::validate(order)) {
    faults.push_back(problem.path + " " + problem.message);
  }
  return faults;
}

// What is decided about one line before stock is looked at.
struct LineCheck {
  std::string fault;  // empty: it can be taken
  bool may_wait = true;
};

LineCheck check_line(const Context& context, const canonical::OrderLine& line,
                     const std::string& currency) {
  auto statement =
      context.db.prepare("SELECT active, backorder, base_uom FROM products WHERE sku = ?");
  statement.bind(line.sku);
  if (!statement.step()) {
    return {"product " + line.sku + " is not known"};
  }
  LineCheck out;
  out.may_wait = statement.integer(1) != 0;
  if (statement.integer(0) == 0) {
    out.fault = "product " + line.sku + " is not sold any more";
  } else if (const auto uom = statement.text(2); line.ordered.uom != uom) {
    out.fault = "product " + line.sku + " is sold by " + uom + ", not by " + line.ordered.uom;
  } else if (!line.ordered.is_whole()) {
    out.fault = "product " + line.sku + " is sold in whole units";
  } else if (line.unit_price.currency != currency) {
    out.fault = "the price of " + line.sku + " is in " + line.unit_price.currency +
                ", the order in " + currency;
  }
  return out;
}

void insert_order(Context& context, const canonical::Order& order,
                  const canonical::OrderHeader& header, const canonical::MessageView& message) {
  context.db
      .prepare(
          "INSERT INTO orders(id, channel, po_number, customer, status, correlation_id, "
          "business_key, created_at, header, requested) VALUES(?,?,?,?,?,?,?,?,?,?)")
      .bind(header.order_id, header.channel, header.po_number, header.customer, "captured",
            message.correlation_id, message.business_key, context.now_ns, canonical::encode(header),
            canonical::encode(order.requested))
      .run();
  std::int64_t number = 0;
  for (const auto& line : order.lines) {
    context.db
        .prepare(
            "INSERT INTO order_lines(order_id, line_no, number, sku, ordered, uom, "
            "unit_price_e6, line) VALUES(?,?,?,?,?,?,?,?)")
        .bind(header.order_id, line.line_no, ++number, line.sku, line.ordered.e4, line.ordered.uom,
              line.unit_price.e6, canonical::encode(line))
        .run();
  }
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
                                           const LineCheck& check, ShortagePolicy policy) {
  canonical::LineAcknowledgement out;
  out.line_no = line.line_no;
  out.sku = line.sku;
  out.gtin = line.gtin;
  out.buyer_part = line.buyer_part;
  out.ordered = line.ordered;
  out.unit_price = line.unit_price;
  out.acknowledged = {0, line.ordered.uom};
  out.backordered = {0, line.ordered.uom};
  if (!check.fault.empty()) {
    out.status = LineStatus::rejected;
    out.reason = check.fault;
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
  } else if (policy == ShortagePolicy::reject_line || !check.may_wait) {
    out.status = out.acknowledged.e4 == 0 ? LineStatus::rejected : LineStatus::quantity_changed;
    out.reason = "not enough stock";
  } else {
    out.status = out.acknowledged.e4 == 0 ? LineStatus::backordered : LineStatus::quantity_changed;
    out.backordered.e4 = missing;
  }
  return out;
}

std::optional<std::string> earlier_order(const Context& context,
                                         const canonical::OrderHeader& header) {
  auto statement = context.db.prepare(
      "SELECT id FROM orders WHERE channel = ? AND po_number = ? AND refused = 0");
  statement.bind(header.channel, header.po_number);
  return statement.step() ? std::optional(statement.text(0)) : std::nullopt;
}

// Whether this is not a new order at all.
bool is_about_earlier(Context& context, const canonical::Order& order,
                      const canonical::OrderHeader& header) {
  const auto earlier = earlier_order(context, header);
  if (order.purpose == "cancel") {
    if (earlier) {
      cancel_order(context, *earlier, "the buyer cancelled");
    } else {
      context.alert(
          "unknown_order", header.po_number,
          header.channel + " cancels purchase order " + header.po_number + ", which is not known");
    }
    return true;
  }
  if (!earlier) {
    return false;
  }
  // The same purchase order under another control number: said, and not made a second order.
  context.db.prepare("INSERT INTO duplicates(kind, key, partner, file, at) VALUES(?,?,?,?,?)")
      .bind("order", header.po_number, header.channel, "", context.now_ns)
      .run();
  context.alert("duplicate_order", *earlier,
                "purchase order " + header.po_number + " of " + header.channel + " came again" +
                    (order.purpose == "original" ? "" : " with purpose \"" + order.purpose + "\"") +
                    "; nothing was done with it");
  return true;
}

void send_routed(Context& context, const canonical::Order& order,
                 const canonical::OrderHeader& header, const Routing& routing,
                 const canonical::MessageView& message) {
  canonical::RoutedOrder routed;
  routed.order = order;
  routed.order.header = header;
  std::map<std::string, std::string> uoms;
  for (const auto& line : order.lines) {
    uoms[line.line_no] = line.ordered.uom;
  }
  for (const auto& choice : routing.choices) {
    routed.allocations.push_back({choice.line_no,
                                  choice.sku,
                                  choice.warehouse,
                                  Quantity{choice.quantity, uoms[choice.line_no]},
                                  {}});
  }
  for (const auto& shortage : routing.shortages) {
    routed.backorders.push_back({shortage.line_no,
                                 shortage.sku,
                                 "",
                                 Quantity{shortage.quantity, uoms[shortage.line_no]},
                                 {}});
  }
  context.send({.type = canonical::kOrderRouted,
                .target = context.settings.erp_connector,
                .business_key = message.business_key,
                .subject = header.order_id,
                .idempotency_key = header.order_id + "/routed",
                .data = canonical::encode(routed)});
}

}  // namespace

void order_captured(Context& context, const canonical::Order& order,
                    const canonical::MessageView& message) {
  auto header = order.header;
  if (header.po_number.empty()) {
    header.po_number = header.channel_order_no;
  }
  if (is_about_earlier(context, order, header)) {
    return;
  }
  header.order_id = context.ids.next("ord");
  const auto& id = header.order_id;
  insert_order(context, order, header, message);

  const auto faults = faults_of(context, order);
  std::map<std::string, LineCheck> checks;
  std::vector<Demand> demands;
  for (const auto& line : order.lines) {
    auto& check = checks[line.line_no];
    check = faults.empty() ? check_line(context, line, header.currency)
                           : LineCheck{"the order is rejected"};
    if (check.fault.empty()) {
      demands.push_back({line.line_no, line.sku, line.ordered.e4});
    } else {
      reject_line(context, id, line.line_no, line.ordered.e4);
    }
  }

  const auto policy = shortage_policy(context.settings, header.channel, order.requested);
  const int priority = channel_priority(context.settings, header.channel);
  Routing routing;
  if (!demands.empty()) {
    routing = route(context, header.channel, header.ship_to, demands, {});
    if (policy == ShortagePolicy::ship_complete && !routing.shortages.empty()) {
      routing.hold_back(demands);
    }
    record_decision(context, id, routing);
    for (const auto& choice : routing.choices) {
      reserve(context, id, choice.line_no, choice.sku, choice.warehouse, choice.quantity, priority);
    }
    auto& shortages = routing.shortages;
    for (auto one = shortages.begin(); one != shortages.end();) {
      if (policy == ShortagePolicy::reject_line || !checks[one->line_no].may_wait) {
        reject_line(context, id, one->line_no, one->quantity);
        one = shortages.erase(one);
      } else {
        reserve(context, id, one->line_no, one->sku, "", one->quantity, priority);
        ++one;
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
    answer.lines.push_back(answer_line(line, routing, checks[line.line_no], policy));
    const auto status = answer.lines.back().status;
    changed |= status != LineStatus::accepted;
    taken |= status != LineStatus::rejected;
  }
  answer.status = !taken    ? canonical::AcknowledgementStatus::rejected
                  : changed ? canonical::AcknowledgementStatus::accepted_with_changes
                            : canonical::AcknowledgementStatus::accepted;
  if (const auto connector = channel_connector(context.settings, header.channel);
      !connector.empty()) {
    context.send({.type = canonical::kOrderAcknowledged,
                  .target = connector,
                  .business_key = message.business_key,
                  .subject = id,
                  .idempotency_key = id + "/acknowledged",
                  .data = canonical::encode(answer)});
  } else {
    context.alert("unknown_channel", id,
                  "purchase order " + header.po_number + " came over channel " + header.channel +
                      ", which is not configured; nobody can be answered");
  }
  if (taken) {
    send_routed(context, order, header, routing, message);
    plan_shipments(context, id, routing.choices);
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

}  // namespace crossdock::host::process
