// What is kept of every order: its header and lines, its facts per axis, and the status that
// follows from them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"
#include "host/process/sourcing/sourcing.hpp"

namespace crossdock::host::process {

// The header that every document about an order repeats, the keys of its messages, and its facts.
struct KnownOrder {
  canonical::OrderHeader header;
  canonical::RequestedDelivery requested;
  std::string correlation_id;
  std::string business_key;
  std::string status;
  std::string service;  // it ships by this, whatever was asked for
  std::string fraud;    // none, pending, cleared, failed
  std::string credit;   // none, pending, referred, approved, declined
  std::string payment;  // none, failed, authorised, captured, part_refunded, refunded
  std::int64_t value_minor = 0;
  std::int64_t released_at_ns = 0;  // 0: held back
  std::string trouble;              // what went wrong last and still stands, in words
};
std::shared_ptr<const KnownOrder> find_order(journal::Database& db, std::string_view order_id);
// By our id, or by channel and purchase order number; empty where there is none.
std::string order_id_of(journal::Database& db, std::string_view order_id, std::string_view channel,
                        std::string_view po_number);
// The lines in the buyer's order, with what shipped, was invoiced and was cancelled so far.
std::vector<canonical::OrderLine> order_lines(journal::Database& db, std::string_view order_id);
// The same without a copy of them.
using KnownLines = std::shared_ptr<const std::vector<canonical::OrderLine>>;
KnownLines known_lines(journal::Database& db, std::string_view order_id);

// Orders and their lines are read again soon after they were written, so what is known of them is
// remembered. Whatever writes to a row of `orders` or `order_lines` says whose it is by these, and
// changes no other's: then the others stay known.
void add_order(Context& context, const std::function<void()>& write, KnownOrder order);
void add_lines(Context& context, std::string_view order_id, const std::function<void()>& write,
               std::vector<canonical::OrderLine> lines);
void change_order(Context& context, std::string_view order_id, const std::function<void()>& write);
void change_lines(Context& context, std::string_view order_id, const std::function<void()>& write);
// By one statement whose last parameters are the order's id, or that and the line's number.
template <class... Values>
void update_order(Context& context, std::string_view order_id, std::string_view sql,
                  const Values&... values) {
  change_order(context, order_id, [&] { context.db.prepare(sql).bind(values..., order_id).run(); });
}
template <class... Values>
void update_line(Context& context, std::string_view order_id, std::string_view line_no,
                 std::string_view sql, const Values&... values) {
  change_lines(context, order_id,
               [&] { context.db.prepare(sql).bind(values..., order_id, line_no).run(); });
}
// What an order's lines and charges are worth together, in minor units; nothing where that is more
// than money can be.
std::optional<std::int64_t> worth_of(const canonical::Order& order);

// The derived status (canonical model, section 4) from the facts alone; the first that fits:
//   rejected, cancelled, closed, on_hold, (partially_)returned, (partially_)delivered,
//   (partially_)shipped, released, routed, backordered, approved, captured
std::string derived_status(journal::Database& db, std::string_view order_id);
// The same, stored; with it, where it is not 0, since when warehouses may work on the order.
void derive_status(Context& context, std::string_view order_id, std::int64_t released_at_ns = 0);
// The same after a shipment of the order went to its warehouse, where `order` is as it was before.
void note_work_began(Context& context, std::string_view order_id, const KnownOrder& order);
// rejected, cancelled or closed: nothing of it is still to be done.
bool is_over(std::string_view status);

// The connector that speaks to the order's buyer; empty where the channel is gone.
std::string_view channel_connector(const Settings& settings, const std::string& channel);
// What to do with what is missing: the order's own wish before the channel's rule.
ShortagePolicy shortage_policy(const Settings& settings, const std::string& channel,
                               const canonical::RequestedDelivery& requested);
int channel_priority(const Settings& settings, const std::string& channel);

// What sourcing is asked for some lines of an order that no warehouse has heard of, and of any.
Wanted wanted_by(const KnownOrder& order, std::vector<Demand> demands);
Wanted wanted_of(const Context& context, std::string_view order_id, const KnownOrder& order,
                 std::vector<Demand> demands);
// A promised day as it is stored; empty where there is none.
std::string promise_text(const std::optional<canonical::LocalDate>& day);
// Keeps when the order leaves and arrives, in the calendar of its warehouses.
void note_promise(Context& context, std::string_view order_id,
                  const std::optional<canonical::LocalDate>& ship_on,
                  const std::optional<canonical::LocalDate>& arrives_on);

}  // namespace crossdock::host::process
