#include "host/process/orders/capture.hpp"

#include <algorithm>
#include <map>

#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/product.hpp"
#include "host/process/billing/charges.hpp"
#include "host/process/directory.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/orders/cancellation.hpp"
#include "host/process/orders/changes.hpp"
#include "host/process/orders/early.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/orders/reviews.hpp"
#include "host/process/ownership.hpp"
#include "host/process/pricing/prices.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/sourcing/sourcing.hpp"

namespace crossdock::host::process {
namespace {

using canonical::LineStatus;
using canonical::Quantity;

// The faults of an order that no line can be blamed for, all of them.
std::vector<std::string> faults_of(const Context& context, const canonical::Order& order,
                                   const std::optional<std::int64_t>& worth) {
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
                     "\" is not taken; send it as original, replace or cancel");
  }
  if (h.currency != context.settings.currency) {
    faults.push_back("currency " + h.currency + " is not sold in; prices are in " +
                     context.settings.currency);
  }
  for (const auto& charge : order.charges) {
    if (charge.amount.currency != h.currency) {
      faults.push_back("charge " + charge.kind + " is in " + charge.amount.currency +
                       ", the order in " + h.currency);
    }
  }
  if (!worth) {
    faults.push_back("it is worth more than money can be");
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
  const auto product = product_facts(context.db, line.sku);
  if (!product) {
    return {"product " + line.sku + " is not known"};
  }
  LineCheck out;
  out.may_wait = product->may_wait;
  if (!product->active) {
    out.fault = "product " + line.sku + " is not sold any more";
  } else if (line.ordered.uom != product->base_uom) {
    out.fault =
        "product " + line.sku + " is sold by " + product->base_uom + ", not by " + line.ordered.uom;
  } else if (!line.ordered.is_whole()) {
    out.fault = "product " + line.sku + " is sold in whole units";
  } else if (line.unit_price.currency != currency) {
    out.fault = "the price of " + line.sku + " is in " + line.unit_price.currency +
                ", the order in " + currency;
  }
  return out;
}

// What of its lines is refused, by line: all of one with a fault, and what is missing where it may
// not wait.
using RefusedQuantities = std::map<std::string, std::int64_t, std::less<>>;

RefusedQuantities refused_of(const canonical::Order& order,
                             const std::map<std::string, LineCheck>& checks, const Routed& routing,
                             ShortagePolicy policy) {
  RefusedQuantities out;
  for (const auto& line : order.lines) {
    if (!checks.at(line.line_no).fault.empty()) {
      out[line.line_no] = line.ordered.e4;
    }
  }
  for (const auto& shortage : routing.shortages) {
    if (policy == ShortagePolicy::reject_line || !checks.at(shortage.line_no).may_wait) {
      out[shortage.line_no] += shortage.quantity;
    }
  }
  return out;
}

// Where an order stands when it is written. What holds it up is found afterwards, and then its
// status is derived; of one that nothing holds up all is known before, and it is written once.
struct Standing {
  const char* status = "captured";
  std::int64_t released_at_ns = 0;
};

// Of one that nothing holds up, as derive_status() would find it once its work is given out.
const char* status_at_once(const Context& context, const Routed& routing,
                           const RefusedQuantities& refused) {
  if (std::any_of(routing.choices.begin(), routing.choices.end(),
                  [&](const Choice& one) { return context.warehouse(one.warehouse).own_labels; })) {
    return "released";  // it needs no label first
  }
  const bool waits = std::any_of(routing.shortages.begin(), routing.shortages.end(),
                                 [&](const Demand& one) { return !refused.contains(one.line_no); });
  return waits ? "backordered" : "routed";
}

// rejected: how much of it is refused at once, ten-thousandths of its unit.
void insert_line_row(Context& context, const std::string& order_id,
                     const canonical::OrderLine& line, std::int64_t number, std::int64_t rejected) {
  context.db
      .prepare(
          "INSERT INTO order_lines(order_id, line_no, number, sku, ordered, rejected, uom, "
          "unit_price_e6, line) VALUES(?,?,?,?,?,?,?,?,?)")
      .bind(order_id, line.line_no, number, line.sku, line.ordered.e4, rejected, line.ordered.uom,
            line.unit_price.e6, canonical::encode(line))
      .run();
}

// `known` lacks where it stands.
void insert_order(Context& context, const std::vector<canonical::OrderLine>& lines,
                  const RefusedQuantities& refused, KnownOrder known, const Routed& routing,
                  std::int64_t source_rev, const char* capture, const Standing& standing) {
  const auto& header = known.header;
  const auto id = header.order_id;
  known.status = standing.status;
  known.fraud = known.credit = known.payment = "none";
  known.released_at_ns = standing.released_at_ns;
  const auto write = [&] {
    context.db
        .prepare(
            "INSERT INTO orders(id, channel, po_number, customer, status, correlation_id, "
            "business_key, created_at, header, requested, service, value_minor, source_rev, "
            "capture, ship_on, arrives_on, released_at) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
        .bind(id, header.channel, header.po_number, header.customer, standing.status,
              known.correlation_id, known.business_key, context.now_ns, canonical::encode(header),
              canonical::encode(known.requested), known.service, known.value_minor, source_rev,
              capture, promise_text(routing.ship_on), promise_text(routing.arrives_on),
              standing.released_at_ns)
        .run();
  };
  add_order(context, write, known);
  const auto rejected = [&](const canonical::OrderLine& line) {
    const auto found = refused.find(line.line_no);
    return found == refused.end() ? 0 : found->second;
  };
  const auto write_lines = [&] {
    std::int64_t number = 0;
    for (const auto& line : lines) {
      insert_line_row(context, id, line, ++number, rejected(line));
    }
  };
  auto as_read = lines;
  for (auto& line : as_read) {
    line.shipped = line.invoiced = {0, line.ordered.uom};
    line.cancelled = {rejected(line), line.ordered.uom};
  }
  add_lines(context, id, write_lines, std::move(as_read));
}

// What the buyer is told of one line.
canonical::LineAcknowledgement answer_line(const canonical::OrderLine& line, const Routed& routing,
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

void send_routed(Context& context, const canonical::Order& order,
                 const canonical::OrderHeader& header, const Routed& routing,
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

// Whether this is not a new order at all.
bool is_about_earlier(Context& context, const canonical::Order& order,
                      const canonical::OrderHeader& header, const canonical::MessageView& message) {
  const auto earlier = order_id_of(context.db, "", header.channel, header.po_number);
  if (earlier.empty()) {
    if (order.purpose == "cancel" || order.purpose == "replace") {
      keep_early(context, header.channel, header.po_number, message);
      return true;
    }
    return false;
  }
  if (order.purpose == "cancel") {
    cancel_order(context, earlier, "the buyer cancelled");
  } else if (order.purpose == "replace") {
    replace_order(context, earlier, order, message);
  } else if (is_echo(context.db, earlier, message)) {
    note_advice(context, "order", earlier, "order", message,
                "it is our own order, read back from the system it was sent to");
  } else {
    // The same purchase order under another control number: said, and not made a second order.
    context.db.prepare("INSERT INTO duplicates(kind, key, partner, file, at) VALUES(?,?,?,?,?)")
        .bind("order", header.po_number, header.channel, "", context.now_ns)
        .run();
    context.alert(
        "duplicate_order", earlier,
        "purchase order " + header.po_number + " of " + header.channel + " came again" +
            (order.purpose == "original" ? "" : " with purpose \"" + order.purpose + "\"") +
            "; nothing was done with it");
  }
  return true;
}

// A product that must go by ground, and air is asked for: another service, or none of it.
void check_hazmat_service(Context& context, const canonical::OrderHeader& header,
                          canonical::Order& order, std::map<std::string, LineCheck>& checks) {
  const auto& services = context.settings.services;
  const auto asked = services.find(order.requested.service_level.value_or(""));
  if (asked == services.end() || !asked->second.air) {
    return;
  }
  std::vector<std::string> lines;
  for (const auto& line : order.lines) {
    auto statement = context.db.prepare("SELECT data FROM products WHERE sku = ?");
    statement.bind(line.sku);
    if (!statement.step()) {
      continue;
    }
    const auto product = canonical::decode<canonical::Product>(statement.text(0));
    if (product.value && product.value->hazmat && product.value->hazmat->ground_only) {
      lines.push_back(line.line_no);
    }
  }
  if (lines.empty()) {
    return;
  }
  if (active_rules(context.db).rules.hazmat_service == HazmatService::refuse) {
    for (const auto& line_no : lines) {
      checks[line_no].fault =
          "HAZMAT_SERVICE: must go by ground, and " + asked->first + " goes by air";
    }
    return;
  }
  // The quickest that goes by ground; without one the carrier's own choice of ground.
  const std::string* best = nullptr;
  for (const auto& [name, service] : services) {
    if (!service.air &&
        (best == nullptr || service.transit_days < services.at(*best).transit_days)) {
      best = &name;
    }
  }
  order.requested.service_level = best == nullptr ? std::string() : *best;
  log_order(context, header.order_id, "service changed",
            "HAZMAT_SERVICE: " + asked->first + " goes by air; " +
                (best == nullptr ? "ground" : *best) + " instead");
}

// Prices that the order does not say are those that hold for its customer; those that it says
// stand, and are compared.
void price_lines(Context& context, canonical::Order& order, const canonical::OrderHeader& header,
                 std::vector<std::string>& differences) {
  const auto channel = context.settings.channels.find(header.channel);
  const auto check =
      channel == context.settings.channels.end() ? PriceCheck::none : channel->second.price_check;
  for (auto& line : order.lines) {
    if (line.unit_price.e6 != 0 && check == PriceCheck::none) {
      continue;
    }
    const auto price = price_for(
        context.db, {.sku = line.sku,
                     .customer = header.customer,
                     .channel = header.channel,
                     .currency = header.currency,
                     .quantity_e4 = line.ordered.e4,
                     .at_ns = header.placed_at.known() ? header.placed_at.ns : context.now_ns});
    if (!price) {
      continue;
    }
    if (line.unit_price.e6 == 0) {
      line.unit_price = {price->unit_price_e6, header.currency};
    } else if (line.unit_price.e6 != price->unit_price_e6) {
      differences.push_back(
          "line " + line.line_no + " says " + canonical::to_string(line.unit_price) + ", list " +
          price->list + " " +
          canonical::to_string(canonical::UnitPrice{price->unit_price_e6, header.currency}));
    }
  }
}

// Whether something of what is known before it is written may hold an order up: a price, a review,
// a payment, a day to come.
bool may_be_held_up(const Context& context, const canonical::OrderHeader& header,
                    const canonical::RequestedDelivery& requested,
                    const std::vector<std::string>& price_differences) {
  const auto found = context.settings.channels.find(header.channel);
  if (found == context.settings.channels.end()) {
    return true;
  }
  const auto& channel = found->second;
  return (channel.price_check == PriceCheck::hold && !price_differences.empty()) ||
         is_reviewed(channel) || ships_later(context, requested);
}

void raise_holds(Context& context, const canonical::OrderHeader& header,
                 const std::vector<std::string>& price_differences) {
  const auto channel = context.settings.channels.find(header.channel);
  if (channel == context.settings.channels.end()) {
    return;
  }
  std::string differences;
  for (const auto& one : price_differences) {
    differences += (differences.empty() ? "" : "; ") + one;
  }
  if (!differences.empty()) {
    context.alert("price_difference", header.order_id, differences);
    if (channel->second.price_check == PriceCheck::hold) {
      raise_hold(context, header.order_id, "price", differences, "process");
    }
  }
  begin_reviews(context, header.order_id, channel->second);
}

// What is taken of the order: at warehouses where nothing holds it back, else for the channel's
// warehouses together. What is missing waits, and is all that is left of the shortages.
void hold_stock(Context& context, const std::string& id, const canonical::Order& order,
                const RefusedQuantities& refused, Routed& routing, bool held_back) {
  const int priority = channel_priority(context.settings, order.header.channel);
  const auto take = [&](std::string_view line_no, std::string_view sku, std::string_view place,
                        std::int64_t quantity) {
    hold(context, {.order_id = id,
                   .line_no = line_no,
                   .sku = sku,
                   .place = place,
                   .channel = order.header.channel,
                   .quantity = quantity,
                   .priority = priority,
                   .new_demand = true});
  };
  std::map<std::string, Demand> together;
  for (const auto& choice : routing.choices) {
    if (held_back) {
      auto& demand = together[choice.line_no];
      demand = {choice.line_no, choice.sku, demand.quantity + choice.quantity};
    } else {
      take(choice.line_no, choice.sku, choice.warehouse, choice.quantity);
    }
  }
  for (const auto& [line_no, demand] : together) {
    take(line_no, demand.sku, kGroupPlace, demand.quantity);
  }
  std::erase_if(routing.shortages,
                [&](const Demand& one) { return refused.contains(one.line_no); });
  for (const auto& one : routing.shortages) {
    take(one.line_no, one.sku, kNoPlace, one.quantity);
  }
}

canonical::OrderAcknowledgement answer_to(const Context& context, const canonical::Order& order,
                                          const std::vector<std::string>& faults,
                                          const Routed& routing,
                                          const std::map<std::string, LineCheck>& checks,
                                          ShortagePolicy policy) {
  canonical::OrderAcknowledgement answer;
  answer.order = order.header;
  answer.acknowledged_at.ns = context.now_ns;
  answer.reasons = faults;
  bool taken = false;
  bool changed = false;
  for (const auto& line : order.lines) {
    answer.lines.push_back(answer_line(line, routing, checks.at(line.line_no), policy));
    auto& last = answer.lines.back();
    if (last.acknowledged.e4 > 0) {
      last.ship_on = routing.ship_on;
    }
    changed |= last.status != LineStatus::accepted;
    taken |= last.status != LineStatus::rejected;
  }
  answer.status = !taken    ? canonical::AcknowledgementStatus::rejected
                  : changed ? canonical::AcknowledgementStatus::accepted_with_changes
                            : canonical::AcknowledgementStatus::accepted;
  return answer;
}

void send_answer(Context& context, const canonical::OrderAcknowledgement& answer,
                 const canonical::MessageView& message) {
  const auto& header = answer.order;
  const auto connector = channel_connector(context.settings, header.channel);
  if (connector.empty()) {
    context.alert("unknown_channel", header.order_id,
                  "purchase order " + header.po_number + " came over channel " + header.channel +
                      ", which is not configured; nobody can be answered");
    return;
  }
  context.send({.type = canonical::kOrderAcknowledged,
                .target = connector,
                .business_key = message.business_key,
                .subject = header.order_id,
                .idempotency_key = header.order_id + "/acknowledged",
                .data = canonical::encode(answer)});
}

}  // namespace

void insert_line(Context& context, const std::string& order_id, const canonical::OrderLine& line,
                 std::int64_t number) {
  change_lines(context, order_id, [&] { insert_line_row(context, order_id, line, number, 0); });
}

std::string line_fault(const Context& context, const canonical::OrderLine& line,
                       const std::string& currency) {
  return check_line(context, line, currency).fault;
}

void order_captured(Context& context, const canonical::Order& captured,
                    const canonical::MessageView& message) {
  auto order = captured;
  auto& header = order.header;
  if (header.po_number.empty()) {
    header.po_number = header.channel_order_no;
  }
  if (is_about_earlier(context, order, header, message)) {
    return;
  }
  header.order_id = context.ids.next("ord");
  const auto id = header.order_id;
  std::vector<std::string> price_differences;
  price_lines(context, order, header, price_differences);
  const auto worth = worth_of(order);
  const auto faults = faults_of(context, order, worth);
  std::map<std::string, LineCheck> checks;
  for (const auto& line : order.lines) {
    checks[line.line_no] = faults.empty() ? check_line(context, line, header.currency)
                                          : LineCheck{"the order is rejected"};
  }
  check_hazmat_service(context, header, order, checks);
  std::vector<Demand> demands;
  for (const auto& line : order.lines) {
    if (checks[line.line_no].fault.empty()) {
      demands.push_back({line.line_no, line.sku, line.ordered.e4});
    }
  }
  const bool sells_some = !demands.empty();
  const auto policy = shortage_policy(context.settings, header.channel, order.requested);
  KnownOrder known;
  known.header = header;
  known.requested = captured.requested;
  known.correlation_id = message.correlation_id;
  known.business_key = message.business_key;
  known.service = order.requested.service_level.value_or("");
  known.value_minor = worth.value_or(0);
  Routed routing;
  if (sells_some) {
    routing = route(context, wanted_by(known, std::move(demands)));
    if (policy == ShortagePolicy::ship_complete && !routing.shortages.empty()) {
      routing.hold_back();
    }
  }

  const auto refused = refused_of(order, checks, routing, policy);
  const auto answer = answer_to(context, order, faults, routing, checks, policy);
  const bool taken = answer.status != canonical::AcknowledgementStatus::rejected;
  const bool goes_on =
      taken && !may_be_held_up(context, header, order.requested, price_differences);
  insert_order(
      context, order.lines, refused, known, routing,
      static_cast<std::int64_t>(message.aggregate_rev), sells_some ? "validated" : "rejected",
      goes_on ? Standing{status_at_once(context, routing, refused), context.now_ns} : Standing{});
  if (!order.charges.empty()) {
    keep_charges(context, id, order.charges);
  }
  note_lineage(context, "order", id, "order", message);
  if (sells_some) {
    raise_holds(context, header, price_differences);
    const bool held_back =
        !goes_on && (has_open_hold(context.db, id) || ships_later(context, order.requested));
    if (held_back) {
      note_promise(context, id, {}, {});  // when it leaves is decided when it is let go
    } else {
      record_decision(context, id, routing);
    }
    hold_stock(context, id, order, refused, routing, held_back);
  }
  send_answer(context, answer, message);
  if (taken) {
    send_routed(context, order, header, routing, message);
  }
  if (goes_on) {
    log_order(context, id, "released", "");
    plan_shipments(context, id, known, routing.choices);
  } else if (!taken || !proceed(context, id)) {
    derive_status(context, id);
  }
  apply_early(context, header.channel, header.po_number);
}

void order_registered(Context& context, const canonical::OrderRegistration& registration) {
  context.db
      .prepare(
          "INSERT INTO registrations(order_id, system, number) VALUES(?1, ?2, ?3) "
          "ON CONFLICT(order_id, system) DO UPDATE SET number = ?3")
      .bind(registration.order_id, registration.system, registration.number)
      .run();
}

}  // namespace crossdock::host::process
