// The rows of orders and their lines, read and written. They are read again soon after they were
// written, so what is known of them is remembered.
//
// Whatever writes to a row of `orders` or `order_lines` says whose it is by the functions here, and
// changes no other order's: then the others stay known.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

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
// The lines in the buyer's order, with what shipped, was invoiced and was cancelled so far.
std::vector<canonical::OrderLine> order_lines(journal::Database& db, std::string_view order_id);
// The same without a copy of them.
using KnownLines = std::shared_ptr<const std::vector<canonical::OrderLine>>;
KnownLines known_lines(journal::Database& db, std::string_view order_id);

// A new order and its lines, with what reading them would give.
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

}  // namespace crossdock::host::process
