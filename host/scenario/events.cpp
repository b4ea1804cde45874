#include "host/scenario/events.hpp"

#include <boost/json.hpp>
#include <map>

#include "crossdock/canonical/aftersales.hpp"
#include "crossdock/canonical/decisions.hpp"
#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/invoice.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/product.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/scenario/values.hpp"

namespace crossdock::host::scenario {
namespace {

namespace c = canonical;
namespace json = boost::json;

json::value json_of(const Node& node,
                    const std::function<std::string(const std::string&)>& resolve) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::list: {
      json::array out;
      for (const auto& one : node.items) {
        out.push_back(json_of(one, resolve));
      }
      return out;
    }
    case Node::Kind::map: {
      json::object out;
      for (const auto& [key, value] : node.members) {
        out[key] = json_of(value, resolve);
      }
      return out;
    }
    default:
      break;
  }
  if (!node.quoted) {
    if (node.text == "true" || node.text == "false") {
      return node.text == "true";
    }
    json::error_code error;
    auto value = json::parse(node.text, error);
    if (!error && value.is_number()) {
      return value;
    }
  }
  return json::string(resolve(node.text));
}

}  // namespace

std::string to_json(const Node& node,
                    const std::function<std::string(const std::string&)>& resolve) {
  return json::serialize(json_of(node, resolve));
}

std::string whole_type(const std::string& type) {
  return type.starts_with("crossdock.") ? type : "crossdock." + type + ".v1";
}

std::string Events::order_id(const Node& name) const {
  auto id = known_order(name.text);
  if (id.empty()) {
    throw CannotPlay(name, "there is no order `" + name.text + "` at this moment");
  }
  return id;
}

std::string Events::known_order(const std::string& name) const {
  std::string number = name;
  std::string channel;
  const auto slash = number.find('/');
  if (slash != std::string::npos && stage_.settings().channels.contains(number.substr(0, slash))) {
    channel = number.substr(0, slash);
    number = number.substr(slash + 1);
  }
  auto statement = stage_.store().prepare(
      "SELECT id FROM orders WHERE po_number = ?1 AND (?2 = '' OR channel = ?2) "
      "ORDER BY refused, id DESC LIMIT 1");
  statement.bind(number, channel);
  return statement.step() ? statement.text(0) : std::string();
}

std::string Events::key(const std::string& word, const Node& node) {
  return node.text_of("key", word + "-" + std::to_string(++made_));
}

// ${order S-1}, ${fulfillment S-1 ATL} and ${shipment S-1 ATL} in a text.
std::string Events::resolved(const std::string& text, const Node& at) const {
  std::string out;
  std::size_t from = 0;
  for (auto open = text.find("${"); open != std::string::npos; open = text.find("${", from)) {
    const auto close = text.find('}', open);
    if (close == std::string::npos) {
      break;
    }
    out += text.substr(from, open - from);
    from = close + 1;
    std::vector<std::string> words = {""};
    for (const char letter : text.substr(open + 2, close - open - 2)) {
      if (letter == ' ') {
        words.emplace_back();
      } else {
        words.back().push_back(letter);
      }
    }
    Node name = at;
    name.text = words.size() > 1 ? words[1] : "";
    const auto order = order_id(name);
    if (words[0] == "order") {
      out += order;
      continue;
    }
    if (words[0] != "fulfillment" && words[0] != "shipment") {
      throw CannotPlay(at, "knows no `" + words[0] +
                               "`; written are ${order NUMBER}, ${fulfillment NUMBER WAREHOUSE} "
                               "and ${shipment NUMBER WAREHOUSE}");
    }
    auto statement = stage_.store().prepare(
        "SELECT id, fulfillment_order_id FROM shipments WHERE order_id = ?1 AND (?2 = '' OR "
        "warehouse = ?2) ORDER BY created_at DESC, attempt DESC, id DESC LIMIT 1");
    statement.bind(order, words.size() > 2 ? words[2] : std::string());
    if (!statement.step()) {
      throw CannotPlay(at, "order `" + words[1] + "` has no work there at this moment");
    }
    out += statement.text(words[0] == "shipment" ? 0 : 1);
  }
  return out + text.substr(from);
}

std::optional<Arrival> Events::arrival(const std::string& word, const Node& node) {
  auto out = message_of(word, node);
  // What is said of an order belongs to its flow.
  const auto* order = node.find("order");
  if (out && out->business_key.empty() && order != nullptr) {
    if (const auto id = known_order(order->text); !id.empty()) {
      auto key = stage_.store().prepare("SELECT business_key FROM orders WHERE id = ?");
      key.bind(id);
      out->business_key = key.step() ? key.text(0) : std::string();
    }
  }
  return out;
}

std::optional<Arrival> Events::message_of(const std::string& word, const Node& node) {
  using Maker = Arrival (Events::*)(const Node&);
  static const std::map<std::string, Maker> kMakers = {
      {"order", &Events::order},         {"cancel", &Events::cancel},
      {"count", &Events::count},         {"label", &Events::label},
      {"cancelled", &Events::cancelled}, {"ship", &Events::ship},
      {"scan", &Events::scan},           {"invoice", &Events::invoice},
      {"message", &Events::message},     {"review", &Events::review},
      {"payment", &Events::payment},     {"credit", &Events::credit},
      {"warehouse", &Events::warehouse}, {"pick", &Events::progress},
      {"void", &Events::void_shipment},  {"price", &Events::price},
      {"pool", &Events::pool},           {"supply", &Events::supply},
      {"move", &Events::move},           {"keep", &Events::keep},
      {"reserve", &Events::reserve},     {"reservation", &Events::reservation},
      {"transfer", &Events::transfer},   {"dispatch", &Events::dispatch},
      {"receive", &Events::receive},     {"transfer_change", &Events::transfer_change},
      {"return", &Events::ask_return},   {"return_received", &Events::return_received},
      {"refund", &Events::refund},       {"return_change", &Events::return_change},
      {"statement", &Events::statement}, {"discrepancy", &Events::discrepancy}};
  if (const auto maker = kMakers.find(word); maker != kMakers.end()) {
    return (this->*maker->second)(node);
  }
  if (word == "replace") {
    Node replaced = node;
    Node purpose;
    purpose.kind = Node::Kind::scalar;
    purpose.text = "replace";
    replaced.members.push_back({"purpose", purpose});
    return order(replaced);
  }
  if (word == "product") {
    return product(node.members.front().name, node.members.front().value);
  }
  if (word == "customer") {
    return customer(node.members.front().name, node.members.front().value);
  }
  if (word == "accept" || word == "reject") {
    return decision(node, word == "accept");
  }
  if (word == "hold" || word == "release" || word == "edit" || word == "reroute") {
    return command(word, node);
  }
  return std::nullopt;
}

bool Events::has_prices(const std::string& sku) const {
  auto statement = stage_.store().prepare("SELECT 1 FROM prices WHERE sku = ? LIMIT 1");
  statement.bind(sku);
  return statement.step();
}

Arrival Events::order(const Node& node) {
  c::Order out;
  auto& h = out.header;
  h.channel = node.text_of("channel");
  h.channel_order_no = h.po_number = node.text_of("number");
  h.currency = node.text_of("currency", stage_.settings().currency);
  h.placed_at.ns = node.find("placed_at") ? instant_ns(*node.find("placed_at")) : stage_.now_ns();
  const auto channel = stage_.settings().channels.find(h.channel);
  const auto usual = channel == stage_.settings().channels.end() || channel->second.customer.empty()
                         ? std::string("CUSTOMER")
                         : channel->second.customer;
  h.customer = node.text_of("customer", usual);
  h.ship_to.name = "Receiving Dock";
  if (const auto* to = node.find("ship_to")) {
    const Node* place = to;
    if (to->is_scalar()) {
      const auto* places = given_.find("places");
      place = places == nullptr ? nullptr : places->find(to->text);
      if (place == nullptr) {
        throw CannotPlay(*to, "ships to `" + to->text + "`, which is not among given.places");
      }
    }
    h.ship_to = address(*place, to->is_scalar() ? to->text : "Receiving Dock");
  }
  out.purpose = node.text_of("purpose", "original");
  if (const auto* requested = node.find("requested")) {
    const auto set = [&](const char* key, std::optional<c::LocalDate>& into) {
      if (const auto* found = requested->find(key)) {
        into = date(*found);
      }
    };
    set("ship_after", out.requested.ship_after);
    set("ship_by", out.requested.ship_by);
    set("deliver_by", out.requested.deliver_by);
    set("cancel_after", out.requested.cancel_after);
    if (const auto* level = requested->find("service_level")) {
      out.requested.service_level = level->text;
    }
    out.requested.ship_complete = is_true(*requested, "ship_complete", false);
  }
  for (const auto& line : node.find("lines")->items) {
    c::OrderLine one;
    one.line_no = line.text_of("line", std::to_string(out.lines.size() + 1));
    one.sku = line.text_of("sku");
    one.ordered = {e4(*line.find("quantity")), line.text_of("uom", "EA")};
    // Without a price: that of a price reference, where the product has any, else 10.
    one.unit_price = {
        c::parse_decimal(line.text_of("price", has_prices(one.sku) ? "0" : "10"), 6).value_or(0),
        h.currency};
    out.lines.push_back(std::move(one));
  }
  if (const auto* charges = node.find("charges")) {
    for (const auto& [kind, amount] : charges->members) {
      auto& one = out.charges.emplace_back();
      one.kind = kind;
      one.amount = {minor(amount, h.currency), h.currency};
    }
  }
  Arrival arrival;
  arrival.source = node.text_of("source", channel == stage_.settings().channels.end()
                                              ? "connector"
                                              : channel->second.connector);
  arrival.type = c::kOrderCaptured;
  arrival.data = c::encode(out);
  arrival.idempotency_key = key("order", node);
  arrival.business_key = "order:" + h.channel + ":" + h.po_number;
  arrival.occurred_at_ns = node.find("placed_at") ? h.placed_at.ns : 0;
  arrival.rev = std::strtoull(node.text_of("rev", "0").c_str(), nullptr, 10);
  return arrival;
}

Arrival Events::cancel(const Node& node) {
  if (node.find("line") != nullptr) {
    return command("cancel", node);
  }
  c::Order out;
  out.purpose = "cancel";
  if (const auto* channel = node.find("channel")) {  // it may come before the order
    out.header.channel = channel->text;
    out.header.po_number = out.header.channel_order_no = node.text_of("order");
    out.header.customer = "CUSTOMER";
    out.header.currency = stage_.settings().currency;
    out.header.ship_to.name = "Receiving Dock";
    c::OrderLine line;  // a document has one, and nobody looks at it
    line.line_no = "1";
    line.sku = "CANCELLED";
    line.ordered = c::Quantity::of(1);
    line.unit_price.currency = out.header.currency;
    out.lines.push_back(std::move(line));
  } else {
    auto statement = stage_.store().prepare("SELECT header FROM orders WHERE id = ?");
    const auto id = order_id(*node.find("order"));
    statement.bind(id);
    statement.step();
    out.header = *c::decode<c::OrderHeader>(statement.text(0)).value;
    out.header.order_id.clear();
    out.lines = process::order_lines(stage_.store(), id);
  }
  return {"connector",
          std::string(c::kOrderCaptured),
          c::encode(out),
          key("cancel", node),
          "order:" + out.header.channel + ":" + out.header.po_number,
          0};
}

Arrival Events::product(const std::string& sku, const Node& node) {
  c::Product out;
  out.sku = sku;
  out.title = node.text_of("title", sku);
  out.base_uom = node.text_of("uom", "EA");
  out.status = word_of<c::ProductStatus>(
      node, "status",
      {{"draft", c::ProductStatus::draft}, {"discontinued", c::ProductStatus::discontinued}},
      c::ProductStatus::active);
  out.backorder = word_of<c::BackorderPolicy>(
      node, "backorder",
      {{"deny", c::BackorderPolicy::deny}, {"preorder", c::BackorderPolicy::preorder}},
      c::BackorderPolicy::allow);
  if (const auto* gtin = node.find("gtin")) {
    out.gtins.push_back(gtin->text);
  }
  if (const auto* weight = node.find("weight_g")) {
    out.weight_g = std::strtoll(weight->text.c_str(), nullptr, 10);
  }
  if (const auto* kit = node.find("kit")) {
    out.kind = c::ProductKind::kit;
    for (const auto& [component, quantity] : kit->members) {
      out.kit_components.push_back({component, {e4(quantity), "EA"}, {}});
    }
  }
  if (const auto* hazmat = node.find("hazmat")) {
    out.hazmat = c::Hazmat{
        hazmat->text_of("un_number"),           hazmat->text_of("class"),
        hazmat->text_of("packing_group"),       is_true(*hazmat, "limited_quantity", false),
        is_true(*hazmat, "ground_only", false), {}};
  }
  return {"erp",
          std::string(c::kProductUpserted),
          c::encode(out),
          key("product", node),
          "product:" + sku,
          0};
}

Arrival Events::customer(const std::string& code, const Node& node) {
  c::Customer out;
  out.code = code;
  out.name = node.text_of("name", code);
  out.kind = word_of<c::CustomerKind>(
      node, "kind",
      {{"consumer", c::CustomerKind::consumer}, {"retailer", c::CustomerKind::retailer}},
      c::CustomerKind::business);
  if (const auto* list = node.find("price_list")) {
    out.price_list = list->text;
  }
  if (const auto* limit = node.find("credit_limit")) {
    const auto& currency = stage_.settings().currency;
    out.credit_limit = c::Money{minor(*limit, currency), currency};
  }
  return {"erp",
          std::string(c::kCustomerUpserted),
          c::encode(out),
          key("customer", node),
          "customer:" + code,
          0};
}

template <class T>
T Events::asked(const Node& node, std::string_view type, const std::string& what,
                std::string (*warehouse_of)(const T&)) const {
  const auto& name = *node.find("order");
  const auto id = order_id(name);
  const auto warehouse = node.text_of("warehouse");
  const auto& sent = stage_.sent();
  for (auto one = sent.rbegin(); one != sent.rend(); ++one) {
    if (one->type != type || one->data.find(id) == std::string::npos) {
      continue;
    }
    auto decoded = c::decode<T>(one->data);
    if (decoded.value && (warehouse.empty() || warehouse_of(*decoded.value) == warehouse)) {
      return std::move(*decoded.value);
    }
  }
  throw CannotPlay(name, "order `" + name.text + "`: " + what +
                             (warehouse.empty() ? std::string() : " of " + warehouse) +
                             " was not asked for at this moment");
}

Arrival Events::label(const Node& node) {
  const auto request =
      asked<c::LabelRequest>(node, c::kLabelRequested, "a label",
                             [](const c::LabelRequest& r) { return r.shipment.warehouse; });
  Answers at_once;
  const auto answer = at_once.to(c::kLabelRequested, c::encode(request), stage_.now_ns()).at(0);
  return {"carrier", answer.type, answer.data, key("label", node), "", 0};
}

Arrival Events::decision(const Node& node, bool accepted) {
  const auto request = asked<c::FulfillmentRequest>(
      node, c::kFulfillmentRequested, "work",
      [](const c::FulfillmentRequest& r) { return r.fulfillment_order.warehouse; });
  c::FulfillmentDecision out;
  out.fulfillment_order_id = request.fulfillment_order.id;
  out.order_id = request.fulfillment_order.order_id;
  out.warehouse = request.fulfillment_order.warehouse;
  if (const auto* reason = node.find("reason")) {
    out.reason = reason->text;
  }
  return {"wms",
          std::string(accepted ? c::kFulfillmentAccepted : c::kFulfillmentRejected),
          c::encode(out),
          key(accepted ? "accept" : "reject", node),
          "",
          0};
}

Arrival Events::cancelled(const Node& node) {
  auto out = asked<c::FulfillmentCancellation>(
      node, c::kFulfillmentCancelRequested, "a cancellation",
      [](const c::FulfillmentCancellation& r) { return r.warehouse; });
  out.accepted = is_true(node, "granted", true);
  if (const auto* reason = node.find("reason")) {
    out.reason = reason->text;
  }
  return {"wms", std::string(c::kFulfillmentCancelled), c::encode(out), key("cancelled", node), "",
          0};
}

Arrival Events::ship(const Node& node) {
  const auto request = asked<c::FulfillmentRequest>(
      node, c::kFulfillmentRequested, "work",
      [](const c::FulfillmentRequest& r) { return r.fulfillment_order.warehouse; });
  c::Shipment out;
  out.id = request.fulfillment_order.id;
  out.order_id = request.fulfillment_order.order_id;
  out.fulfillment_order_id = request.fulfillment_order.id;
  out.warehouse = request.fulfillment_order.warehouse;
  out.state = c::ShipmentState::shipped;
  out.shipped_at.ns =
      node.find("shipped_at") ? instant_ns(*node.find("shipped_at")) : stage_.now_ns();
  c::Package package;
  if (const auto* tracking = node.find("tracking")) {
    package.tracking_no = tracking->text;
  }
  const auto* lines = node.find("lines");
  if (lines != nullptr) {
    for (const auto& [line_no, quantity] : lines->members) {
      std::string sku;
      std::string uom = "EA";
      for (const auto& asked_for : request.fulfillment_order.lines) {
        if (asked_for.line_no == line_no) {
          sku = asked_for.sku;
          uom = asked_for.quantity.uom;
        }
      }
      if (sku.empty()) {
        throw CannotPlay(quantity, "line " + line_no + " is not part of that work");
      }
      if (e4(quantity) > 0) {
        package.contents.push_back({line_no, sku, {e4(quantity), uom}, {}, {}, {}});
      }
    }
  } else {
    for (const auto& line : request.fulfillment_order.lines) {
      package.contents.push_back({line.line_no, line.sku, line.quantity, {}, {}, {}});
    }
  }
  out.packages.push_back(std::move(package));
  if (const auto* damaged = node.find("damaged")) {
    for (const auto& [line_no, quantity] : damaged->members) {
      for (const auto& line : request.fulfillment_order.lines) {
        if (line.line_no == line_no) {
          out.exceptions.push_back(
              {line_no, line.sku, "damaged", {e4(quantity), line.quantity.uom}, {}});
        }
      }
    }
  }
  return {"wms",
          std::string(c::kShipmentConfirmed),
          c::encode(out),
          key("ship", node),
          "",
          out.shipped_at.ns};
}

Arrival Events::scan(const Node& node) {
  const auto id = order_id(*node.find("order"));
  auto statement = stage_.store().prepare(
      "SELECT p.tracking_no FROM packages p JOIN shipments s ON s.id = p.shipment_id WHERE "
      "s.order_id = ?1 AND (?2 = '' OR s.warehouse = ?2) ORDER BY s.created_at DESC, s.attempt "
      "DESC, s.id DESC LIMIT 1");
  statement.bind(id, node.text_of("warehouse"));
  if (!statement.step()) {
    throw CannotPlay(*node.find("order"), "nothing of the order is under way at this moment");
  }
  c::TrackingEvent out;
  out.tracking_no = statement.text(0);
  out.code = c::decode<c::TrackingEvent>(
                 R"({"tracking_no":"x","occurred_at":"2026-01-01T00:00:00Z","code":")" +
                 node.text_of("code") + R"("})")
                 .value.value_or(c::TrackingEvent{})
                 .code;
  out.carrier_code_raw = node.text_of("code");
  out.occurred_at.ns =
      node.find("occurred_at") ? instant_ns(*node.find("occurred_at")) : stage_.now_ns();
  return {
      "carrier",         std::string(c::kTrackingScanned), c::encode(out), key("scan", node), "",
      out.occurred_at.ns};
}

Arrival Events::invoice(const Node& node) {
  auto out =
      asked<c::InvoiceRequest>(node, c::kInvoiceRequested, "an invoice",
                               [](const c::InvoiceRequest& r) { return r.invoice.warehouse; })
          .invoice;
  out.number = node.text_of("number", "INV-" + out.id);
  out.state = c::InvoiceState::posted;
  if (const auto* tax = node.find("tax")) {
    out.tax_total.minor = minor(*tax, out.total.currency);
    out.total.minor += out.tax_total.minor;  // what was asked for is without
  }
  return {"erp", std::string(c::kInvoicePosted), c::encode(out), key("invoice", node), "", 0};
}

Arrival Events::message(const Node& node) {
  Arrival out;
  out.source = node.text_of("source", "connector");
  out.type = whole_type(node.text_of("type"));
  const auto& data = *node.find("data");
  out.data = to_json(data, [&](const std::string& text) { return resolved(text, data); });
  out.idempotency_key = key("message", node);
  out.business_key = node.text_of("business_key");
  return out;
}

template <class T>
void Events::name_order(const Node& node, T& out) const {
  const auto& name = *node.find("order");
  if (const auto* channel = node.find("channel")) {
    out.channel = channel->text;
    out.po_number = name.text;
  } else {
    out.order_id = order_id(name);
  }
}

Arrival Events::review(const Node& node) {
  c::ReviewDecision out;
  name_order(node, out);
  out.kind = node.text_of("kind") == "fraud" ? c::ReviewKind::fraud : c::ReviewKind::credit;
  out.verdict = word_of<c::ReviewVerdict>(node, "verdict",
                                          {{"cleared", c::ReviewVerdict::cleared},
                                           {"failed", c::ReviewVerdict::failed},
                                           {"approved", c::ReviewVerdict::approved},
                                           {"declined", c::ReviewVerdict::declined},
                                           {"referred", c::ReviewVerdict::referred}},
                                          c::ReviewVerdict::pending);
  out.retract = is_true(node, "retract", false);
  if (const auto* reason = node.find("reason")) {
    out.reason = reason->text;
  }
  return {"reviewer", std::string(c::kReviewDecided), c::encode(out), key("review", node), "", 0};
}

Arrival Events::payment(const Node& node) {
  c::PaymentEvent out;
  name_order(node, out);
  out.kind = word_of<c::PaymentKind>(node, "kind",
                                     {{"captured", c::PaymentKind::captured},
                                      {"refunded", c::PaymentKind::refunded},
                                      {"failed", c::PaymentKind::failed}},
                                     c::PaymentKind::authorised);
  const auto& currency = stage_.settings().currency;
  out.amount = {node.find("amount") ? minor(*node.find("amount"), currency) : 0, currency};
  out.retract = is_true(node, "retract", false);
  return {"payments", std::string(c::kPaymentRecorded), c::encode(out), key("payment", node), "",
          0};
}

Arrival Events::credit(const Node& node) {
  c::CreditChange out;
  out.customer = node.text_of("customer");
  const auto& currency = stage_.settings().currency;
  const auto set = [&](const char* word, std::optional<c::Money>& into) {
    if (const auto* found = node.find(word)) {
      into = c::Money{minor(*found, currency), currency};
    }
  };
  set("limit", out.limit);
  set("exposure", out.exposure);
  set("payment", out.payment);
  return {"erp",
          std::string(c::kCreditChanged),
          c::encode(out),
          key("credit", node),
          "customer:" + out.customer,
          0};
}

Arrival Events::command(const std::string& word, const Node& node) {
  c::OrderCommand out;
  out.order_id = order_id(*node.find("order"));
  out.action = word == "hold"      ? c::OrderAction::hold
               : word == "release" ? c::OrderAction::release_hold
               : word == "edit"    ? c::OrderAction::edit_line
               : word == "cancel"  ? c::OrderAction::cancel_line
                                   : c::OrderAction::reroute;
  out.actor = node.text_of("actor", "operator");
  const auto set = [&](const char* name, std::optional<std::string>& into) {
    if (const auto* found = node.find(name)) {
      into = found->text;
    }
  };
  set("reason", out.reason);
  set("kind", out.hold);
  set("line", out.line_no);
  set("warehouse", out.warehouse);
  if (const auto* quantity = node.find("quantity")) {
    out.quantity = c::Quantity{e4(*quantity), "EA"};
  }
  if (const auto* price = node.find("price")) {
    out.unit_price =
        c::UnitPrice{c::parse_decimal(price->text, 6).value_or(0), stage_.settings().currency};
  }
  return {"operator", std::string(c::kOrderCommanded), c::encode(out), key(word, node), "", 0};
}

Arrival Events::warehouse(const Node& node) {
  c::WarehouseStatusChange out;
  out.warehouse = node.text_of("code");
  out.status = node.text_of("status");
  out.actor = node.text_of("actor", "operator");
  if (const auto* reason = node.find("reason")) {
    out.reason = reason->text;
  }
  return {"operator",
          std::string(c::kWarehouseStatusChanged),
          c::encode(out),
          key("warehouse", node),
          "stock:" + out.warehouse,
          0};
}

Arrival Events::progress(const Node& node) {
  const auto request = asked<c::FulfillmentRequest>(
      node, c::kFulfillmentRequested, "work",
      [](const c::FulfillmentRequest& r) { return r.fulfillment_order.warehouse; });
  c::FulfillmentProgress out;
  out.fulfillment_order_id = request.fulfillment_order.id;
  out.order_id = request.fulfillment_order.order_id;
  out.warehouse = request.fulfillment_order.warehouse;
  out.stage = "picked";
  return {"wms", std::string(c::kFulfillmentProgressed), c::encode(out), key("pick", node), "", 0};
}

Arrival Events::void_shipment(const Node& node) {
  const auto id = order_id(*node.find("order"));
  auto statement = stage_.store().prepare(
      "SELECT fulfillment_order_id, warehouse FROM shipments WHERE order_id = ?1 AND (?2 = '' OR "
      "warehouse = ?2) AND shipped_at > 0 ORDER BY created_at DESC, attempt DESC, id DESC LIMIT 1");
  statement.bind(id, node.text_of("warehouse"));
  if (!statement.step()) {
    throw CannotPlay(*node.find("order"), "nothing of the order has shipped at this moment");
  }
  c::ShipmentVoid out;
  out.fulfillment_order_id = statement.text(0);
  out.order_id = id;
  out.warehouse = statement.text(1);
  if (const auto* reason = node.find("reason")) {
    out.reason = reason->text;
  }
  return {"wms", std::string(c::kShipmentVoided), c::encode(out), key("void", node), "", 0};
}

Arrival Events::price(const Node& node) {
  c::PriceReference out;
  out.sku = node.text_of("sku");
  out.list = node.text_of("list", "default");
  out.id = node.text_of("id", out.sku + "/" + out.list + "/" + node.text_of("customer") + "/" +
                                  node.text_of("channel") + "/" + node.text_of("least") + "/" +
                                  node.text_of("from"));
  if (const auto* customer = node.find("customer")) {
    out.customer = customer->text;
  }
  if (const auto* channel = node.find("channel")) {
    out.channel = channel->text;
  }
  out.unit_price = {c::parse_decimal(node.text_of("price"), 6).value_or(0),
                    node.text_of("currency", stage_.settings().currency)};
  if (const auto* least = node.find("least")) {
    out.least_quantity = {e4(*least), "EA"};
  }
  if (const auto* from = node.find("from")) {
    out.valid_from.ns = instant_ns(*from);
  }
  if (const auto* to = node.find("to")) {
    out.valid_to.ns = instant_ns(*to);
  }
  out.priority = std::strtoll(node.text_of("priority", "0").c_str(), nullptr, 10);
  out.rev = std::strtoll(node.text_of("rev", "0").c_str(), nullptr, 10);
  return {
      "erp", std::string(c::kPriceChanged), c::encode(out), key("price", node), "price:" + out.sku,
      0};
}

Arrival Events::rules(const std::string& name, const std::string& json) {
  c::RuleSet out;
  out.name = name;
  out.rules = json;
  out.actor = "operator";
  return {"operator",     std::string(c::kRulesActivated),
          c::encode(out), "rules-" + std::to_string(++made_),
          "rules",        0};
}

}  // namespace crossdock::host::scenario
