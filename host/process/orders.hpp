// Orders: taken in once, checked, reserved and routed in one transaction, and answered.
#pragma once

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void order_captured(Context& context, const canonical::Order& order,
                    const canonical::MessageView& message);
void order_registered(Context& context, const canonical::OrderRegistration& registration);

// Works out the derived status (canonical model, section 4) from the facts and stores it.
void derive_status(Context& context, std::string_view order_id);

// Tries to cover backorders of these products, by age; what is covered is planned and released.
void cover_backorders(Context& context, const std::vector<std::string>& skus);

// The header every document about an order repeats; nothing for an unknown id.
struct KnownOrder {
  canonical::OrderHeader header;
  canonical::RequestedDelivery requested;
  std::string correlation_id;
  std::string business_key;
};
std::optional<KnownOrder> find_order(journal::Database& db, std::string_view order_id);
std::vector<canonical::OrderLine> order_lines(journal::Database& db, std::string_view order_id);

// The connector that speaks to the order's buyer.
std::string_view channel_connector(const Context& context, const std::string& channel);

}  // namespace crossdock::host::process
