// What is kept of every order: its header and lines, its facts per axis, and the status that
// follows from them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"
#include "host/process/orders/order_rows.hpp"
#include "host/process/sourcing/sourcing.hpp"

namespace crossdock::host::process {

// By our id, or by channel and purchase order number; empty where there is none.
std::string order_id_of(journal::Database& db, std::string_view order_id, std::string_view channel,
                        std::string_view po_number);
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
