#include "host/process/orders/change_requests.hpp"

#include <algorithm>
#include <set>

#include "crossdock/canonical/codec.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/orders/cancellation.hpp"
#include "host/process/orders/capture.hpp"
#include "host/process/orders/change_steps.hpp"
#include "host/process/orders/early.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/ownership.hpp"
#include "host/process/partners/named_products.hpp"
#include "host/process/pricing/prices.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/units.hpp"

namespace crossdock::host::process {
namespace {

using canonical::LineStatus;
using canonical::OrderChangeLine;

constexpr std::size_t kLongestNote = 250;  // MSG01 has room for 264

// A change under way: the order, what is said of it so far, and what it sets free.
struct Changing {
  Context& context;
  const std::string id;
  const KnownOrder order;
  const canonical::OrderChange& change;
  const canonical::MessageView& message;
  canonical::OrderChangeAcknowledgement answer;
  std::vector<std::string> freed;
  std::set<std::string> named;  // lines that it speaks of
};

std::optional<canonical::OrderLine> line_in(const std::vector<canonical::OrderLine>& lines,
                                            const std::string& line_no) {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [&](const auto& one) { return one.line_no == line_no; });
  return found == lines.end() ? std::nullopt : std::optional(*found);
}

// The order's line that is meant: by its number, else by its product where one line is of that.
canonical::OrderLine meant(Changing& at, const OrderChangeLine& asked) {
  const auto lines = order_lines(at.context.db, at.id);
  const ProductNumbers numbers{asked.sku, asked.gtin ? std::string_view(*asked.gtin) : "",
                               asked.buyer_part ? std::string_view(*asked.buyer_part) : ""};
  const bool named = !numbers.sku.empty() || !numbers.gtin.empty() || !numbers.buyer_part.empty();
  if (!asked.line_no.empty()) {
    auto line = line_in(lines, asked.line_no);
    if (!line) {
      throw Refused("the order has no line " + asked.line_no);
    }
    if (named && !is_of(at.context.db, *line, numbers)) {
      throw Refused("line " + asked.line_no + " is " + line->sku + ", not " + in_words(numbers));
    }
    return *line;
  }
  std::optional<canonical::OrderLine> found;
  for (const auto& line : lines) {
    if (!is_of(at.context.db, line, numbers)) {
      continue;
    }
    if (found) {
      throw Refused("more than one line is of " + in_words(numbers) + "; name it by its number");
    }
    found = line;
  }
  if (!found) {
    throw Refused("no line of the order is of " + in_words(numbers));
  }
  return *found;
}

// What the buyer wants to pay is compared with the references where the channel's orders are.
void check_price(const Changing& at, const std::string& sku, std::int64_t quantity,
                 const canonical::UnitPrice& price) {
  const auto& header = at.order.header;
  if (price.e6 < 0 || price.currency != header.currency) {
    throw Refused("a price of " + canonical::to_string(price) +
                  " cannot be agreed; the order is in " + header.currency);
  }
  const auto channel = at.context.settings.channels.find(header.channel);
  if (channel == at.context.settings.channels.end() ||
      channel->second.price_check == PriceCheck::none) {
    return;
  }
  const auto reference = price_for(at.context.db, {.sku = sku,
                                                   .customer = header.customer,
                                                   .channel = header.channel,
                                                   .currency = header.currency,
                                                   .quantity_e4 = quantity,
                                                   .at_ns = at.context.now_ns});
  if (reference && reference->unit_price_e6 != price.e6) {
    throw Refused(
        "the price is " +
        canonical::to_string(canonical::UnitPrice{reference->unit_price_e6, header.currency}) +
        " by list " + reference->list + ", not " + canonical::to_string(price));
  }
}

void add_line(Changing& at, const OrderChangeLine& asked, std::string& line_no) {
  const auto number = next_line_number(at.context.db, at.id);
  canonical::OrderLine line;
  line.line_no = asked.line_no.empty() ? std::to_string(number) : asked.line_no;
  line_no = line.line_no;
  if (line_in(order_lines(at.context.db, at.id), line.line_no)) {
    throw Refused("the order has a line " + line.line_no + " already");
  }
  line.sku =
      known_sku(at.context.db, {asked.sku, asked.gtin ? std::string_view(*asked.gtin) : "", {}});
  line.gtin = asked.gtin;
  line.buyer_part = asked.buyer_part;
  line.description = asked.description;
  if (!asked.ordered || asked.ordered->e4 <= 0) {
    throw Refused("a further line needs a quantity");
  }
  line.ordered = *asked.ordered;
  line.requested_ship = asked.requested_ship;
  if (asked.unit_price && asked.unit_price->e6 != 0) {
    check_price(at, line.sku, line.ordered.e4, *asked.unit_price);
    line.unit_price = *asked.unit_price;
  } else if (const auto price = price_for(at.context.db, {.sku = line.sku,
                                                          .customer = at.order.header.customer,
                                                          .channel = at.order.header.channel,
                                                          .currency = at.order.header.currency,
                                                          .quantity_e4 = line.ordered.e4,
                                                          .at_ns = at.context.now_ns})) {
    line.unit_price = {price->unit_price_e6, at.order.header.currency};
  } else {
    throw Refused("a further line of " + line.sku + " needs a price");
  }
  if (const auto fault = line_fault(at.context, line, at.order.header.currency); !fault.empty()) {
    throw Refused(fault);
  }
  insert_line(at.context, at.id, line, number);
  add_demand(at.context, at.id, at.order, line.line_no, line.sku, line.ordered.e4);
}

// All of a line that is open; only where no warehouse works on any of it.
void drop_line(Changing& at, const canonical::OrderLine& line) {
  if (const auto working = in_hand(at.context.db, at.id, line.line_no); working > 0) {
    throw Refused("a warehouse works on " + units(working) + " of it");
  }
  const auto open = line.ordered.e4 - line.cancelled.e4 - line.shipped.e4;
  if (open <= 0) {
    throw Refused(line.shipped.e4 > 0 ? "it has shipped; it can only be returned"
                                      : "nothing of it is open");
  }
  cancel_line(at.context, at.id, at.order, line.line_no, open, "the buyer removed the line",
              at.freed);
}

void change_line(Changing& at, const OrderChangeLine& asked, const canonical::OrderLine& line) {
  const bool by_price = asked.change == "price";
  const bool by_quantity = asked.change == "quantity_increase" ||
                           asked.change == "quantity_decrease" ||
                           asked.change == "reschedule_quantity";
  if (!by_price && !by_quantity && asked.change != "price_quantity" && asked.change != "change" &&
      asked.change != "replace") {
    throw Refused("\"" + asked.change +
                  "\" of a single line is not carried out; change its "
                  "quantity or price, or the dates of the order");
  }
  const bool other_price =
      !by_quantity && asked.unit_price && asked.unit_price->e6 != line.unit_price.e6;
  const bool other_quantity = !by_price && asked.ordered.has_value();
  if (other_quantity && asked.ordered->uom != line.ordered.uom) {
    throw Refused("it was ordered by " + line.ordered.uom + ", not by " + asked.ordered->uom);
  }
  const auto quantity = other_quantity ? asked.ordered->e4 : line.ordered.e4;
  if (other_price) {
    check_price(at, line.sku, quantity, *asked.unit_price);
  }
  if (quantity == 0) {
    drop_line(at, line);
  } else if (quantity != line.ordered.e4) {
    change_quantity(at.context, at.id, at.order, line.line_no, quantity, at.freed);
  }
  if (other_price) {
    set_price(at.context, at.id, line.line_no, *asked.unit_price);
  }
}

// As much of a text as a note has room for, never a part of a character (UTF-8).
std::string cut(const std::string& text) {
  auto size = std::min(text.size(), kLongestNote);
  while (size > 0 && size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
    --size;
  }
  return text.substr(0, size);
}

void note(canonical::OrderChangeAcknowledgement& answer, const std::string& about,
          const std::string& text) {
  canonical::Note out;
  out.qualifier = "L1";  // letters or notes
  out.reference = about;
  out.text = cut(text);
  answer.notes.push_back(std::move(out));
}

// Carries one line out and begins its answer; what then holds of the line is filled in at the end.
void take_line(Changing& at, const OrderChangeLine& asked) {
  auto& said = at.answer.lines.emplace_back();
  said.line_no = asked.line_no;
  said.change = asked.change;
  said.sku = asked.sku;
  said.gtin = asked.gtin;
  said.buyer_part = asked.buyer_part;
  said.ordered = asked.ordered;
  said.unit_price = asked.unit_price;
  said.status = LineStatus::accepted;
  try {
    if (asked.change == "add") {
      add_line(at, asked, said.line_no);
    } else {
      const auto line = meant(at, asked);
      said.line_no = line.line_no;
      said.sku = line.sku;
      at.named.insert(line.line_no);
      if (asked.change == "delete") {
        drop_line(at, line);
      } else if (asked.change != "none") {
        change_line(at, asked, line);
      }
    }
    at.named.insert(said.line_no);
  } catch (const Refused& why) {
    said.status = LineStatus::rejected;
    if (asked.ordered) {
      said.rejected = *asked.ordered;
      said.quantity_left = "0";  // until the line that it is of is looked at
    }
    note(at.answer, said.line_no.empty() ? "line" : said.line_no, why.what());
  }
}

// Where a replacement names only some of the lines, the others are not wanted any more.
void drop_unnamed(Changing& at) {
  for (const auto& line : order_lines(at.context.db, at.id)) {
    const auto open = line.ordered.e4 - line.cancelled.e4 - line.shipped.e4;
    if (at.named.contains(line.line_no) || open <= 0) {
      continue;
    }
    OrderChangeLine gone;
    gone.line_no = line.line_no;
    gone.sku = line.sku;
    gone.change = "delete";
    take_line(at, gone);
  }
}

bool at_work(journal::Database& db, const std::string& order_id) {
  const auto plans = plans_of(db, order_id);
  return std::any_of(plans.begin(), plans.end(), is_at_work);
}

// What the buyer says of the place is compared, and nothing that he leaves out. A place that both
// know by its number is that place, whatever it is called.
bool differs(const canonical::Address& asked, const canonical::Address& known) {
  const auto other = [](const std::string& a, const std::string& b) {
    return !a.empty() && a != b;
  };
  const bool numbered = asked.location_code && known.location_code;
  return (numbered ? *asked.location_code != *known.location_code
                   : other(asked.name, known.name)) ||
         other(asked.gln.value_or(""), known.gln.value_or("")) ||
         other(asked.street, known.street) || other(asked.city, known.city) ||
         other(asked.region, known.region) || other(asked.postal_code, known.postal_code);
}

// What is planned is planned anew: its label bears the old address.
void take_address(Changing& at) {
  const auto& asked = at.change.header.ship_to;
  if (!differs(asked, at.order.header.ship_to)) {
    return;
  }
  std::string why;
  if (asked.city.empty()) {
    why = "the address has no city";
  } else if (!at.message.source.empty() && !may_write(at.context, "address", at.message)) {
    why = "another system owns addresses of orders";
  } else if (at_work(at.context.db, at.id)) {
    why = "a warehouse works on the order for the address that it has";
  }
  if (!why.empty()) {
    note(at.answer, "address", why);
    at.answer.status = canonical::AcknowledgementStatus::accepted_with_changes;
    return;
  }
  for (const auto& planned : plans_of(at.context.db, at.id)) {
    if (is_only_planned(planned)) {
      withdraw_plan(at.context, planned);
    }
  }
  auto header = at.order.header;
  header.ship_to = asked;
  update_order(at.context, at.id, "UPDATE orders SET header = ? WHERE id = ?",
               canonical::encode(header));
  log_order(at.context, at.id, "address changed", "by the buyer");
}

void take_dates(Changing& at) {
  const auto& asked = at.change.requested;
  auto known = at.order.requested;
  bool changed = false;
  const auto take = [&](const std::optional<canonical::LocalDate>& day,
                        std::optional<canonical::LocalDate>& to) {
    if (day && day != to) {
      to = day;
      changed = true;
    }
  };
  take(asked.ship_after, known.ship_after);
  take(asked.ship_by, known.ship_by);
  take(asked.deliver_by, known.deliver_by);
  take(asked.cancel_after, known.cancel_after);
  if (!changed) {
    return;
  }
  update_order(at.context, at.id, "UPDATE orders SET requested = ? WHERE id = ?",
               canonical::encode(known));
  log_order(at.context, at.id, "dates changed", "by the buyer");
  if (at_work(at.context.db, at.id)) {
    at.context.alert("dates_changed", at.id,
                     "purchase order " + at.order.header.po_number + " of " +
                         at.order.header.channel +
                         " shall ship by other dates, but a warehouse works on it already; "
                         "call the warehouse");
  }
}

void cancel_whole(Changing& at) {
  cancel_order(at.context, at.id, "the buyer cancelled");
  for (const auto& line : order_lines(at.context.db, at.id)) {
    auto& said = at.answer.lines.emplace_back();
    said.line_no = line.line_no;
    said.sku = line.sku;
    said.gtin = line.gtin;
    said.buyer_part = line.buyer_part;
    said.unit_price = line.unit_price;
    said.change = "delete";
    said.ordered = line.ordered;
    const auto kept = line.ordered.e4 - line.cancelled.e4;
    said.quantity_left = units(kept - line.shipped.e4);
    said.status = kept > 0 ? LineStatus::rejected : LineStatus::accepted;
    said.acknowledged = {line.cancelled.e4, line.ordered.uom};
    if (kept > 0) {
      said.rejected = {kept, line.ordered.uom};
      note(at.answer, line.line_no,
           line.shipped.e4 > 0 ? units(line.shipped.e4) + " of it have shipped"
                               : "a warehouse works on it and was asked to give it back");
    }
  }
}

// What now holds of the lines that were changed: what ships, and what waits.
void fill_in(Changing& at) {
  const auto lines = order_lines(at.context.db, at.id);
  for (auto& said : at.answer.lines) {
    const auto line = line_in(lines, said.line_no);
    if (!line) {
      continue;
    }
    said.quantity_left = units(line->ordered.e4 - line->cancelled.e4 - line->shipped.e4);
    if (said.status == LineStatus::rejected) {
      continue;
    }
    said.sku = line->sku;
    said.gtin = line->gtin;
    said.buyer_part = line->buyer_part;
    said.unit_price = line->unit_price;
    said.ordered = line->ordered;
    const auto waits = open_at(at.context.db, at.id, line->line_no, kNoPlace);
    said.backordered = {waits, line->ordered.uom};
    said.acknowledged = {std::max<std::int64_t>(0, line->ordered.e4 - line->cancelled.e4 - waits),
                         line->ordered.uom};
    if (waits > 0) {
      said.status =
          said.acknowledged.e4 > 0 ? LineStatus::quantity_changed : LineStatus::backordered;
    }
  }
}

void answer(Changing& at) {
  const std::string key =
      at.id + "/change/" + at.change.change_no.value_or(std::string(at.message.id));
  auto& out = at.answer;
  out.order = find_order(at.context.db, at.id)->header;
  out.change_no = at.change.change_no;
  out.acknowledged_at = canonical::Instant{at.context.now_ns};
  std::size_t refused = 0;
  bool changed = out.status == canonical::AcknowledgementStatus::accepted_with_changes;
  for (const auto& line : out.lines) {
    refused += line.status == LineStatus::rejected ? 1 : 0;
    changed |= line.status != LineStatus::accepted;
  }
  const bool nothing = !out.lines.empty() && refused == out.lines.size();
  out.status = nothing   ? canonical::AcknowledgementStatus::rejected
               : changed ? canonical::AcknowledgementStatus::accepted_with_changes
                         : canonical::AcknowledgementStatus::accepted;
  if (refused > 0) {
    at.context.alert("change_refused", at.id,
                     "purchase order " + out.order.po_number + " of " + out.order.channel + ": " +
                         std::to_string(refused) + " of " + std::to_string(out.lines.size()) +
                         " changed lines could not be changed" +
                         (out.notes.empty() ? "" : ": " + out.notes.front().text));
  }
  at.context.send({.type = canonical::kOrderChangeAnswered,
                   .target = channel_connector(at.context.settings, out.order.channel),
                   .business_key = at.order.business_key,
                   .subject = key,
                   .idempotency_key = key,
                   .data = canonical::encode(out),
                   .correlation_id = at.order.correlation_id});
}

void refuse_all(Changing& at, const std::string& why) {
  for (const auto& asked : at.change.lines) {
    auto& said = at.answer.lines.emplace_back();
    said.line_no = asked.line_no;
    said.change = asked.change;
    said.sku = asked.sku;
    said.ordered = asked.ordered;
    said.status = LineStatus::rejected;
    if (asked.ordered) {
      said.rejected = *asked.ordered;
      said.quantity_left = "0";
    }
  }
  if (at.answer.lines.empty()) {
    auto& said = at.answer.lines.emplace_back();
    said.change = "none";
    said.status = LineStatus::rejected;
  }
  note(at.answer, "order", why);
}

bool is_first(Context& context, const std::string& order_id, const canonical::OrderChange& change,
              const canonical::MessageView& message) {
  if (change.change_no.value_or("").empty()) {
    return true;
  }
  context.db
      .prepare(
          "INSERT INTO order_changes(order_id, change_no, at, message) VALUES(?,?,?,?) ON CONFLICT "
          "DO NOTHING")
      .bind(order_id, *change.change_no, context.now_ns, message.id)
      .run();
  return context.db.changes() > 0;
}

}  // namespace

void order_change_requested(Context& context, const canonical::OrderChange& change,
                            const canonical::MessageView& message) {
  const auto& header = change.header;
  const auto po_number = header.po_number.empty() ? header.channel_order_no : header.po_number;
  const auto connector = channel_connector(context.settings, header.channel);
  // One that was kept until its order came was looked at when it came.
  const bool kept = message.source.empty();
  if (connector.empty() || (!kept && message.source != connector)) {
    throw Refused("connector " + std::string(message.source) + " changes purchase order " +
                  po_number + " of channel " + header.channel +
                  (connector.empty() ? ", which is not configured"
                                     : ", for which only " + std::string(connector) + " speaks"));
  }
  const bool cancels = change.purpose == "cancel";
  const bool replaces = change.purpose == "replace";
  if (!cancels && !replaces && change.purpose != "change" && change.purpose != "original") {
    throw Refused("a change of purchase order " + po_number + " has the purpose \"" +
                  change.purpose + "\", which changes nothing; expected change, replace or cancel");
  }
  const auto id = order_id_of(context.db, "", header.channel, po_number);
  if (id.empty()) {
    keep_early(context, header.channel, po_number, message);
    context.alert("early_change", po_number,
                  "purchase order " + po_number + " of " + header.channel +
                      " is changed, but has not come; it is changed when it comes");
    return;
  }
  if (!is_first(context, id, change, message)) {
    return;
  }
  Changing at{context, id, *find_order(context.db, id), change, message, {}, {}, {}};
  at.answer.status = canonical::AcknowledgementStatus::accepted;
  if (is_over(at.order.status)) {
    refuse_all(at, "the order is " + at.order.status + "; nothing of it can be changed");
  } else if (!kept && !may_write(context, "lines", message)) {
    note_advice(context, "order", id, "lines", message, "another system owns order lines");
    refuse_all(at, "orders are changed elsewhere");
  } else if (cancels) {
    cancel_whole(at);
  } else {
    take_dates(at);
    take_address(at);
    for (const auto& line : change.lines) {
      take_line(at, line);
    }
    if (replaces) {
      drop_unnamed(at);
    }
    set_value(context, id);
    log_order(
        context, id, "changed",
        "by the buyer" + (change.change_no ? ", change " + *change.change_no : std::string()));
    proceed(context, id);
    derive_status(context, id);
    cover_backorders(context, at.freed);
    fill_in(at);
  }
  answer(at);
}

}  // namespace crossdock::host::process
