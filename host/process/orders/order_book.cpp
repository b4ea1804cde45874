#include "host/process/orders/order_book.hpp"

#include "crossdock/canonical/money.hpp"
#include "host/process/reservations/reservations.hpp"

namespace crossdock::host::process {

std::string order_id_of(journal::Database& db, std::string_view order_id, std::string_view channel,
                        std::string_view po_number) {
  if (!order_id.empty()) {
    auto statement = db.prepare("SELECT id FROM orders WHERE id = ?");
    statement.bind(order_id);
    return statement.step() ? statement.text(0) : std::string();
  }
  auto statement =
      db.prepare("SELECT id FROM orders WHERE channel = ? AND po_number = ? AND refused = 0");
  statement.bind(channel, po_number);
  return statement.step() ? statement.text(0) : std::string();
}

std::optional<std::int64_t> worth_of(const canonical::Order& order) {
  std::int64_t out = 0;
  bool fits = true;
  const auto add = [&](std::int64_t minor) {
    fits = fits && !__builtin_add_overflow(out, minor, &out);
  };
  for (const auto& line : order.lines) {
    const auto amount = canonical::extended(line.unit_price, line.ordered);
    fits = fits && amount.has_value();
    add(amount ? amount->minor : 0);
  }
  for (const auto& charge : order.charges) {
    add(charge.amount.minor);
  }
  return fits ? std::optional(out) : std::nullopt;
}

namespace {

// The quantities of an order's lines together, and its own facts: one look at the order.
struct Facts {
  std::int64_t ordered = 0;
  std::int64_t rejected = 0;
  std::int64_t cancelled = 0;
  std::int64_t shipped = 0;
  std::int64_t invoiced = 0;
  std::string fraud;
  std::string credit;
  std::string status;  // as it stands
  bool refused = false;
  bool held = false;
  bool has_returns = false;

  // Then the buyer corrects it and sends it again under the same number.
  bool refused_as_a_whole() const { return shipped == 0 && rejected == ordered; }
};

Facts facts_of(journal::Database& db, std::string_view order_id) {
  Facts out;
  {
    auto statement = db.prepare(
        "SELECT ordered, rejected, cancelled, shipped, invoiced FROM order_lines WHERE order_id = "
        "?");
    statement.bind(order_id);
    while (statement.step()) {
      out.ordered += statement.integer(0);
      out.rejected += statement.integer(1);
      out.cancelled += statement.integer(2);
      out.shipped += statement.integer(3);
      out.invoiced += statement.integer(4);
    }
  }
  auto statement = db.prepare(
      "SELECT fraud, credit, status, refused, EXISTS(SELECT 1 FROM holds WHERE order_id = ?1 AND "
      "released_at = 0), EXISTS(SELECT 1 FROM returns WHERE order_id = ?1) FROM orders WHERE id = "
      "?1");
  statement.bind(order_id);
  if (statement.step()) {
    out.fraud = statement.text(0);
    out.credit = statement.text(1);
    out.status = statement.text(2);
    out.refused = statement.integer(3) != 0;
    out.held = statement.integer(4) != 0;
    out.has_returns = statement.integer(5) != 0;
  }
  return out;
}

struct Work {
  bool released = false;
  bool some_delivered = false;
  bool all_delivered = true;  // of what shipped
};

Work work_of(journal::Database& db, std::string_view order_id) {
  Work out;
  auto statement = db.prepare("SELECT state FROM shipments WHERE order_id = ?");
  statement.bind(order_id);
  while (statement.step()) {
    const auto state = statement.text(0);
    out.released |= state == "submitted" || state == "accepted" || state == "picked";
    out.some_delivered |= state == "delivered";
    out.all_delivered &= state != "shipped" && state != "partial" && state != "exception";
  }
  return out;
}

struct Returned {
  std::int64_t quantity = 0;
  bool open = false;
};

Returned returned_of(journal::Database& db, std::string_view order_id) {
  Returned out;
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(l.received), 0), COALESCE(MAX(r.state NOT IN ('closed', 'declined', "
      "'cancelled') OR r.money IN ('due', 'attempted', 'in_doubt')), 0) FROM returns r JOIN "
      "return_lines l ON l.return_id = r.id WHERE r.order_id = ?");
  statement.bind(order_id);
  if (statement.step()) {
    out.quantity = statement.integer(0);
    out.open = statement.integer(1) != 0;
  }
  return out;
}

// What of an order has no warehouse.
struct Placeless {
  bool waits = false;     // for stock
  bool unpinned = false;  // held at a channel's warehouses together
};

Placeless placeless(journal::Database& db, std::string_view order_id) {
  Placeless out;
  auto statement = db.prepare("SELECT warehouse, open FROM reservations WHERE order_id = ?");
  statement.bind(order_id);
  while (statement.step()) {
    if (statement.integer(1) > 0) {
      const auto place = statement.text(0);
      out.waits |= place == kNoPlace;
      out.unpinned |= place == kGroupPlace;
    }
  }
  return out;
}

std::string status_from(journal::Database& db, std::string_view order_id, const Facts& f) {
  if (f.refused_as_a_whole()) {
    return "rejected";
  }
  if (f.shipped == 0 && (f.fraud == "failed" || f.credit == "declined")) {
    return "rejected";
  }
  if (f.shipped == 0 && f.rejected + f.cancelled == f.ordered) {
    return "cancelled";
  }
  const auto returned = f.has_returns ? returned_of(db, order_id) : Returned{};
  const bool all_shipped = f.shipped + f.rejected + f.cancelled == f.ordered;
  if (all_shipped && f.invoiced == f.shipped && !returned.open) {
    return "closed";
  }
  if (!all_shipped && f.held) {
    return "on_hold";
  }
  if (returned.quantity > 0) {
    return returned.quantity >= f.shipped ? "returned" : "partially_returned";
  }
  const auto work = work_of(db, order_id);
  if (f.shipped > 0) {
    if (work.some_delivered) {
      return all_shipped && work.all_delivered ? "delivered" : "partially_delivered";
    }
    return all_shipped ? "shipped" : "partially_shipped";
  }
  if (work.released) {
    return "released";
  }
  const auto nowhere = placeless(db, order_id);
  if (!nowhere.waits && !nowhere.unpinned) {
    return "routed";
  }
  if (nowhere.waits) {
    return "backordered";
  }
  return f.fraud == "cleared" && (f.credit == "approved" || f.credit == "none") ? "approved"
         : f.credit == "approved" && f.fraud == "none"                          ? "approved"
                                                                                : "captured";
}

}  // namespace

std::string derived_status(journal::Database& db, std::string_view order_id) {
  return status_from(db, order_id, facts_of(db, order_id));
}

void derive_status(Context& context, std::string_view order_id, std::int64_t released_at_ns) {
  const auto facts = facts_of(context.db, order_id);
  const auto status = status_from(context.db, order_id, facts);
  // Each alone: a change of `refused` is a change of the index by number too.
  if (facts.refused != facts.refused_as_a_whole()) {
    update_order(context, order_id, "UPDATE orders SET refused = ? WHERE id = ?",
                 facts.refused_as_a_whole());
  }
  if (released_at_ns != 0) {
    update_order(context, order_id, "UPDATE orders SET status = ?, released_at = ? WHERE id = ?",
                 status, released_at_ns);
  } else if (facts.status != status) {
    update_order(context, order_id, "UPDATE orders SET status = ? WHERE id = ?", status);
  }
}

void note_work_began(Context& context, std::string_view order_id, const KnownOrder& order) {
  if (order.status != "routed") {
    derive_status(context, order_id);
    return;
  }
  // Nothing but a warehouse at work was missing.
  update_order(context, order_id, "UPDATE orders SET status = 'released' WHERE id = ?");
}

bool is_over(std::string_view status) {
  return status == "rejected" || status == "cancelled" || status == "closed";
}

std::string_view channel_connector(const Settings& settings, const std::string& channel) {
  const auto found = settings.channels.find(channel);
  return found == settings.channels.end() ? std::string_view() : found->second.connector;
}

ShortagePolicy shortage_policy(const Settings& settings, const std::string& channel,
                               const canonical::RequestedDelivery& requested) {
  if (requested.ship_complete) {
    return ShortagePolicy::ship_complete;
  }
  const auto found = settings.channels.find(channel);
  return found == settings.channels.end() ? ShortagePolicy::backorder : found->second.shortage;
}

int channel_priority(const Settings& settings, const std::string& channel) {
  const auto found = settings.channels.find(channel);
  return found == settings.channels.end() ? 0 : found->second.priority;
}

Wanted wanted_by(const KnownOrder& order, std::vector<Demand> demands) {
  Wanted out;
  out.channel = order.header.channel;
  out.ship_to = order.header.ship_to;
  out.service = order.service;
  out.value_minor = order.value_minor;
  out.demands = std::move(demands);
  return out;
}

Wanted wanted_of(const Context& context, std::string_view order_id, const KnownOrder& order,
                 std::vector<Demand> demands) {
  auto out = wanted_by(order, std::move(demands));
  auto statement = context.db.prepare(
      "SELECT warehouse FROM shipments WHERE order_id = ? AND state = 'rejected'");
  statement.bind(order_id);
  while (statement.step()) {
    out.excluded.insert(statement.text(0));
  }
  return out;
}

std::string promise_text(const std::optional<canonical::LocalDate>& day) {
  return day ? canonical::to_string(*day) : std::string();
}

void note_promise(Context& context, std::string_view order_id,
                  const std::optional<canonical::LocalDate>& ship_on,
                  const std::optional<canonical::LocalDate>& arrives_on) {
  update_order(context, order_id, "UPDATE orders SET ship_on = ?, arrives_on = ? WHERE id = ?",
               promise_text(ship_on), promise_text(arrives_on));
}

}  // namespace crossdock::host::process
