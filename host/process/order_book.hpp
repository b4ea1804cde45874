// What is kept of every order: its header and lines, and the status that follows from the facts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// The header that every document about an order repeats, and the keys of its messages.
struct KnownOrder {
  canonical::OrderHeader header;
  canonical::RequestedDelivery requested;
  std::string correlation_id;
  std::string business_key;
};
std::optional<KnownOrder> find_order(journal::Database& db, std::string_view order_id);
// The lines in the buyer's order, with what shipped, was invoiced and was cancelled so far.
std::vector<canonical::OrderLine> order_lines(journal::Database& db, std::string_view order_id);

// The derived status (canonical model, section 4) from the facts alone.
std::string derived_status(journal::Database& db, std::string_view order_id);
// The same, stored.
void derive_status(Context& context, std::string_view order_id);

// The connector that speaks to the order's buyer; empty where the channel is gone.
std::string_view channel_connector(const Settings& settings, const std::string& channel);
// What to do with what is missing: the order's own wish before the channel's rule.
ShortagePolicy shortage_policy(const Settings& settings, const std::string& channel,
                               const canonical::RequestedDelivery& requested);
int channel_priority(const Settings& settings, const std::string& channel);

}  // namespace crossdock::host::process
