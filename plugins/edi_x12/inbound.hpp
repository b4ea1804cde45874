// From a received set to the canonical model: 850 to Order.
#pragma once

#include <string>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "plugins/edi_x12/engine/document/document.hpp"
#include "plugins/edi_x12/partners.hpp"

namespace crossdock::edi {

// The order of an 850 that the grammar accepted. What cannot be mapped is added to `problems`, and
// then the order must not be used.
canonical::Order to_order(const x12::TransactionSet& set, const Partner& partner,
                          const Config& config, std::vector<std::string>& problems);

}  // namespace crossdock::edi
