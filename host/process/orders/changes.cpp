#include "host/process/orders/changes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/billing/charges.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/orders/cancellation.hpp"
#include "host/process/orders/capture.hpp"
#include "host/process/orders/change_steps.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/ownership.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/sourcing/sourcing.hpp"
#include "host/process/units.hpp"

namespace crossdock::host::process {
namespace {

struct Line {
  std::string sku;
  std::int64_t ordered = 0;
  std::int64_t gone = 0;  // rejected, cancelled or shipped
  std::string uom;
  std::int64_t open() const { return ordered - gone; }
};

std::optional<Line> find_line(journal::Database& db, const std::string& order_id,
                              const std::string& line_no) {
  auto statement = db.prepare(
      "SELECT sku, ordered, rejected + cancelled + shipped, uom FROM order_lines WHERE order_id = "
      "? AND line_no = ?");
  statement.bind(order_id, line_no);
  if (!statement.step()) {
    return std::nullopt;
  }
  return Line{statement.text(0), statement.integer(1), statement.integer(2), statement.text(3)};
}

}  // namespace

std::int64_t next_line_number(journal::Database& db, const std::string& order_id) {
  auto statement =
      db.prepare("SELECT COALESCE(MAX(number), 0) + 1 FROM order_lines WHERE order_id = ?");
  statement.bind(order_id);
  statement.step();
  return statement.integer(0);
}

namespace {

void set_ordered(Context& context, const std::string& order_id, const std::string& line_no,
                 std::int64_t ordered) {
  update_line(context, order_id, line_no,
              "UPDATE order_lines SET ordered = ? WHERE order_id = ? AND line_no = ?", ordered);
  // The line's own document says what is ordered, too.
  for (auto line : order_lines(context.db, order_id)) {
    if (line.line_no == line_no) {
      line.ordered.e4 = ordered;
      line.cancelled = line.shipped = line.invoiced = {0, line.ordered.uom};
      update_line(context, order_id, line_no,
                  "UPDATE order_lines SET line = ? WHERE order_id = ? AND line_no = ?",
                  canonical::encode(line));
    }
  }
}

}  // namespace

void set_price(Context& context, const std::string& order_id, const std::string& line_no,
               const canonical::UnitPrice& price) {
  for (auto line : order_lines(context.db, order_id)) {
    if (line.line_no == line_no) {
      line.unit_price = price;
      line.cancelled = line.shipped = line.invoiced = {0, line.ordered.uom};
      update_line(
          context, order_id, line_no,
          "UPDATE order_lines SET unit_price_e6 = ?, line = ? WHERE order_id = ? AND line_no = ?",
          price.e6, canonical::encode(line));
    }
  }
}

namespace {

// Lets go of an open quantity that no warehouse works on: what waits first, then what has no
// warehouse, then what is planned. Planned shipments of the line are planned anew.
void let_go(Context& context, const std::string& order_id, const std::string& line_no,
            std::int64_t quantity, std::vector<std::string>& freed) {
  quantity -= release(context, order_id, line_no, kNoPlace, quantity);
  quantity -= release(context, order_id, line_no, kGroupPlace, quantity);
  for (const auto& planned : plans_of(context.db, order_id)) {
    const bool has_line = std::any_of(planned.lines.begin(), planned.lines.end(),
                                      [&](const auto& line) { return line.line_no == line_no; });
    if (quantity <= 0 || !has_line || !is_only_planned(planned)) {
      continue;
    }
    withdraw_plan(context, planned);
    for (const auto& line : planned.lines) {
      if (line.line_no == line_no) {
        quantity -= release(context, order_id, line_no, planned.warehouse,
                            std::min(quantity, line.planned));
        freed.push_back(line.sku);
      }
    }
  }
}

// What is held at warehouses and not at work there: after a recall nothing is planned, but held.
void let_go_of_held(Context& context, const std::string& order_id, const std::string& line_no,
                    std::int64_t quantity, std::vector<std::string>& freed) {
  std::vector<std::string> places;
  {
    auto statement = context.db.prepare(
        "SELECT DISTINCT warehouse, sku FROM reservations WHERE order_id = ? AND line_no = ? AND "
        "open > 0 AND warehouse NOT IN ('', '*')");
    statement.bind(order_id, line_no);
    while (statement.step()) {
      places.push_back(statement.text(0));
      freed.push_back(statement.text(1));
    }
  }
  for (const auto& place : places) {
    auto working = context.db.prepare(
        "SELECT COALESCE(SUM(l.planned - l.shipped), 0) FROM shipments s JOIN shipment_lines l ON "
        "l.shipment_id = s.id WHERE s.order_id = ? AND l.line_no = ? AND s.warehouse = ? AND "
        "s.state IN ('planned', 'label_refused', 'submitted', 'accepted', 'picked', 'partial')");
    working.bind(order_id, line_no, place);
    working.step();
    const auto idle = open_at(context.db, order_id, line_no, place) - working.integer(0);
    quantity -= release(context, order_id, line_no, place, std::min(quantity, idle));
  }
}

void reduce(Context& context, const std::string& order_id, const std::string& line_no,
            std::int64_t quantity, std::vector<std::string>& freed) {
  const auto before = find_line(context.db, order_id, line_no)->open();
  const auto open_now = [&] {
    std::int64_t sum = 0;
    auto statement = context.db.prepare(
        "SELECT DISTINCT warehouse FROM reservations WHERE order_id = ? AND line_no = ? AND open > "
        "0");
    statement.bind(order_id, line_no);
    std::vector<std::string> places;
    while (statement.step()) {
      places.push_back(statement.text(0));
    }
    for (const auto& place : places) {
      sum += open_at(context.db, order_id, line_no, place);
    }
    return sum;
  };
  const auto target = before - quantity;
  let_go(context, order_id, line_no, quantity, freed);
  if (const auto rest = open_now() - target; rest > 0) {
    let_go_of_held(context, order_id, line_no, rest, freed);
  }
}

}  // namespace

void add_demand(Context& context, const std::string& order_id, const KnownOrder& order,
                const std::string& line_no, const std::string& sku, std::int64_t quantity) {
  const int priority = channel_priority(context.settings, order.header.channel);
  const auto routing =
      route(context, wanted_of(context, order_id, order, {{line_no, sku, quantity}}));
  const bool complete = shortage_policy(context.settings, order.header.channel, order.requested) ==
                        ShortagePolicy::ship_complete;
  std::int64_t there = 0;
  if (!complete || routing.shortages.empty()) {
    for (const auto& choice : routing.choices) {
      there += choice.quantity;
    }
  }
  reserve(context, order_id, line_no, sku, kGroupPlace, there, priority);
  reserve(context, order_id, line_no, sku, kNoPlace, quantity - there, priority);
}

void change_quantity(Context& context, const std::string& order_id, const KnownOrder& order,
                     const std::string& line_no, std::int64_t quantity,
                     std::vector<std::string>& freed) {
  const auto line = find_line(context.db, order_id, line_no);
  if (!line) {
    throw Refused("order " + order_id + " has no line " + line_no);
  }
  const auto gone = line->gone;
  const auto least = gone + in_hand(context.db, order_id, line_no);
  if (quantity < least) {
    throw Refused("line " + line_no + " cannot become " + units(quantity) + ": " + units(gone) +
                  " are shipped or cancelled and a warehouse works on " + units(least - gone) +
                  "; cancel it there first");
  }
  if (quantity > line->ordered) {
    add_demand(context, order_id, order, line_no, line->sku, quantity - line->ordered);
    set_ordered(context, order_id, line_no, quantity);
  } else if (quantity < line->ordered) {
    reduce(context, order_id, line_no, line->ordered - quantity, freed);
    set_ordered(context, order_id, line_no, quantity);
  }
}

void set_value(Context& context, const std::string& order_id) {
  canonical::Order order;
  order.lines = order_lines(context.db, order_id);
  order.charges.emplace_back().amount.minor = charges_of(context.db, order_id);
  const auto worth = worth_of(order);
  if (!worth) {
    throw Refused("order " + order_id + " would be worth more than money can be");
  }
  update_order(context, order_id, "UPDATE orders SET value_minor = ? WHERE id = ?", *worth);
}

void cancel_line(Context& context, const std::string& order_id, const KnownOrder& order,
                 const std::string& line_no, std::int64_t quantity, const std::string& reason,
                 std::vector<std::string>& freed) {
  const auto line = find_line(context.db, order_id, line_no);
  if (!line) {
    throw Refused("order " + order_id + " has no line " + line_no);
  }
  if (quantity > line->open()) {
    throw Refused("line " + line_no + " has " + units(line->open()) + " open; " + units(quantity) +
                  " cannot be cancelled" +
                  (line->gone > 0 ? "; what shipped can only be returned" : ""));
  }
  const auto working = in_hand(context.db, order_id, line_no);
  const auto at_once = std::min(quantity, line->open() - working);
  if (at_once > 0) {
    reduce(context, order_id, line_no, at_once, freed);
    update_line(
        context, order_id, line_no,
        "UPDATE order_lines SET cancelled = cancelled + ? WHERE order_id = ? AND line_no = ?",
        at_once);
    log_order(context, order_id, "line cancelled", line_no + ": " + units(at_once));
  }
  auto rest = quantity - at_once;
  for (const auto& planned : plans_of(context.db, order_id)) {
    for (const auto& part : planned.lines) {
      if (rest > 0 && part.line_no == line_no && is_at_work(planned)) {
        const auto wanted = std::min(rest, part.planned);
        context.db
            .prepare(
                "INSERT INTO wanted_back(shipment_id, line_no, quantity) VALUES(?1, ?2, ?3) ON "
                "CONFLICT(shipment_id, line_no) DO UPDATE SET quantity = ?3")
            .bind(planned.id, line_no, wanted)
            .run();
        ask_back(context, planned, order, reason, "line");
        rest -= wanted;
      }
    }
  }
}

namespace {

void reroute(Context& context, const std::string& order_id, const KnownOrder& order,
             const canonical::OrderCommand& command) {
  bool any = false;
  for (const auto& planned : plans_of(context.db, order_id)) {
    if (command.warehouse && planned.warehouse != *command.warehouse) {
      continue;
    }
    if (is_only_planned(planned) || planned.state == "submitted") {
      take_away(context, planned, order, {planned.warehouse}, command.reason.value_or("re-routed"));
      any = true;
    } else if (is_at_work(planned)) {
      ask_back(context, planned, order, command.reason.value_or("re-routed"), "reroute");
      any = true;
    }
  }
  if (!any) {
    throw Refused("order " + order_id + " has no work" +
                  (command.warehouse ? " at " + *command.warehouse : std::string()) +
                  " that could go elsewhere");
  }
}

}  // namespace

void replace_order(Context& context, const std::string& order_id, const canonical::Order& order,
                   const canonical::MessageView& message) {
  if (is_echo(context.db, order_id, message)) {
    note_advice(context, "order", order_id, "lines", message,
                "it is our own order, read back from the system it was sent to");
    return;
  }
  if (!may_write(context, "lines", message)) {
    note_advice(context, "order", order_id, "lines", message, "another system owns order lines");
    return;
  }
  if (is_stale(context.db, "order", order_id, "order", message)) {
    note_advice(context, "order", order_id, "lines", message, "it is older than what is known");
    return;
  }
  const auto known = *find_order(context.db, order_id);
  if (known.status == "closed") {
    context.alert("late_change", order_id,
                  "purchase order " + known.header.po_number +
                      " was changed after it was closed; nothing was done with it");
    return;
  }
  std::vector<std::string> freed;
  std::set<std::string> named;
  for (const auto& line : order.lines) {
    named.insert(line.line_no);
    const auto there = find_line(context.db, order_id, line.line_no);
    if (!there) {
      if (const auto fault = line_fault(context, line, known.header.currency); !fault.empty()) {
        throw Refused("line " + line.line_no + ": " + fault);
      }
      insert_line(context, order_id, line, next_line_number(context.db, order_id));
      if (known.status == "cancelled") {
        update_line(
            context, order_id, line.line_no,
            "UPDATE order_lines SET cancelled = ordered WHERE order_id = ? AND line_no = ?");
      } else {
        add_demand(context, order_id, known, line.line_no, line.sku, line.ordered.e4);
      }
      continue;
    }
    if (line.sku != there->sku || line.ordered.uom != there->uom) {
      throw Refused("line " + line.line_no + " was ordered as " + there->sku + " by " + there->uom +
                    "; another product or unit is another line");
    }
    if (known.status == "cancelled") {
      // Nothing of it is open, whatever quantity the buyer wrote last.
      set_ordered(context, order_id, line.line_no, line.ordered.e4);
      update_line(context, order_id, line.line_no,
                  "UPDATE order_lines SET cancelled = ordered - rejected WHERE order_id = ? AND "
                  "line_no = ?");
    } else {
      change_quantity(context, order_id, known, line.line_no, line.ordered.e4, freed);
    }
    set_price(context, order_id, line.line_no, line.unit_price);
  }
  if (known.status != "cancelled") {
    for (const auto& line : order_lines(context.db, order_id)) {
      const auto open = find_line(context.db, order_id, line.line_no)->open();
      if (!named.contains(line.line_no) && open > 0) {
        cancel_line(context, order_id, known, line.line_no, open, "the buyer removed the line",
                    freed);
      }
    }
  }
  keep_charges(context, order_id, order.charges);
  set_value(context, order_id);
  log_order(context, order_id, "replaced", "by the buyer's document");
  note_lineage(context, "order", order_id, "order", message);
  proceed(context, order_id);
  derive_status(context, order_id);
  cover_backorders(context, freed);
}

void order_commanded(Context& context, const canonical::OrderCommand& command,
                     const canonical::MessageView&) {
  const auto id = order_id_of(context.db, command.order_id, command.channel, command.po_number);
  if (id.empty()) {
    throw Refused("there is no order " + (command.order_id.empty()
                                              ? command.channel + " " + command.po_number
                                              : command.order_id));
  }
  const auto order = *find_order(context.db, id);
  const auto reason = command.reason.value_or("");
  const auto by = command.actor.empty() ? std::string("an operator") : command.actor;
  const auto not_over = [&] {
    if (is_over(order.status)) {
      throw Refused("order " + id + " is " + order.status + "; nothing of it can be changed");
    }
  };
  std::vector<std::string> freed;
  switch (command.action) {
    case canonical::OrderAction::hold:
      not_over();
      raise_hold(context, id, command.hold.value_or("manual"), reason, by);
      recall(context, id, reason.empty() ? "an operator holds the order" : reason);
      break;
    case canonical::OrderAction::release_hold:
      release_hold(context, id, command.hold.value_or("manual"), by);
      break;
    case canonical::OrderAction::edit_line:
      not_over();
      if (!command.line_no || (!command.quantity && !command.unit_price)) {
        throw Refused("edit_line needs line_no, and quantity or unit_price");
      }
      if (command.quantity) {
        change_quantity(context, id, order, *command.line_no, command.quantity->e4, freed);
      }
      if (command.unit_price) {
        set_price(context, id, *command.line_no, *command.unit_price);
      }
      set_value(context, id);
      log_order(context, id, "line edited", *command.line_no + " by " + by);
      break;
    case canonical::OrderAction::cancel_line: {
      not_over();
      if (!command.line_no) {
        throw Refused("cancel_line needs line_no");
      }
      const auto line = find_line(context.db, id, *command.line_no);
      cancel_line(context, id, order, *command.line_no,
                  command.quantity ? command.quantity->e4 : (line ? line->open() : 0), reason,
                  freed);
      break;
    }
    case canonical::OrderAction::cancel_order:
      not_over();
      cancel_order(context, id, reason.empty() ? "cancelled by " + by : reason);
      break;
    case canonical::OrderAction::reroute:
      not_over();
      reroute(context, id, order, command);
      break;
    default:
      throw Refused(
          "the command is not known; write hold, release_hold, edit_line, cancel_line, "
          "cancel_order or reroute");
  }
  proceed(context, id);
  derive_status(context, id);
  cover_backorders(context, freed);
}

}  // namespace crossdock::host::process
