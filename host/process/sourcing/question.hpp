// All that a sourcing decision depends on, as it stood at that moment: what is wanted, and of every
// warehouse what it is, has and may. A question is kept with its decision, so that other rules can
// be tried on it later (simulation) without the stock of that day.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/instant.hpp"

namespace crossdock::host::process {

// A line that must come from somewhere. Quantities in ten-thousandths of its unit.
struct Demand {
  std::string line_no;
  std::string sku;
  std::int64_t quantity = 0;
};

struct Question {
  struct Part {  // of a kit; of anything else, itself
    std::string sku;
    std::int64_t factor = 10'000;  // of it in one of the line's product, ten-thousandths
  };
  struct Line {
    Demand demand;
    std::vector<Part> parts;
    std::string hazard_class;  // empty: none
  };
  struct Warehouse {
    std::string code;
    std::string country;
    std::optional<double> distance_km;
    std::int64_t cost_minor = 0;
    std::int64_t priority = 0;
    std::vector<std::string> hazmat_classes;
    std::string barred;  // why it cannot serve this order whatever the rules say; empty: it can
    std::optional<canonical::LocalDate> ship_on;
    std::optional<canonical::LocalDate> arrives_on;
    std::map<std::string, std::int64_t> stock;  // by product: what this channel may take here
  };
  std::string channel;
  std::string country;  // of the destination
  std::string service;
  std::int64_t value_minor = 0;  // of the order
  std::int64_t at_ns = 0;
  std::vector<Line> lines;
  std::vector<Warehouse> warehouses;           // by code
  std::map<std::string, std::int64_t> in_all;  // by product: what the channel may take in all
};

std::string to_json(const Question& question);
std::optional<Question> question_from_json(std::string_view text);

}  // namespace crossdock::host::process
