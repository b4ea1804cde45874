// The steps that changes of an order are made of (changes.cpp), for whoever changes one: a person,
// a replacement, a buyer's request. Quantities are ten-thousandths in the line's unit; `freed`
// collects the products of which more can be promised. A step that throws Refused has done nothing.
//
// After them the order's value is set, and it goes on: set_value(), proceed(), derive_status(),
// cover_backorders(freed).
#pragma once

#include <string>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"
#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {

// Makes a line's quantity what is asked for. Refused: less than what shipped, was cancelled or a
// warehouse works on; no such line.
void change_quantity(Context& context, const std::string& order_id, const KnownOrder& order,
                     const std::string& line_no, std::int64_t quantity,
                     std::vector<std::string>& freed);
// Cancels so much of a line: at once what no warehouse works on, the rest is asked back. Refused:
// more than is open; no such line.
void cancel_line(Context& context, const std::string& order_id, const KnownOrder& order,
                 const std::string& line_no, std::int64_t quantity, const std::string& reason,
                 std::vector<std::string>& freed);
// What is shipped later costs so much.
void set_price(Context& context, const std::string& order_id, const std::string& line_no,
               const canonical::UnitPrice& price);
// More of a line is wanted: held like a new one.
void add_demand(Context& context, const std::string& order_id, const KnownOrder& order,
                const std::string& line_no, const std::string& sku, std::int64_t quantity);
// The place of a further line in the order.
std::int64_t next_line_number(journal::Database& db, const std::string& order_id);
// What the order is worth now. Refused: more than money can be.
void set_value(Context& context, const std::string& order_id);

}  // namespace crossdock::host::process
