#include "host/process/transfers/transfers.hpp"

#include <algorithm>

#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/warehousing.hpp"
#include "host/process/directory.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/inventory/counts.hpp"
#include "host/process/inventory/feeds.hpp"
#include "host/process/inventory/ledger.hpp"
#include "host/process/inventory/supply.hpp"
#include "host/process/reconciliation/discrepancies.hpp"
#include "host/process/reservations/reservations.hpp"

namespace crossdock::host::process {
namespace {

struct Line {
  std::string sku;
  std::int64_t planned = 0;
  std::int64_t shipped = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::int64_t missing = 0;
  std::int64_t returned = 0;
  std::int64_t on_its_way() const { return shipped - accepted - rejected - missing - returned; }
};

struct Known {
  std::string id;
  std::string from;
  std::string to;
  std::string state;
  std::int64_t eta_ns = 0;
  std::vector<Line> lines;
};

std::optional<Known> find(journal::Database& db, std::string_view id) {
  Known out;
  {
    auto statement =
        db.prepare("SELECT id, source, destination, state, eta FROM transfers WHERE id = ?");
    statement.bind(id);
    if (!statement.step()) {
      return std::nullopt;
    }
    out = {statement.text(0), statement.text(1),    statement.text(2),
           statement.text(3), statement.integer(4), {}};
  }
  auto statement = db.prepare(
      "SELECT sku, planned, shipped, accepted, rejected, missing, returned FROM transfer_lines "
      "WHERE transfer = ? ORDER BY sku");
  statement.bind(id);
  while (statement.step()) {
    out.lines.push_back({statement.text(0), statement.integer(1), statement.integer(2),
                         statement.integer(3), statement.integer(4), statement.integer(5),
                         statement.integer(6)});
  }
  return out;
}

void set_state(Context& context, const std::string& id, std::string_view state,
               std::string_view reason = {}) {
  context.db
      .prepare(
          "UPDATE transfers SET state = ?2, reason = CASE WHEN ?3 = '' THEN reason ELSE ?3 END, "
          "rev = rev + 1 WHERE id = ?1")
      .bind(id, state, reason)
      .run();
}

void store_line(Context& context, const std::string& id, const Line& line) {
  context.db
      .prepare(
          "INSERT INTO transfer_lines(transfer, sku, planned, shipped, accepted, rejected, "
          "missing, "
          "returned) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(transfer, sku) DO UPDATE "
          "SET planned = ?3, shipped = ?4, accepted = ?5, rejected = ?6, missing = ?7, returned = "
          "?8")
      .bind(id, line.sku, line.planned, line.shipped, line.accepted, line.rejected, line.missing,
            line.returned)
      .run();
}

void set_in_transit(Context& context, const Known& transfer, const Line& line) {
  set_supply(context, "transfer/" + transfer.id + "/" + line.sku, "transfer", line.sku, transfer.to,
             line.on_its_way(), transfer.eta_ns);
}

void insert(Context& context, const canonical::Transfer& t, std::string_view state) {
  std::int64_t eta = 0;
  if (t.eta) {
    eta = canonical::instant_at(*t.eta, 0, context.warehouse(t.to).warehouse.timezone)
              .value_or(canonical::Instant{})
              .ns;
  }
  context.db
      .prepare(
          "INSERT INTO transfers(id, source, destination, state, eta, created_at) "
          "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO UPDATE SET state = ?4, eta = ?5, "
          "rev = rev + 1")
      .bind(t.id, t.from, t.to, state, eta, context.now_ns)
      .run();
  for (const auto& line : t.lines) {
    store_line(context, t.id, {.sku = line.sku, .planned = line.planned.e4});
  }
}

void check(Context& context, const canonical::Transfer& t) {
  context.warehouse(t.from);
  context.warehouse(t.to);
  if (t.id.empty() || t.from == t.to || t.lines.empty()) {
    throw Refused(
        "a transfer needs an id, lines, and two warehouses that differ; this one goes from " +
        t.from + " to " + t.to);
  }
  for (std::size_t i = 0; i < t.lines.size(); ++i) {
    const auto& line = t.lines[i];
    for (const auto quantity :
         {line.planned.e4, line.shipped.e4, line.accepted.e4, line.rejected.e4, line.missing.e4}) {
      if (quantity < 0) {
        throw Refused("transfer " + t.id + " says less than nothing of " + line.sku);
      }
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (t.lines[j].sku == line.sku) {
        throw Refused("transfer " + t.id + " names " + line.sku + " on two lines; make it one");
      }
    }
  }
}

void let_go(Context& context, const Known& transfer) {
  for (const auto& line : transfer.lines) {
    release(context, transfer.id, line.sku, transfer.from, line.planned);
  }
}

// Holds what shall be sent; all of it or nothing.
void make_ready(Context& context, const Known& transfer) {
  AvailableStock stock(context.db, context.settings, "", context.now_ns);
  for (const auto& line : transfer.lines) {
    const auto there = stock.left(line.sku, transfer.from);
    if (there < line.planned) {
      throw Refused("transfer " + transfer.id + " wants " +
                    canonical::decimal_text(line.planned, 4) + " of " + line.sku + " from " +
                    transfer.from + ", where " + canonical::decimal_text(there, 4) +
                    " can be promised; send less");
    }
    hold(context, {.order_id = transfer.id,
                   .line_no = line.sku,
                   .sku = line.sku,
                   .place = transfer.from,
                   .channel = {},
                   .quantity = line.planned,
                   .demand = "transfer"});
  }
}

void tell_source(Context& context, const canonical::Transfer& transfer) {
  const auto& connector = context.warehouse(transfer.from).transfer_connector;
  if (connector.empty()) {
    return;
  }
  auto out = transfer;
  out.state = canonical::TransferState::ready;
  context.send({.type = canonical::kTransferOrdered,
                .target = connector,
                .business_key = "transfer:" + transfer.id,
                .subject = transfer.id,
                .idempotency_key = "transfer/" + transfer.id + "/ordered",
                .data = canonical::encode(out)});
}

// Tells the warehouse that waits for it what is on its way (X12 943).
void announce(Context& context, const Known& transfer) {
  const auto& there = context.warehouse(transfer.to);
  if (there.notice_connector.empty()) {
    return;
  }
  const auto& from = context.warehouse(transfer.from).warehouse;
  canonical::TransferNotice out;
  out.id = transfer.id;
  out.from = transfer.from;
  out.to = transfer.to;
  out.state = "in_transit";
  out.shipped_on = canonical::local_date({context.now_ns}, from.timezone);
  out.eta = canonical::local_date({transfer.eta_ns}, there.warehouse.timezone);
  if (transfer.eta_ns == 0) {
    out.eta.reset();
  }
  const auto named = [](canonical::Address address, const std::string& code) {
    if (address.name.empty()) {
      address.name = code;
    }
    return address;
  };
  out.ship_from = named(from.address, transfer.from);
  out.ship_to = named(there.warehouse.address, transfer.to);
  for (const auto& line : transfer.lines) {
    if (line.shipped > 0) {
      const auto product = product_facts(context.db, line.sku);
      auto& one = out.lines.emplace_back();
      one.sku = line.sku;
      one.shipped = {line.shipped,
                     product && !product->base_uom.empty() ? product->base_uom : "EA"};
    }
  }
  context.send({.type = canonical::kTransferAnnounced,
                .target = there.notice_connector,
                .business_key = "transfer:" + transfer.id,
                .subject = transfer.id,
                .idempotency_key = "transfer/" + transfer.id + "/announced",
                .data = canonical::encode(out)});
}

void book(Context& context, const Known& transfer, std::string_view warehouse,
          std::string_view kind, const Line& line, const Stock& change, const std::string& key) {
  record_movement(context,
                  {.sku = line.sku,
                   .warehouse = warehouse,
                   .kind = kind,
                   .change = change,
                   .cause = transfer.id,
                   .occurred_at_ns = context.now_ns,
                   .idempotency_key = "transfer/" + transfer.id + "/" + key + "/" + line.sku});
}

void report_missing(Context& context, const Known& transfer, const Line& line) {
  raise_discrepancy(
      context,
      {.kind = "transfer_missing",
       .key = transfer.id + "/" + line.sku,
       .left = {transfer.from, transfer.id, canonical::decimal_text(line.shipped, 4)},
       .right = {transfer.to, transfer.id,
                 canonical::decimal_text(line.accepted + line.rejected, 4)},
       .severity = "warning",
       .cause = "what " + transfer.from + " sent did not all arrive at " + transfer.to,
       .proposed_fix = "write off " + canonical::decimal_text(line.missing, 4) + " of " + line.sku +
                       ", or adjust " + transfer.from + " if it was never sent"});
}

// Ends a transfer of which nothing is on its way any more.
void finish(Context& context, const Known& transfer, std::string_view reason = {}) {
  bool misses = false;
  bool returned = false;
  for (const auto& line : transfer.lines) {
    if (line.on_its_way() > 0) {
      set_state(context, transfer.id, "partially_received", reason);
      return;
    }
    misses |= line.missing > 0;
    returned |= line.returned > 0;
    if (line.missing > 0) {
      report_missing(context, transfer, line);
    }
  }
  set_state(context, transfer.id,
            misses     ? "closed_short"
            : returned ? "cancelled"
                       : "received",
            reason);
}

bool is_open(const Known& transfer) {
  return transfer.state == "in_transit" || transfer.state == "partially_received";
}

// What is still on its way goes back, or is gone.
std::vector<std::string> settle_in_transit(Context& context, Known& transfer,
                                           canonical::InTransitRule rule,
                                           const std::string& reason) {
  std::vector<std::string> raised;
  const bool back = rule == canonical::InTransitRule::return_to_source;
  for (auto& line : transfer.lines) {
    const auto open = line.on_its_way();
    if (open <= 0) {
      continue;
    }
    (back ? line.returned : line.missing) += open;
    if (back) {
      book(context, transfer, transfer.from, "transfer_in", line, {.on_hand = open}, "returned");
      raised.push_back(line.sku);
    }
    store_line(context, transfer.id, line);
    set_in_transit(context, transfer, line);
  }
  finish(context, transfer, reason);
  return raised;
}

}  // namespace

void transfer_requested(Context& context, const canonical::Transfer& t) {
  check(context, t);
  const auto known = find(context.db, t.id);
  if (known && known->state != "draft") {
    return;  // it is known, and further than a request can bring it
  }
  for (const auto& line : t.lines) {
    if (line.planned.e4 <= 0) {
      throw Refused("transfer " + t.id + " plans nothing of " + line.sku);
    }
  }
  if (known) {
    context.db.prepare("DELETE FROM transfer_lines WHERE transfer = ?").bind(t.id).run();
  }
  const bool ready = t.state != canonical::TransferState::draft;
  insert(context, t, ready ? "ready" : "draft");
  if (ready) {
    make_ready(context, *find(context.db, t.id));
    tell_source(context, t);
  }
}

void transfer_dispatched(Context& context, const canonical::Transfer& t) {
  auto known = find(context.db, t.id);
  if (known && known->state != "draft" && known->state != "ready") {
    context.alert("repeated_dispatch", t.id,
                  "transfer " + t.id + " is said to leave again, though it is " + known->state +
                      "; not counted");
    return;
  }
  check(context, t);
  if (!known) {
    insert(context, t, "ready");
    known = find(context.db, t.id);
  }
  let_go(context, *known);
  for (const auto& line : t.lines) {
    auto found = std::find_if(known->lines.begin(), known->lines.end(),
                              [&](const Line& one) { return one.sku == line.sku; });
    if (found == known->lines.end()) {
      found = known->lines.insert(found, {.sku = line.sku});
    }
    found->shipped = line.shipped.e4 > 0 ? line.shipped.e4 : line.planned.e4;
  }
  for (auto& line : known->lines) {
    store_line(context, t.id, line);
    if (line.shipped > 0) {
      const auto before = position(context.db, line.sku, known->from);
      book(context, *known, known->from, "transfer_out", line, {.on_hand = -line.shipped}, "out");
      set_in_transit(context, *known, line);
      report_shortage(context, line.sku, known->from, before);
    }
  }
  context.db.prepare("UPDATE transfers SET dispatched_at = ?2 WHERE id = ?1")
      .bind(t.id, context.now_ns)
      .run();
  set_state(context, t.id, "in_transit");
  announce(context, *known);
  heard_of(context, known->from, context.now_ns);
}

std::vector<std::string> transfer_received(Context& context, const canonical::Transfer& t) {
  auto known = find(context.db, t.id);
  if (!known) {
    throw Refused("transfer " + t.id +
                  " arrives, but is not known; say that it was dispatched, then "
                  "replay");
  }
  const std::string receipt = t.receipt_ref.value_or(std::string(context.message_id));
  context.db
      .prepare(
          "INSERT INTO transfer_receipts(transfer, receipt) VALUES(?, ?) ON CONFLICT DO NOTHING")
      .bind(t.id, receipt)
      .run();
  if (context.db.changes() == 0) {
    return {};
  }
  if (!is_open(*known)) {
    throw Refused("transfer " + t.id + " arrives though it is " + known->state +
                  "; say that it was dispatched, then replay, or count");
  }
  std::vector<std::string> raised;
  for (const auto& line : t.lines) {
    const auto found = std::find_if(known->lines.begin(), known->lines.end(),
                                    [&](const Line& one) { return one.sku == line.sku; });
    const auto arrived = line.accepted.e4 + line.rejected.e4 + line.missing.e4;
    if (found == known->lines.end() || arrived > found->on_its_way()) {
      throw Refused("transfer " + t.id + ": " + canonical::decimal_text(arrived, 4) + " of " +
                    line.sku + " arrive, more than is on its way; count what is there instead");
    }
    found->accepted += line.accepted.e4;
    found->rejected += line.rejected.e4;
    found->missing += line.missing.e4;
    store_line(context, t.id, *found);
    // What was rejected is there too, and damaged until somebody looks at it.
    const Stock change{.on_hand = line.accepted.e4 + line.rejected.e4, .damaged = line.rejected.e4};
    if (change.on_hand > 0) {
      book(context, *known, known->to, "transfer_in", *found, change, "in/" + receipt);
    }
    if (line.accepted.e4 > 0) {
      raised.push_back(line.sku);
    }
    set_in_transit(context, *known, *found);
  }
  finish(context, *known);
  heard_of(context, known->to, context.now_ns);
  return raised;
}

std::vector<std::string> transfer_change_requested(Context& context,
                                                   const canonical::TransferChange& change) {
  using Action = canonical::TransferAction;
  auto known = find(context.db, change.id);
  if (!known) {
    throw Refused("transfer " + change.id + " is not known; see the list of transfers");
  }
  const auto reason = change.reason.value_or("");
  const bool before = known->state == "draft" || known->state == "ready";
  if (change.action == Action::ready) {
    if (known->state == "draft") {
      make_ready(context, *known);
      set_state(context, known->id, "ready", reason);
      canonical::Transfer out;
      out.id = known->id;
      out.from = known->from;
      out.to = known->to;
      for (const auto& line : known->lines) {
        out.lines.push_back({line.sku, {line.planned, "EA"}, {}, {}, {}, {}, {}, {}});
      }
      tell_source(context, out);
    }
    return {};
  }
  if (change.action == Action::unknown) {
    throw Refused("what to do with transfer " + change.id +
                  " is not known; say ready, cancel or close");
  }
  if (before && change.action == Action::cancel) {
    std::vector<std::string> freed;
    let_go(context, *known);
    for (const auto& line : known->lines) {
      freed.push_back(line.sku);
    }
    set_state(context, known->id, "cancelled", reason);
    return freed;
  }
  if (!is_open(*known)) {
    if (known->state == "cancelled" || known->state == "closed_short") {
      return {};  // said twice
    }
    throw Refused("transfer " + change.id + " is " + known->state + "; that cannot be taken back");
  }
  if (change.action == Action::close) {
    return settle_in_transit(
        context, *known, change.in_transit.value_or(canonical::InTransitRule::write_off), reason);
  }
  if (!change.in_transit || *change.in_transit == canonical::InTransitRule::unknown) {
    throw Refused("transfer " + change.id +
                  " is on its way; say what becomes of the goods: return_to_source or write_off");
  }
  return settle_in_transit(context, *known, *change.in_transit, reason);
}

std::int64_t under_way_to(journal::Database& db, std::string_view sku, std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(CASE t.state WHEN 'ready' THEN l.planned WHEN 'draft' THEN l.planned "
      "ELSE "
      "l.shipped - l.accepted - l.rejected - l.missing - l.returned END), 0) FROM transfer_lines l "
      "JOIN transfers t ON t.id = l.transfer WHERE l.sku = ? AND t.destination = ? AND t.state IN "
      "('draft', 'ready', 'in_transit', 'partially_received')");
  statement.bind(sku, warehouse);
  statement.step();
  return statement.integer(0);
}

}  // namespace crossdock::host::process
