// Which warehouse ships what: eligible warehouses in order of distance, the whole order from one
// where that is possible, else line by line; what nobody has is a shortage. Every choice comes with
// its reasons, per warehouse.
//
// Decided and said: nearest first; at equal distance the higher priority, then the code. Warehouses
// whose distance is not known come last, in that same order.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

struct Demand {
  std::string line_no;
  std::string sku;
  std::int64_t quantity = 0;  // ten-thousandths
};

struct Choice {
  std::string line_no;
  std::string sku;
  std::string warehouse;
  std::int64_t quantity = 0;
};

struct WarehouseReason {
  std::string warehouse;
  std::optional<double> distance_km;
  bool eligible = false;
  std::string reason;  // chosen, or why not
};

struct Routing {
  std::vector<Choice> choices;
  std::vector<Demand> shortages;
  std::vector<WarehouseReason> reasons;
  std::string rule;  // whole_order_nearest, split_by_line, held_until_complete

  // All or nothing: what is there is not held while the rest is missing.
  void hold_back(const std::vector<Demand>& demands);
  std::string to_json() const;
};

// Reads stock, changes nothing. `excluded`: warehouses that refused this order already.
Routing route(const Context& context, const std::string& channel, const canonical::Address& ship_to,
              const std::vector<Demand>& demands, const std::set<std::string>& excluded);

// Keeps a decision with its reasons.
void record_decision(Context& context, std::string_view order_id, const Routing& routing);

}  // namespace crossdock::host::process
