// Sourcing rules: how warehouses are ranked, when an order may be split, and exceptions by channel,
// product, destination or service. They are data: read from the configuration, activated under a
// version number while the host runs, kept with every version that ever held, and tried on past
// orders before they hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/journal/store.hpp"

namespace crossdock::host::process {

// What is compared, in this order, until two warehouses differ. `packages` first means: as few
// shipments as possible, whatever comes next.
enum class Rank : std::uint8_t { packages, distance, cost, priority, stock };

// Over how many warehouses an order may be spread: freely, but no line over two, or not at all.
enum class SplitPolicy : std::uint8_t { any, by_line, never };

// What becomes of a dangerous product that must go by ground when air is asked for.
enum class HazmatService : std::uint8_t { refuse, downgrade };

// An exception. It holds for an order where every condition that is given fits; lists are "one of".
struct SourcingRule {
  std::string name;
  // Conditions.
  std::vector<std::string> channels;
  std::vector<std::string> skus;       // for lines of these products only
  std::vector<std::string> countries;  // of the destination
  std::vector<std::string> services;
  std::optional<bool> hazmat;
  // What then holds.
  std::vector<std::string> only;    // warehouses
  std::vector<std::string> never;   // warehouses
  std::vector<std::string> prefer;  // warehouses that come before all others
  std::optional<SplitPolicy> split;
};

struct SourcingRules {
  std::string name = "default";
  std::vector<Rank> rank = {Rank::packages, Rank::distance, Rank::priority};
  SplitPolicy split = SplitPolicy::any;
  std::int64_t split_from_minor = 0;  // orders worth less are not split; 0: no such limit
  std::int64_t most_shipments = 0;    // per order; 0: no such limit
  HazmatService hazmat_service = HazmatService::refuse;
  std::vector<SourcingRule> rules;
};

std::string to_json(const SourcingRules& rules);
// Nothing, and `fault`, where the text is not what to_json() writes.
std::optional<SourcingRules> rules_from_json(std::string_view text, std::string& fault);

struct ActiveRules {
  SourcingRules rules;
  std::int64_t version = 0;  // 0: none was ever activated; the rules are the built-in ones
};
ActiveRules active_rules(journal::Database& db);

}  // namespace crossdock::host::process
