#include "host/process/invariants/invariants.hpp"

#include "host/process/invariants/orders.hpp"
#include "host/process/invariants/stock.hpp"

namespace crossdock::host::process {

std::vector<std::string> broken_invariants(journal::Database& db, const Settings& settings) {
  auto out = broken_stock_invariants(db, settings);
  for (auto& broken : broken_order_invariants(db)) {
    out.push_back(std::move(broken));
  }
  return out;
}

}  // namespace crossdock::host::process
