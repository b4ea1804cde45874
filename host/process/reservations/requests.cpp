#include "host/process/reservations/requests.hpp"

#include <algorithm>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/supply.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/reservations/rows.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLongestTtlSeconds = 400LL * 24 * 3600;

canonical::ReservationState state_of(const std::string& name) {
  using S = canonical::ReservationState;
  return name == "soft"          ? S::soft
         : name == "hard"        ? S::hard
         : name == "backordered" ? S::backordered
         : name == "consumed"    ? S::consumed
         : name == "released"    ? S::released
         : name == "expired"     ? S::expired
         : name == "displaced"   ? S::displaced
         : name == "dated"       ? S::dated
                                 : S::unknown;
}

void answer(Context& context, const std::string& order_id, const std::string& line_no,
            const std::string& answer_to, std::int64_t short_by) {
  if (answer_to.empty()) {
    return;
  }
  canonical::ReservationAnswer out;
  out.order_id = order_id;
  out.line_no = line_no;
  out.short_by = {short_by, "EA"};
  for (const auto& row : rows_of(context.db, order_id)) {
    if (row.line_no != line_no) {
      continue;
    }
    canonical::Reservation one;
    one.id = row.id;
    one.order_id = row.order_id;
    one.line_no = row.line_no;
    one.sku = row.sku;
    one.warehouse = row.place == kGroupPlace ? "" : row.place;
    one.quantity = {row.quantity, "EA"};
    one.open = {row.open, "EA"};
    one.kind =
        row.state == "soft" ? canonical::ReservationKind::soft : canonical::ReservationKind::hard;
    one.state = state_of(row.state);
    one.priority = -row.rank;
    one.expires_at.ns = row.expires_at_ns;
    out.reservations.push_back(std::move(one));
  }
  context.send({.type = canonical::kReservationAnswered,
                .target = answer_to,
                .business_key = "reservation:" + order_id,
                .subject = order_id,
                .idempotency_key = "reservation/" + std::string(context.message_id) + "/" + line_no,
                .data = canonical::encode(out)});
}

// How much of what is asked for can be taken at a place now. What is wanted on a later day is
// measured against what can be promised for that day.
std::int64_t obtainable(Context& context, const canonical::ReservationRequest& r,
                        std::int64_t needed_at_ns) {
  if (needed_at_ns > context.now_ns) {
    std::int64_t most = 0;
    for (const auto& step :
         promise_by_date(context.db, context.settings, r.sku, r.channel, context.now_ns)) {
      most = step.from_ns <= needed_at_ns ? step.quantity : most;
    }
    return most;
  }
  if (r.warehouse.empty()) {
    return available_to_sell_at(context.db, context.settings, r.sku, r.channel, context.now_ns)
        .quantity;
  }
  AvailableStock stock(context.db, context.settings, r.channel, context.now_ns);
  return stock.left(r.sku, r.warehouse);
}

void check(Context& context, const canonical::ReservationRequest& r) {
  if (r.order_id.empty() || r.line_no.empty() || r.sku.empty()) {
    throw Refused("a reservation must name its demand (order_id), line_no and sku");
  }
  if (r.quantity.e4 < 0) {
    throw Refused("a reservation of " + r.sku + " asks for less than nothing");
  }
  if (!context.settings.channels.contains(r.channel)) {
    throw Refused("channel " + r.channel + " of a reservation of " + r.sku +
                  " is not in the configuration; add it, then replay");
  }
  if (!r.warehouse.empty()) {
    context.warehouse(r.warehouse);
  }
  if (r.ttl_seconds < 0 || r.ttl_seconds > kLongestTtlSeconds) {
    throw Refused("a reservation's ttl_seconds must be 0 to " + std::to_string(kLongestTtlSeconds));
  }
}

std::int64_t needed_at(Context& context, const canonical::ReservationRequest& r) {
  if (!r.needed_on) {
    return 0;
  }
  if (r.warehouse.empty()) {
    throw Refused("a reservation for a later day must name its warehouse");
  }
  return canonical::instant_at(*r.needed_on, 0, context.warehouse(r.warehouse).warehouse.timezone)
      .value_or(canonical::Instant{})
      .ns;
}

}  // namespace

void reservation_requested(Context& context, const canonical::ReservationRequest& r) {
  check(context, r);
  const std::string place = r.warehouse.empty() ? std::string(kGroupPlace) : r.warehouse;
  const auto dated = needed_at(context, r);
  std::int64_t open = open_at(context.db, r.order_id, r.line_no, place) +
                      open_at(context.db, r.order_id, r.line_no, kNoPlace);
  if (r.warehouse.empty()) {
    // Pinned already: what routing has given a warehouse counts for the request.
    open = 0;
    std::int64_t all = 0;
    for (const auto& row : rows_of(context.db, r.order_id)) {
      all += row.line_no == r.line_no && row.part == 0 ? in_product(row.open, row.factor) : 0;
    }
    open = all;
  }
  std::int64_t difference = r.quantity.e4 - open;
  std::int64_t short_by = 0;
  std::vector<std::string> freed;
  if (difference > 0) {
    const auto there = std::min(difference, obtainable(context, r, dated));
    const bool partly = r.shortage != canonical::ShortageRule::refuse;
    const auto taken = there == difference || partly ? there : 0;
    hold(context,
         {.order_id = r.order_id,
          .line_no = r.line_no,
          .sku = r.sku,
          .place = place,
          .channel = r.channel,
          .quantity = taken,
          .kind = r.kind == canonical::ReservationKind::soft ? HoldKind::soft : HoldKind::hard,
          .priority = static_cast<int>(r.priority),
          .demand = r.demand.empty() ? std::string_view("cart") : r.demand,
          .ttl_ns = r.ttl_seconds * kSecond,
          .needed_at_ns = dated});
    short_by = difference - taken;
    if (r.shortage == canonical::ShortageRule::backorder && short_by > 0) {
      hold(context, {.order_id = r.order_id,
                     .line_no = r.line_no,
                     .sku = r.sku,
                     .place = kNoPlace,
                     .channel = r.channel,
                     .quantity = short_by,
                     .priority = static_cast<int>(r.priority),
                     .demand = r.demand.empty() ? std::string_view("cart") : r.demand});
    }
  } else if (difference < 0) {
    auto less = -difference;
    less -= release(context, r.order_id, r.line_no, kNoPlace, less);
    for (const auto& row : rows_of(context.db, r.order_id)) {
      if (less > 0 && row.line_no == r.line_no && row.part == 0 && row.place != kNoPlace) {
        less -= release(context, r.order_id, r.line_no, row.place, less);
      }
    }
    freed.push_back(r.sku);
  }
  touch(context, r.order_id);
  answer(context, r.order_id, r.line_no, r.answer_to.value_or(""), short_by);
  cover_backorders(context, freed);
}

void reservation_change_requested(Context& context, const canonical::ReservationChange& c) {
  using Action = canonical::ReservationAction;
  std::vector<ReservationRow> rows;
  for (auto& row : rows_of(context.db, c.order_id)) {
    if ((c.line_no.empty() || row.line_no == c.line_no) && row.part == 0) {
      rows.push_back(std::move(row));
    }
  }
  if (rows.empty()) {
    throw Refused("nothing is reserved for " + c.order_id +
                  (c.line_no.empty() ? "" : " line " + c.line_no) + "; reserve it first");
  }
  std::int64_t short_by = 0;
  std::vector<std::string> freed;
  if (c.action == Action::extend) {
    touch(context, c.order_id);
  }
  for (const auto& row : rows) {
    const auto open = in_product(row.open, row.factor);
    const auto wanted = c.quantity ? std::min(c.quantity->e4, open) : open;
    switch (c.action) {
      case Action::confirm:
        if (row.state == "expired") {
          // Late: a fresh hold of what lapsed, or a shortage; never a silent success.
          canonical::ReservationRequest again;
          again.order_id = row.order_id;
          again.line_no = row.line_no;
          again.sku = row.sku;
          again.channel = row.channel;
          again.warehouse = row.place == kGroupPlace ? "" : row.place;
          const auto lapsed = row.quantity - row.consumed;
          const auto there = obtainable(context, again, 0);
          if (there >= lapsed) {
            hold(context, {.order_id = row.order_id,
                           .line_no = row.line_no,
                           .sku = row.sku,
                           .place = row.place,
                           .channel = row.channel,
                           .quantity = lapsed,
                           .priority = static_cast<int>(-row.rank),
                           .demand = row.demand});
            log_event(context, row.id, "re_reserved", lapsed, row.place);
          } else {
            short_by += lapsed;
            context.alert("shortage", row.order_id,
                          "line " + row.line_no + ": its hold had lapsed and the stock is gone");
          }
        } else {
          confirm(context, row.order_id, row.line_no, row.place);
        }
        break;
      case Action::release:
        release(context, row.order_id, row.line_no, row.place, wanted);
        freed.push_back(row.sku);
        break;
      case Action::pin: {
        context.warehouse(c.warehouse);
        if (row.place != kGroupPlace || open == 0) {
          break;
        }
        // Its own hold is not in its own way: looked at with the hold away, in one transaction.
        const auto stock = stock_of(context.db, context.settings, row.sku, context.now_ns);
        const auto here = part_of_warehouse(stock, context.settings, row.channel, c.warehouse);
        if (here < wanted) {
          throw Refused("warehouse " + c.warehouse + " has " + canonical::decimal_text(here, 4) +
                        " of " + row.sku + " for channel " + row.channel + ", not " +
                        canonical::decimal_text(wanted, 4) + "; pin less or elsewhere");
        }
        move_hold(context, row.order_id, row.line_no, kGroupPlace, c.warehouse, wanted);
        break;
      }
      case Action::displace:
        if (row.state == "hard" && row.place == c.warehouse) {
          // What it gives up is for whoever it was displaced for, not for the queue it now stands
          // in.
          displace(context, row.order_id, row.line_no, row.place, wanted);
        }
        break;
      case Action::extend:
        break;
      case Action::unknown:
        throw Refused("what to do with the reservation of " + c.order_id +
                      " is not known; say confirm, release, extend, pin or displace");
    }
  }
  answer(context, c.order_id, rows.front().line_no, c.answer_to.value_or(""), short_by);
  cover_backorders(context, freed);
}

}  // namespace crossdock::host::process
