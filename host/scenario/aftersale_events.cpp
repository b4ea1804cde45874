// Steps about what comes after the sale: returns and their refunds, and what other systems state of
// a day.
#include "crossdock/canonical/aftersales.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/money.hpp"
#include "host/scenario/events.hpp"
#include "host/scenario/values.hpp"

namespace crossdock::host::scenario {
namespace {

namespace c = canonical;

constexpr std::pair<const char*, c::Disposition> kDispositions[] = {
    {"restock", c::Disposition::restock},
    {"damaged", c::Disposition::damaged},
    {"quality_hold", c::Disposition::quality_hold},
    {"refurbish", c::Disposition::refurbish},
    {"vendor_return", c::Disposition::vendor_return},
    {"scrap", c::Disposition::scrap},
    {"missing", c::Disposition::missing},
    {"wrong_item", c::Disposition::wrong_item},
};

}  // namespace

Arrival Events::ask_return(const Node& node) {
  c::Return out;
  out.id = node.text_of("id");
  out.rma_no = node.text_of("rma");
  out.order_id = order_id(*node.find("order"));
  out.warehouse = node.text_of("warehouse");
  out.reason = said(node, "reason");
  if (const auto* shipping = node.find("shipping")) {
    const auto& currency = stage_.settings().currency;
    out.shipping_refund = c::Money{minor(*shipping, currency), currency};
  }
  for (const auto& [line_no, quantity] : node.find("lines")->members) {
    c::ReturnLine line;
    line.line_no = line_no;
    line.authorised = {e4(quantity), "EA"};
    auto sku =
        stage_.store().prepare("SELECT sku FROM order_lines WHERE order_id = ? AND line_no = ?");
    sku.bind(out.order_id, line_no);
    line.sku = sku.step() ? sku.text(0) : std::string("unknown");
    out.lines.push_back(std::move(line));
  }
  return {"portal",           std::string(c::kReturnRequested),
          c::encode(out),     key("return", node),
          "return:" + out.id, 0};
}

Arrival Events::return_received(const Node& node) {
  c::Return out;
  out.id = node.text_of("return");
  auto known = stage_.store().prepare("SELECT order_id FROM returns WHERE id = ?1 OR rma_no = ?1");
  known.bind(out.id);
  // One that is not known arrives all the same; the processes say what they make of it.
  out.order_id = known.step() ? known.text(0) : std::string("unknown");
  out.state = c::ReturnState::received;
  out.warehouse = node.text_of("warehouse");
  out.receipt_ref = said(node, "receipt");
  for (const auto& [line_no, parts] : node.find("lines")->members) {
    c::ReturnLine line;
    line.line_no = line_no;
    line.sku = "unknown";
    auto sku = stage_.store().prepare(
        "SELECT l.sku FROM return_lines l JOIN returns r ON r.id = l.return_id WHERE (r.id = ?1 OR "
        "r.rma_no = ?1) AND l.line_no = ?2");
    sku.bind(out.id, line_no);
    if (sku.step()) {
      line.sku = sku.text(0);
    }
    for (const auto& [word, kind] : kDispositions) {
      if (const auto* found = parts.find(word)) {
        line.dispositions.push_back({kind, {e4(*found), "EA"}, {}});
      }
    }
    if (parts.is_scalar()) {
      line.dispositions.push_back({c::Disposition::restock, {e4(parts), "EA"}, {}});
    }
    out.lines.push_back(std::move(line));
  }
  return {"wms",
          std::string(c::kReturnReceived),
          c::encode(out),
          key("return_received", node),
          "return:" + out.id,
          0};
}

Arrival Events::return_change(const Node& node) {
  using A = c::ReturnAction;
  c::ReturnChange out;
  out.id = node.text_of("return");
  out.action = word_of<A>(node, "action",
                          {{"authorise", A::authorise},
                           {"decline", A::decline},
                           {"cancel", A::cancel},
                           {"close", A::close},
                           {"refund", A::refund}},
                          A::unknown);
  out.reason = said(node, "reason");
  return {"operator",         std::string(c::kReturnChangeRequested),
          c::encode(out),     key("return_change", node),
          "return:" + out.id, 0};
}

Arrival Events::refund(const Node& node) {
  const auto& name = *node.find("return");
  const c::Refund* found = nullptr;
  std::optional<c::Refund> asked;
  const auto& sent = stage_.sent();
  for (auto one = sent.rbegin(); one != sent.rend() && found == nullptr; ++one) {
    if (one->type != c::kRefundRequested) {
      continue;
    }
    asked = c::decode<c::Refund>(one->data).value;
    if (asked && asked->return_id == name.text) {
      found = &*asked;
    }
  }
  if (found == nullptr) {
    throw CannotPlay(name, "no refund of return `" + name.text +
                               "` was asked for at this moment; is there a connector for refunds "
                               "(settings: {returns: {refund_connector: ...}})?");
  }
  auto out = *found;
  out.state = word_of<c::RefundState>(
      node, "result", {{"denied", c::RefundState::denied}, {"in_doubt", c::RefundState::in_doubt}},
      c::RefundState::succeeded);
  out.reference = said(node, "reference");
  out.reason = said(node, "reason");
  return {"payments",         std::string(c::kRefundSettled),
          c::encode(out),     key("refund", node),
          "refund:" + out.id, 0};
}

Arrival Events::statement(const Node& node) {
  c::Statement out;
  out.system = node.text_of("system");
  out.kind = node.text_of("kind");
  out.day = date(*node.find("day"));
  const auto& currency = stage_.settings().currency;
  for (const auto& one : node.find("lines")->items) {
    c::StatementLine line;
    line.ref = one.text_of("ref");
    line.line_no = one.text_of("line", "1");
    line.quantity = quantity_of(one, "quantity");
    if (const auto* order = one.find("order")) {
      auto shipment = stage_.store().prepare(
          "SELECT id FROM shipments WHERE order_id = ?1 AND (?2 = '' OR warehouse = ?2) ORDER BY "
          "shipped_at > 0 DESC, id DESC LIMIT 1");
      shipment.bind(order_id(*order), one.text_of("warehouse"));
      if (!shipment.step()) {
        throw CannotPlay(*order, "order `" + order->text + "` has no shipment there");
      }
      line.shipment_id = shipment.text(0);
    } else {
      line.shipment_id = one.text_of("shipment");
    }
    if (const auto* amount = one.find("amount")) {
      line.amount = c::Money{minor(*amount, currency), currency};
    }
    if (const auto* price = one.find("price")) {
      line.unit_price = c::UnitPrice{c::parse_decimal(price->text, 6).value_or(0), currency};
    }
    out.lines.push_back(std::move(line));
  }
  return {out.system,
          std::string(c::kStatementReceived),
          c::encode(out),
          key("statement", node),
          "statement:" + out.system,
          0};
}

Arrival Events::discrepancy(const Node& node) {
  c::DiscrepancyChange out;
  auto found = stage_.store().prepare(
      "SELECT id FROM discrepancies WHERE kind = ? ORDER BY state = 'open' DESC, found_at DESC, id "
      "DESC LIMIT 1");
  found.bind(node.text_of("kind"));
  if (!found.step()) {
    throw CannotPlay(*node.find("kind"), "there is no discrepancy of kind `" +
                                             node.text_of("kind") + "` at this moment");
  }
  out.id = found.text(0);
  out.state = word_of<c::DiscrepancyState>(
      node, "state",
      {{"explained", c::DiscrepancyState::explained}, {"fixed", c::DiscrepancyState::fixed}},
      c::DiscrepancyState::accepted);
  out.reason = said(node, "reason");
  return {"operator",      std::string(c::kDiscrepancyChangeRequested),
          c::encode(out),  key("discrepancy", node),
          "discrepancies", 0};
}

}  // namespace crossdock::host::scenario
