// Charges of an order beside its lines: freight, handling, an allowance (below nothing). The
// order's word stands; each is invoiced once, with the first shipment that is invoiced.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// What an order says of its charges now; takes the place of all that is not invoiced.
void keep_charges(Context& context, std::string_view order_id,
                  const std::vector<canonical::Charge>& charges);
// Those that no invoice has yet; they are this invoice's from now on.
std::vector<canonical::Charge> take_charges(Context& context, std::string_view order_id,
                                            std::string_view invoice_id,
                                            const std::string& currency);
// The invoice is void: the next one has them.
void give_charges_back(Context& context, std::string_view invoice_id);
// All of an order together, in minor units.
std::int64_t charges_of(journal::Database& db, std::string_view order_id);

}  // namespace crossdock::host::process
