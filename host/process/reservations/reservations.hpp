// Who holds stock: hard reservations per order line and warehouse, and demand that waits for stock
// (backorders; their warehouse is empty and they hold nothing).
//
// quantity = open + consumed + released at every moment (invariant I4).
#pragma once

#include <string_view>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// Holds a further quantity for an order line at a warehouse (empty: backordered). There is one
// reservation per line and warehouse; it grows.
void reserve(Context& context, std::string_view order_id, std::string_view line_no,
             std::string_view sku, std::string_view warehouse, std::int64_t quantity,
             int priority = 0);
// Makes the open quantity what is asked for: the same request again changes nothing, another
// quantity is applied as the difference. Returns the difference.
std::int64_t reserve_exactly(Context& context, std::string_view order_id, std::string_view line_no,
                             std::string_view sku, std::string_view warehouse,
                             std::int64_t quantity, int priority = 0);

// What was held leaves: by shipping (consume) or because it is not wanted there any more (release).
// Returns how much there was to take.
std::int64_t consume(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity);
std::int64_t release(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity);

}  // namespace crossdock::host::process
