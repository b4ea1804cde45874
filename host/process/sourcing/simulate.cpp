#include "host/process/sourcing/simulate.hpp"

#include <boost/json.hpp>

#include "crossdock/canonical/quantity.hpp"

namespace crossdock::host::process {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostExamples = 20;

// Quantities by warehouse.
using Plan = std::map<std::string, std::int64_t>;

Plan recorded_plan(const std::string& decision, bool& waits) {
  Plan out;
  const auto value = json::parse(decision);
  for (const auto& one : value.at("choices").as_array()) {
    out[std::string(one.at("warehouse").as_string())] +=
        canonical::parse_decimal(std::string(one.at("quantity").as_string()), 4).value_or(0);
  }
  waits = !value.at("shortages").as_array().empty();
  return out;
}

Plan new_plan(const Routing& routing) {
  Plan out;
  for (const auto& choice : routing.choices) {
    out[choice.warehouse] += choice.quantity;
  }
  return out;
}

std::string in_words(const Plan& plan) {
  std::string out;
  for (const auto& [warehouse, quantity] : plan) {
    out += (out.empty() ? "" : ", ") + warehouse + " " + canonical::decimal_text(quantity, 4);
  }
  return out.empty() ? "nothing" : out;
}

json::object counts(const std::map<std::string, std::int64_t>& values) {
  json::object out;
  for (const auto& [name, count] : values) {
    out[name] = count;
  }
  return out;
}

}  // namespace

Simulation simulate(journal::Database& db, const SourcingRules& rules, std::size_t most) {
  Simulation out;
  const ActiveRules tried{rules, 0};
  auto statement = db.prepare(
      "SELECT order_id, decision, question FROM decisions WHERE question <> '' ORDER BY id DESC "
      "LIMIT ?");
  statement.bind(most);
  while (statement.step()) {
    const auto question = question_from_json(statement.text(2));
    if (!question) {
      continue;
    }
    bool waited = false;
    const auto before = recorded_plan(statement.text(1), waited);
    const auto routing = decide(*question, tried);
    const auto after = new_plan(routing);
    ++out.decisions;
    out.waiting_before += waited ? 1 : 0;
    out.waiting_after += routing.shortages.empty() ? 0 : 1;
    for (const auto& [warehouse, quantity] : before) {
      ++out.before[warehouse];
    }
    for (const auto& [warehouse, quantity] : after) {
      ++out.after[warehouse];
    }
    if (before != after) {
      ++out.changed;
      if (out.examples.size() < kMostExamples) {
        out.examples.push_back({statement.text(0), in_words(before), in_words(after)});
      }
    }
  }
  return out;
}

std::string to_json(const Simulation& simulation) {
  json::array examples;
  for (const auto& one : simulation.examples) {
    examples.push_back({{"order", one.order_id}, {"before", one.before}, {"after", one.after}});
  }
  return json::serialize(json::object{{"decisions", simulation.decisions},
                                      {"changed", simulation.changed},
                                      {"before", counts(simulation.before)},
                                      {"after", counts(simulation.after)},
                                      {"waiting_before", simulation.waiting_before},
                                      {"waiting_after", simulation.waiting_after},
                                      {"examples", std::move(examples)}});
}

}  // namespace crossdock::host::process
