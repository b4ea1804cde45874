#include "host/process/sourcing/rules.hpp"

#include <boost/json.hpp>

#include "host/journal/memo.hpp"

namespace crossdock::host::process {
namespace {

namespace json = boost::json;

struct KnownRules : journal::Memo<ActiveRules> {
  KnownRules() : Memo({"rule_sets"}) {}
};

constexpr const char* kRanks[] = {"packages", "distance", "cost", "priority", "stock"};
constexpr const char* kSplits[] = {"any", "by_line", "never"};
constexpr const char* kHazmat[] = {"refuse", "downgrade"};

json::array list(const std::vector<std::string>& words) {
  json::array out;
  for (const auto& word : words) {
    out.emplace_back(word);
  }
  return out;
}

std::vector<std::string> words(const json::object& in, const char* key) {
  std::vector<std::string> out;
  if (const auto* found = in.if_contains(key)) {
    for (const auto& one : found->as_array()) {
      out.emplace_back(one.as_string());
    }
  }
  return out;
}

template <class Enum, std::size_t N>
Enum word_of(const json::value& in, const char* const (&names)[N]) {
  for (std::size_t i = 0; i < N; ++i) {
    if (in.as_string() == names[i]) {
      return static_cast<Enum>(i);
    }
  }
  throw std::invalid_argument("`" + std::string(in.as_string()) + "` is not known");
}

json::object rule_to_json(const SourcingRule& rule) {
  json::object out{{"name", rule.name}};
  const auto put = [&](const char* key, const std::vector<std::string>& values) {
    if (!values.empty()) {
      out[key] = list(values);
    }
  };
  put("channels", rule.channels);
  put("skus", rule.skus);
  put("countries", rule.countries);
  put("services", rule.services);
  if (rule.hazmat) {
    out["hazmat"] = *rule.hazmat;
  }
  put("only", rule.only);
  put("never", rule.never);
  put("prefer", rule.prefer);
  if (rule.split) {
    out["split"] = kSplits[static_cast<int>(*rule.split)];
  }
  return out;
}

SourcingRule rule_of(const json::object& in) {
  SourcingRule out;
  out.name = std::string(in.at("name").as_string());
  out.channels = words(in, "channels");
  out.skus = words(in, "skus");
  out.countries = words(in, "countries");
  out.services = words(in, "services");
  if (const auto* hazmat = in.if_contains("hazmat")) {
    out.hazmat = hazmat->as_bool();
  }
  out.only = words(in, "only");
  out.never = words(in, "never");
  out.prefer = words(in, "prefer");
  if (const auto* split = in.if_contains("split")) {
    out.split = word_of<SplitPolicy>(*split, kSplits);
  }
  return out;
}

}  // namespace

std::string to_json(const SourcingRules& rules) {
  json::array ranks;
  for (const auto rank : rules.rank) {
    ranks.emplace_back(kRanks[static_cast<int>(rank)]);
  }
  json::array exceptions;
  for (const auto& rule : rules.rules) {
    exceptions.push_back(rule_to_json(rule));
  }
  return json::serialize(
      json::object{{"name", rules.name},
                   {"rank", std::move(ranks)},
                   {"split", kSplits[static_cast<int>(rules.split)]},
                   {"split_from_minor", rules.split_from_minor},
                   {"most_shipments", rules.most_shipments},
                   {"hazmat_service", kHazmat[static_cast<int>(rules.hazmat_service)]},
                   {"rules", std::move(exceptions)}});
}

std::optional<SourcingRules> rules_from_json(std::string_view text, std::string& fault) {
  try {
    const auto value = json::parse(text);
    const auto& in = value.as_object();
    SourcingRules out;
    out.name = std::string(in.at("name").as_string());
    out.rank.clear();
    for (const auto& rank : in.at("rank").as_array()) {
      out.rank.push_back(word_of<Rank>(rank, kRanks));
    }
    out.split = word_of<SplitPolicy>(in.at("split"), kSplits);
    out.split_from_minor = in.at("split_from_minor").to_number<std::int64_t>();
    out.most_shipments = in.at("most_shipments").to_number<std::int64_t>();
    out.hazmat_service = word_of<HazmatService>(in.at("hazmat_service"), kHazmat);
    for (const auto& rule : in.at("rules").as_array()) {
      out.rules.push_back(rule_of(rule.as_object()));
    }
    return out;
  } catch (const std::exception& error) {
    fault = std::string("the rules are not in the form that `crossdock rules show` prints: ") +
            error.what();
    return std::nullopt;
  }
}

ActiveRules active_rules(journal::Database& db) {
  return db.kept<KnownRules>().get(db, "", [&] {
    auto statement =
        db.prepare("SELECT version, rules FROM rule_sets ORDER BY version DESC LIMIT 1");
    ActiveRules out;
    if (statement.step()) {
      std::string fault;
      out.version = statement.integer(0);
      out.rules = rules_from_json(statement.text(1), fault).value_or(SourcingRules{});
    }
    return out;
  });
}

}  // namespace crossdock::host::process
