// What holds an order back, and letting it go. While anything holds it back its stock is held for
// the channel's warehouses together and no warehouse hears of it. When the last hold is gone it is
// routed once, by the rules, stock and calendars of that moment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Raising a hold that is open does nothing; neither does releasing one that is not.
void raise_hold(Context& context, const std::string& order_id, const std::string& kind,
                const std::string& reason, const std::string& by);
void release_hold(Context& context, const std::string& order_id, const std::string& kind,
                  const std::string& by);
bool has_open_hold(journal::Database& db, std::string_view order_id);

// Lets an order go that nothing holds back any more: routes what has no warehouse, plans what no
// warehouse works on. Does nothing, and returns false, for one that is
// held back; does nothing twice.
bool proceed(Context& context, const std::string& order_id);

// Whether its buyer wants it to leave on a later day.
bool ships_later(const Context& context, const canonical::RequestedDelivery& requested);

// Timer: the day came before which it should not ship.
void ship_after_came(Context& context, const std::string& order_id);

// Keeps one line of what happened to an order.
void log_order(Context& context, std::string_view order_id, std::string_view what,
               std::string_view detail);

}  // namespace crossdock::host::process
