// What other rules would have decided: past decisions asked again, each with the question of its
// own moment (stock, calendars and capacities as they were then). Changes nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/process/sourcing/decide.hpp"

namespace crossdock::host::process {

struct Simulation {
  struct Change {
    std::string order_id;
    std::string before;  // EWR 3, DFW 2
    std::string after;
  };
  std::int64_t decisions = 0;                  // that were tried
  std::int64_t changed = 0;                    // of them
  std::map<std::string, std::int64_t> before;  // orders by warehouse
  std::map<std::string, std::int64_t> after;
  std::int64_t waiting_before = 0;  // decisions with something missing
  std::int64_t waiting_after = 0;
  std::vector<Change> examples;  // the newest changed ones, at most 20
};

// The newest `most` decisions.
Simulation simulate(journal::Database& db, const SourcingRules& rules, std::size_t most);
std::string to_json(const Simulation& simulation);

}  // namespace crossdock::host::process
