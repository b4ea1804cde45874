#include "host/process/returns/returns.hpp"

#include <algorithm>
#include <map>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/counters.hpp"
#include "host/process/inventory/feeds.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/ledger.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/returns/refunds.hpp"

namespace crossdock::host::process {
namespace {

using canonical::Disposition;

struct Known {
  std::string id;
  std::string order_id;
  std::string warehouse;
  std::string state;
  std::string money;
};

std::optional<Known> find(journal::Database& db, std::string_view id) {
  auto statement = db.prepare(
      "SELECT id, order_id, warehouse, state, money FROM returns WHERE id = ?1 OR rma_no = ?1");
  statement.bind(id);
  if (!statement.step()) {
    return std::nullopt;
  }
  return Known{statement.text(0), statement.text(1), statement.text(2), statement.text(3),
               statement.text(4)};
}

struct Line {
  std::string line_no;
  std::string sku;
  std::int64_t authorised = 0;
  std::int64_t received = 0;
};

std::vector<Line> lines_of(journal::Database& db, std::string_view id) {
  std::vector<Line> out;
  auto statement = db.prepare(
      "SELECT line_no, sku, authorised, received FROM return_lines WHERE return_id = ? "
      "ORDER BY line_no");
  statement.bind(id);
  while (statement.step()) {
    out.push_back(
        {statement.text(0), statement.text(1), statement.integer(2), statement.integer(3)});
  }
  return out;
}

void set_state(Context& context, std::string_view id, std::string_view state,
               std::string_view reason = {}) {
  context.db
      .prepare(
          "UPDATE returns SET state = ?2, reason = CASE WHEN ?3 = '' THEN reason ELSE ?3 END, "
          "rev = rev + 1 WHERE id = ?1")
      .bind(id, state, reason)
      .run();
}

const char* name_of(Disposition kind) {
  switch (kind) {
    case Disposition::restock:
      return "restock";
    case Disposition::damaged:
      return "damaged";
    case Disposition::quality_hold:
      return "quality_hold";
    case Disposition::refurbish:
      return "refurbish";
    case Disposition::vendor_return:
      return "vendor_return";
    case Disposition::scrap:
      return "scrap";
    case Disposition::missing:
      return "missing";
    case Disposition::wrong_item:
      return "wrong_item";
    case Disposition::unknown:
      break;
  }
  return nullptr;
}

// What one unit of a disposition does to stock. What is scrapped, missing or another article never
// enters it; what waits for repair or the vendor is there, and withheld.
Stock stock_of_disposition(Disposition kind, std::int64_t quantity) {
  switch (kind) {
    case Disposition::restock:
      return {.on_hand = quantity};
    case Disposition::damaged:
      return {.on_hand = quantity, .damaged = quantity};
    case Disposition::quality_hold:
    case Disposition::refurbish:
      return {.on_hand = quantity, .quality_hold = quantity};
    case Disposition::vendor_return:
      return {.on_hand = quantity, .quarantine = quantity};
    default:
      return {};
  }
}

// Why a return cannot be authorised; empty where it can.
std::string fault_of(Context& context, const canonical::Return& request) {
  std::map<std::string, canonical::OrderLine> lines;
  for (auto& line : order_lines(context.db, request.order_id)) {
    lines.emplace(line.line_no, line);
  }
  std::map<std::string, std::int64_t> wanted;
  for (const auto& line : request.lines) {
    const auto found = lines.find(line.line_no);
    if (found == lines.end()) {
      return "the order has no line " + line.line_no;
    }
    if (line.authorised.e4 <= 0) {
      return "line " + line.line_no + " asks for nothing";
    }
    const auto all = wanted[line.line_no] += line.authorised.e4;
    const auto left =
        found->second.shipped.e4 - returning_of_line(context.db, request.order_id, line.line_no);
    if (all > left) {
      return "line " + line.line_no + " asks for " + canonical::decimal_text(all, 4) + "; " +
             canonical::decimal_text(std::max<std::int64_t>(0, left), 4) +
             " shipped and are not returned yet";
    }
  }
  return {};
}

void tell(Context& context, const std::string& id) {
  const auto known = find(context.db, id);
  if (context.settings.returns_connector.empty() || !known) {
    return;
  }
  canonical::Return out;
  out.id = known->id;
  out.order_id = known->order_id;
  out.warehouse = known->warehouse;
  out.state = known->state == "declined" ? canonical::ReturnState::declined
                                         : canonical::ReturnState::authorised;
  {
    auto statement = context.db.prepare("SELECT rma_no, reason FROM returns WHERE id = ?");
    statement.bind(id);
    statement.step();
    out.rma_no = statement.text(0);
    if (auto reason = statement.text(1); !reason.empty()) {
      out.reason = reason;
    }
  }
  for (const auto& line : lines_of(context.db, id)) {
    out.lines.push_back({line.line_no, line.sku, {line.authorised, "EA"}, {}, {}, {}, {}});
  }
  context.send({.type = canonical::kReturnDecided,
                .target = context.settings.returns_connector,
                .business_key = "return:" + id,
                .subject = id,
                .idempotency_key = "return/" + id + "/" + known->state,
                .data = canonical::encode(out)});
}

// Shipping is refunded once per order, to the return that asked first.
std::int64_t shipping_of(Context& context, const canonical::Return& request) {
  if (!request.shipping_refund || request.shipping_refund->minor <= 0) {
    return 0;
  }
  auto statement = context.db.prepare(
      "SELECT 1 FROM returns WHERE order_id = ? AND shipping_minor > 0 AND state NOT IN "
      "('declined', 'cancelled')");
  statement.bind(request.order_id);
  return statement.step() ? 0 : request.shipping_refund->minor;
}

// The warehouse that shipped most of the order, where none is named.
std::string warehouse_for(Context& context, const canonical::Return& request) {
  if (!request.warehouse.empty()) {
    return context.warehouse(request.warehouse).warehouse.code;
  }
  auto statement = context.db.prepare(
      "SELECT s.warehouse FROM shipments s JOIN shipment_lines l ON l.shipment_id = s.id WHERE "
      "s.order_id = ? AND l.shipped > 0 GROUP BY s.warehouse ORDER BY SUM(l.shipped) DESC, "
      "s.warehouse LIMIT 1");
  statement.bind(request.order_id);
  return statement.step() ? statement.text(0) : std::string();
}

std::string order_id_of(Context& context, const std::string& order) {
  auto statement = context.db.prepare(
      "SELECT id FROM orders WHERE id = ?1 OR (po_number = ?1 AND refused = 0) ORDER BY id = ?1 "
      "DESC, id LIMIT 1");
  statement.bind(order);
  if (!statement.step()) {
    throw Refused("order " + order +
                  " of a return is not known; give its id or purchase order "
                  "number");
  }
  return statement.text(0);
}

}  // namespace

std::int64_t returning_of_line(journal::Database& db, std::string_view order_id,
                               std::string_view line_no) {
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(CASE r.state WHEN 'closed' THEN l.received ELSE l.authorised END), 0) "
      "FROM returns r JOIN return_lines l ON l.return_id = r.id WHERE r.order_id = ? AND l.line_no "
      "= ? AND r.state NOT IN ('requested', 'declined', 'cancelled')");
  statement.bind(order_id, line_no);
  statement.step();
  return statement.integer(0);
}

void return_requested(Context& context, const canonical::Return& asked) {
  auto request = asked;
  if (request.id.empty() || request.lines.empty()) {
    throw Refused("a return needs an id and lines");
  }
  if (find(context.db, request.id)) {
    return;
  }
  request.order_id = order_id_of(context, request.order_id);
  const auto fault = fault_of(context, request);
  const bool authorised = fault.empty() && context.settings.returns_authorised_by_rule;
  const std::string rma = !request.rma_no.empty() ? request.rma_no
                          : authorised ? "RMA-" + std::to_string(count_up(context.db, "rma"))
                                       : request.id;
  context.db
      .prepare(
          "INSERT INTO returns(id, rma_no, order_id, warehouse, state, shipping_minor, reason, "
          "created_at) VALUES(?,?,?,?,?,?,?,?)")
      .bind(request.id, rma, request.order_id, warehouse_for(context, request),
            !fault.empty() ? "declined"
            : authorised   ? "authorised"
                           : "requested",
            fault.empty() ? shipping_of(context, request) : 0,
            fault.empty() ? request.reason.value_or("") : fault, context.now_ns)
      .run();
  std::map<std::string, std::string> skus;
  for (const auto& line : order_lines(context.db, request.order_id)) {
    skus[line.line_no] = line.sku;
  }
  for (const auto& line : request.lines) {
    context.db
        .prepare(
            "INSERT INTO return_lines(return_id, line_no, sku, authorised) VALUES(?1, ?2, ?3, ?4) "
            "ON CONFLICT(return_id, line_no) DO UPDATE SET authorised = authorised + ?4")
        .bind(request.id, line.line_no, skus.contains(line.line_no) ? skus[line.line_no] : line.sku,
              line.authorised.e4)
        .run();
  }
  if (!fault.empty() || authorised) {
    tell(context, request.id);
  }
  derive_status(context, request.order_id);
}

std::vector<std::string> return_received(Context& context, const canonical::Return& receipt) {
  const auto known = find(context.db, receipt.id.empty() ? receipt.rma_no : receipt.id);
  if (!known) {
    throw Refused("return " + (receipt.id.empty() ? receipt.rma_no : receipt.id) +
                  " arrives, but is not known; request it, then replay");
  }
  const std::string arrival = receipt.receipt_ref.value_or(std::string(context.message_id));
  context.db
      .prepare(
          "INSERT INTO return_receipts(return_id, receipt) VALUES(?, ?) ON CONFLICT DO NOTHING")
      .bind(known->id, arrival)
      .run();
  if (context.db.changes() == 0) {
    return {};
  }
  if (known->state != "authorised" && known->state != "in_transit" && known->state != "received") {
    throw Refused("return " + known->id + " arrives though it is " + known->state +
                  "; authorise it, then replay");
  }
  const std::string warehouse = receipt.warehouse.empty() ? known->warehouse : receipt.warehouse;
  context.warehouse(warehouse);
  std::vector<std::string> raised;
  auto lines = lines_of(context.db, known->id);
  for (const auto& line : receipt.lines) {
    const auto found = std::find_if(lines.begin(), lines.end(),
                                    [&](const Line& one) { return one.line_no == line.line_no; });
    std::int64_t arrived = 0;
    std::map<std::string, std::int64_t> seen;
    for (const auto& one : line.dispositions) {
      if (name_of(one.kind) == nullptr || one.quantity.e4 <= 0) {
        throw Refused("return " + known->id + " line " + line.line_no +
                      ": each disposition needs a known kind and more than nothing");
      }
      arrived += one.quantity.e4;
    }
    if (found == lines.end() || found->received + arrived > found->authorised) {
      throw Refused("return " + known->id + " line " + line.line_no + ": " +
                    canonical::decimal_text(arrived, 4) +
                    " arrive, more than was authorised and not received yet; authorise another "
                    "return for the rest, then replay");
    }
    std::int64_t restocked = 0;
    for (const auto& one : line.dispositions) {
      const std::string kind = name_of(one.kind);
      const auto change = stock_of_disposition(one.kind, one.quantity.e4);
      if (change.on_hand > 0) {
        for (const auto& component : components_of(context.db, found->sku)) {
          Stock part{in_component(change.on_hand, component.factor),
                     in_component(change.damaged, component.factor),
                     in_component(change.quality_hold, component.factor),
                     in_component(change.quarantine, component.factor)};
          record_movement(context,
                          {.sku = component.sku,
                           .warehouse = warehouse,
                           .kind = "return_in",
                           .change = part,
                           .cause = known->id,
                           .occurred_at_ns = context.now_ns,
                           .idempotency_key = "return/" + known->id + "/" + arrival + "/" +
                                              line.line_no + "/" + kind + "/" + component.sku});
          raised.push_back(component.sku);
        }
        restocked += change.on_hand;
      }
      context.db
          .prepare(
              "INSERT INTO return_dispositions(return_id, line_no, receipt, kind, quantity) "
              "VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(return_id, line_no, receipt, kind) DO UPDATE "
              "SET quantity = quantity + ?5")
          .bind(known->id, line.line_no, arrival, kind, one.quantity.e4)
          .run();
    }
    context.db
        .prepare(
            "UPDATE return_lines SET received = received + ?3, restocked = restocked + ?4 WHERE "
            "return_id = ?1 AND line_no = ?2")
        .bind(known->id, line.line_no, arrived, restocked)
        .run();
    found->received += arrived;
  }
  const bool all = std::all_of(lines.begin(), lines.end(),
                               [](const Line& line) { return line.received == line.authorised; });
  set_state(context, known->id, all ? "inspected" : "received");
  heard_of(context, warehouse, context.now_ns);
  if (all) {
    start_refund(context, known->id);
  }
  derive_status(context, known->order_id);
  return raised;
}

void return_change_requested(Context& context, const canonical::ReturnChange& change) {
  using Action = canonical::ReturnAction;
  const auto known = find(context.db, change.id);
  if (!known) {
    throw Refused("return " + change.id + " is not known; see the list of returns");
  }
  const auto reason = change.reason.value_or("");
  const auto refuse = [&](const char* what) {
    throw Refused("return " + change.id + " is " + known->state + "; it cannot be " + what);
  };
  switch (change.action) {
    case Action::authorise: {
      if (known->state == "authorised") {
        return;
      }
      if (known->state != "requested") {
        refuse("authorised");
      }
      canonical::Return again;
      again.order_id = known->order_id;
      for (const auto& line : lines_of(context.db, known->id)) {
        again.lines.push_back({line.line_no, line.sku, {line.authorised, "EA"}, {}, {}, {}, {}});
      }
      if (const auto fault = fault_of(context, again); !fault.empty()) {
        throw Refused("return " + change.id + " cannot be authorised: " + fault);
      }
      set_state(context, known->id, "authorised", reason);
      tell(context, known->id);
      break;
    }
    case Action::decline:
      if (known->state != "requested") {
        refuse("declined");
      }
      set_state(context, known->id, "declined", reason);
      tell(context, known->id);
      break;
    case Action::cancel:
      if (known->state == "cancelled") {
        return;
      }
      if (known->state != "requested" && known->state != "authorised" &&
          known->state != "in_transit") {
        refuse("cancelled any more");
      }
      set_state(context, known->id, "cancelled", reason);
      break;
    case Action::close:
      if (known->state != "received" && known->state != "inspected") {
        refuse("closed");
      }
      // What did not come is not refunded; what came is.
      start_refund(context, known->id);
      set_state(context, known->id, "closed", reason);
      break;
    case Action::refund:
      start_refund(context, known->id, true);
      break;
    case Action::unknown:
      throw Refused("what to do with return " + change.id +
                    " is not known; say authorise, decline, cancel, close or refund");
  }
  derive_status(context, known->order_id);
}

}  // namespace crossdock::host::process
