// From a question and rules to a plan: which warehouse ships what, what nobody has, and of every
// warehouse the reason why it was or was not chosen. A pure function; the same question and rules
// give the same plan, today and in a simulation.
//
// With `packages` ranked first the order comes from the fewest warehouses that have all of it,
// among equals from those that rank first. Otherwise it is taken from the warehouses in their rank,
// from each what it has. Equals are told apart by their code.
#pragma once

#include <string>
#include <vector>

#include "host/process/sourcing/question.hpp"
#include "host/process/sourcing/rules.hpp"

namespace crossdock::host::process {

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
  std::string rule;  // how it was decided: one_warehouse, fewest_shipments, in_rank, by_line,
                     // not_split, held_until_complete, nobody_has_it
  std::vector<std::string> applied;  // names of the exceptions that fitted
  std::string rules_name;
  std::int64_t version = 0;
  std::optional<canonical::LocalDate> ship_on;     // the latest of the chosen warehouses
  std::optional<canonical::LocalDate> arrives_on;  // likewise

  // All or nothing: what is there is not held while the rest is missing.
  void hold_back();
  std::string to_json() const;
};

Routing decide(const Question& question, const ActiveRules& rules);

}  // namespace crossdock::host::process
