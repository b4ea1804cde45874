#include "host/process/sourcing/decide.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "crossdock/canonical/quantity.hpp"
#include "host/process/json_text.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::size_t kMostTogether = 4;  // warehouses that are tried together
constexpr std::size_t kMostTried = 12;    // of the best ones, where there are many

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
bool fits(const std::vector<std::string>& words, const std::string& word) {
  return words.empty() || contains(words, word);
}

// A warehouse says which classes it may store; "all" stands for any.
bool may_store(const Question::Warehouse& warehouse, const std::string& hazard) {
  return hazard.empty() || contains(warehouse.hazmat_classes, "all") ||
         contains(warehouse.hazmat_classes, hazard);
}

// What is left while this very order is being planned: what the question says, less what was taken.
class StockLeft {
 public:
  explicit StockLeft(const Question& question) : in_all_(question.in_all) {}

  std::int64_t left(const Question::Line& line, const Question::Warehouse& at) const {
    std::int64_t most = INT64_MAX;
    for (const auto& part : line.parts) {
      const auto here = std::min(amount(at.stock, part.sku) - taken({&at, part.sku}),
                                 amount(in_all_, part.sku) - taken({nullptr, part.sku}));
      most = std::min(most, whole(here * canonical::Quantity::kScale / part.factor));
    }
    return most == INT64_MAX ? 0 : std::max<std::int64_t>(0, most);
  }
  void take(const Question::Line& line, const Question::Warehouse& at, std::int64_t quantity) {
    for (const auto& part : line.parts) {
      const auto amount_taken = quantity * part.factor / canonical::Quantity::kScale;
      taken_[{&at, part.sku}] += amount_taken;
      taken_[{nullptr, part.sku}] += amount_taken;
    }
  }

 private:
  using Place = std::pair<const Question::Warehouse*, std::string_view>;  // nullptr: all together

  static std::int64_t amount(const std::map<std::string, std::int64_t>& of,
                             const std::string& sku) {
    const auto found = of.find(sku);
    return found == of.end() ? 0 : found->second;
  }
  std::int64_t taken(const Place& place) const {
    const auto found = taken_.find(place);
    return found == taken_.end() ? 0 : found->second;
  }
  static std::int64_t whole(std::int64_t value) {
    return value - value % canonical::Quantity::kScale;
  }

  const std::map<std::string, std::int64_t>& in_all_;
  std::map<Place, std::int64_t> taken_;
};

class Decision {
 public:
  Decision(const Question& question, const ActiveRules& active)
      : question_(question), rules_(active.rules) {
    out_.rules_name = active.rules.name;
    out_.version = active.version;
    split_ = rules_.split;
    if (rules_.split_from_minor > 0 && question.value_minor < rules_.split_from_minor) {
      split_ = SplitPolicy::never;
    }
    apply_exceptions();
    rank();
  }

  Routing take() {
    plan();
    give_reasons();
    return std::move(out_);
  }

 private:
  using Candidate = const Question::Warehouse*;

  void apply_exceptions() {
    for (const auto& rule : rules_.rules) {
      const bool dangerous =
          std::any_of(question_.lines.begin(), question_.lines.end(),
                      [](const auto& line) { return !line.hazard_class.empty(); });
      const bool about_lines =
          std::any_of(question_.lines.begin(), question_.lines.end(),
                      [&](const auto& line) { return fits(rule.skus, line.demand.sku); });
      if (fits(rule.channels, question_.channel) && fits(rule.countries, question_.country) &&
          fits(rule.services, question_.service) && about_lines &&
          (!rule.hazmat || *rule.hazmat == dangerous)) {
        applied_.push_back(&rule);
        out_.applied.push_back(rule.name);
        split_ = rule.split.value_or(split_);
      }
    }
  }

  // Why a line may not come from a warehouse; empty: it may.
  std::string barred(const Question::Line& line, const Question::Warehouse& warehouse) const {
    if (!warehouse.barred.empty()) {
      return warehouse.barred;
    }
    for (const auto* rule : applied_) {
      if (!fits(rule->skus, line.demand.sku)) {
        continue;
      }
      if (contains(rule->never, warehouse.code)) {
        return "rule " + rule->name + ": never from here";
      }
      if (!rule->only.empty() && !contains(rule->only, warehouse.code)) {
        return "rule " + rule->name + ": only from others";
      }
    }
    if (!may_store(warehouse, line.hazard_class)) {
      return "may not store dangerous goods of class " + line.hazard_class;
    }
    return {};
  }

  bool preferred(const std::string& code) const {
    return std::any_of(applied_.begin(), applied_.end(),
                       [&](const auto* rule) { return contains(rule->prefer, code); });
  }

  std::int64_t stock_of(const Question::Warehouse& warehouse) const {
    std::int64_t total = 0;
    for (const auto& [sku, quantity] : warehouse.stock) {
      total += quantity;
    }
    return total;
  }

  // The candidates in their rank.
  void rank() {
    for (const auto& one : question_.warehouses) {
      if (one.barred.empty()) {
        candidates_.push_back(&one);
      }
    }
    std::stable_sort(candidates_.begin(), candidates_.end(), [&](Candidate a, Candidate b) {
      if (const bool pa = preferred(a->code), pb = preferred(b->code); pa != pb) {
        return pa;
      }
      for (const auto by : rules_.rank) {
        const auto less = compare(by, *a, *b);
        if (less != 0) {
          return less < 0;
        }
      }
      return a->code < b->code;
    });
  }

  // Below zero: a comes first.
  int compare(Rank by, const Question::Warehouse& a, const Question::Warehouse& b) const {
    const auto order = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
    switch (by) {
      case Rank::distance:  // what is not known comes last
        return order(a.distance_km.value_or(1e9), b.distance_km.value_or(1e9));
      case Rank::cost:
        return order(a.cost_minor, b.cost_minor);
      case Rank::priority:
        return order(b.priority, a.priority);
      case Rank::stock:
        return order(stock_of(b), stock_of(a));
      case Rank::packages:
        break;  // of a plan, not of a warehouse
    }
    return 0;
  }

  // Takes the lines from warehouses in this order; false where something is missing.
  bool take_from(const std::vector<Candidate>& from, StockLeft& stock, std::vector<Choice>& choices,
                 std::vector<Demand>& missing) const {
    bool all = true;
    for (const auto& line : question_.lines) {
      std::int64_t open = line.demand.quantity;
      for (const auto* one : from) {
        const auto has = barred(line, *one).empty() ? stock.left(line, *one) : 0;
        const auto taken = split_ == SplitPolicy::any ? std::min(open, has)
                           : has >= open              ? open
                                                      : 0;
        if (taken > 0) {
          stock.take(line, *one, taken);
          choices.push_back({line.demand.line_no, line.demand.sku, one->code, taken});
          open -= taken;
        }
      }
      if (open > 0) {
        missing.push_back({line.demand.line_no, line.demand.sku, open});
        all = false;
      }
    }
    return all;
  }

  bool try_plan(const std::vector<Candidate>& from, const char* rule) {
    StockLeft stock(question_);
    std::vector<Choice> choices;
    std::vector<Demand> missing;
    if (from.empty() || !take_from(from, stock, choices, missing)) {
      return false;
    }
    out_.choices = std::move(choices);
    out_.rule = rule;
    return true;
  }

  bool one_warehouse() {
    return std::any_of(candidates_.begin(), candidates_.end(),
                       [&](Candidate one) { return try_plan({one}, "one_warehouse"); });
  }

  // The first set of so many warehouses, in their rank, that together has everything.
  bool together(std::size_t size, std::size_t from, std::vector<Candidate>& chosen) {
    if (chosen.size() == size) {
      return try_plan(chosen, "fewest_shipments");
    }
    const auto most = std::min(candidates_.size(), kMostTried);
    for (std::size_t i = from; i < most; ++i) {
      chosen.push_back(candidates_[i]);
      if (together(size, i + 1, chosen)) {
        return true;
      }
      chosen.pop_back();
    }
    return false;
  }

  std::size_t most_shipments() const {
    return rules_.most_shipments == 0 ? SIZE_MAX : static_cast<std::size_t>(rules_.most_shipments);
  }

  // Whatever there is, line by line: each from the first that has all of it, else from those in
  // turn, over no more warehouses than may be.
  void partial() {
    StockLeft stock(question_);
    std::set<std::string> used;
    out_.rule = "by_line";
    const auto usable = [&](Candidate one) {
      return used.contains(one->code) || used.size() < most_shipments();
    };
    for (const auto& line : question_.lines) {
      std::int64_t open = line.demand.quantity;
      const auto take = [&](Candidate one, std::int64_t quantity) {
        stock.take(line, *one, quantity);
        used.insert(one->code);
        out_.choices.push_back({line.demand.line_no, line.demand.sku, one->code, quantity});
        open -= quantity;
      };
      const auto whole = std::find_if(candidates_.begin(), candidates_.end(), [&](Candidate one) {
        return usable(one) && barred(line, *one).empty() &&
               stock.left(line, *one) >= line.demand.quantity;
      });
      if (whole != candidates_.end()) {
        take(*whole, open);
        continue;
      }
      for (const auto* one : candidates_) {
        const auto has = usable(one) && barred(line, *one).empty() ? stock.left(line, *one) : 0;
        if (open > 0 && has > 0) {
          take(one, std::min(open, has));
          if (split_ == SplitPolicy::by_line) {
            break;  // the rest of the line waits; it is not spread
          }
        }
      }
      if (open > 0) {
        out_.shortages.push_back({line.demand.line_no, line.demand.sku, open});
      }
    }
    if (out_.choices.empty()) {
      out_.rule = "nobody_has_it";
    }
  }

  void plan() {
    const bool fewest = !rules_.rank.empty() && rules_.rank.front() == Rank::packages;
    if (split_ == SplitPolicy::never || most_shipments() == 1) {
      if (!one_warehouse()) {
        out_.rule = "not_split";
        for (const auto& line : question_.lines) {
          out_.shortages.push_back(line.demand);
        }
      }
      return;
    }
    if (fewest) {
      if (one_warehouse()) {
        return;
      }
      const auto most = std::min({kMostTogether, most_shipments(), candidates_.size()});
      for (std::size_t size = 2; size <= most; ++size) {
        std::vector<Candidate> chosen;
        if (together(size, 0, chosen)) {
          return;
        }
      }
    } else if (most_shipments() >= candidates_.size() && try_plan(candidates_, "in_rank")) {
      return;
    }
    partial();
  }

  void give_reasons() {
    for (const auto& one : question_.warehouses) {
      WarehouseReason reason{one.code, one.distance_km, one.barred.empty(), one.barred};
      if (reason.eligible) {
        const bool chosen =
            std::any_of(out_.choices.begin(), out_.choices.end(),
                        [&](const Choice& choice) { return choice.warehouse == one.code; });
        reason.reason = chosen ? "chosen" : why_not_chosen(one);
        if (chosen) {
          latest(out_.ship_on, one.ship_on);
          latest(out_.arrives_on, one.arrives_on);
        }
      }
      out_.reasons.push_back(std::move(reason));
    }
  }

  static void latest(std::optional<canonical::LocalDate>& into,
                     const std::optional<canonical::LocalDate>& day) {
    if (day && (!into || *into < *day)) {
      into = day;
    }
  }

  std::string why_not_chosen(const Question::Warehouse& one) const {
    for (const auto& line : question_.lines) {
      if (auto why = barred(line, one); !why.empty()) {
        return why;
      }
    }
    StockLeft stock(question_);
    std::vector<Choice> ignored;
    std::vector<Demand> missing;
    if (!take_from({&one}, stock, ignored, missing)) {
      return out_.choices.empty() ? "does not have it"
                                  : "does not have everything, and others were enough";
    }
    const auto chosen = std::find_if(
        question_.warehouses.begin(), question_.warehouses.end(), [&](const auto& other) {
          return std::any_of(out_.choices.begin(), out_.choices.end(),
                             [&](const Choice& choice) { return choice.warehouse == other.code; });
        });
    if (chosen == question_.warehouses.end()) {
      return "has everything, but the order waits";
    }
    if (preferred(chosen->code) && !preferred(one.code)) {
      return "has everything, but another is preferred by a rule";
    }
    for (const auto by : rules_.rank) {
      if (compare(by, *chosen, one) < 0) {
        switch (by) {
          case Rank::distance:
            return "has everything, but another is nearer";
          case Rank::cost:
            return "has everything, but another costs less";
          case Rank::priority:
            return "has everything, but another has priority";
          case Rank::stock:
            return "has everything, but another has more in stock";
          case Rank::packages:
            break;
        }
      }
    }
    return "has everything, but another came first";
  }

  const Question& question_;
  const SourcingRules& rules_;
  SplitPolicy split_ = SplitPolicy::any;
  std::vector<const SourcingRule*> applied_;
  std::vector<Candidate> candidates_;
  Routing out_;
};

}  // namespace

Routing decide(const Question& question, const ActiveRules& rules) {
  return Decision(question, rules).take();
}

void Routing::hold_back() {
  std::map<std::string, Demand> all;
  for (const auto& choice : choices) {
    auto& demand = all[choice.line_no];
    demand = {choice.line_no, choice.sku, demand.quantity + choice.quantity};
  }
  for (const auto& shortage : shortages) {
    auto& demand = all[shortage.line_no];
    demand = {shortage.line_no, shortage.sku, demand.quantity + shortage.quantity};
  }
  choices.clear();
  shortages.clear();
  for (auto& [line, demand] : all) {
    shortages.push_back(std::move(demand));
  }
  rule = "held_until_complete";
  ship_on.reset();
  arrives_on.reset();
  for (auto& one : reasons) {
    if (one.eligible) {
      one.reason = "the order ships complete or not at all, and something is missing";
    }
  }
}

std::string Routing::to_json() const {
  JsonText out;
  out.open_object().member("rule", rule).member("rules", rules_name).member("version", version);
  out.key("applied").open_array();
  for (const auto& name : applied) {
    out.value(name);
  }
  out.close_array();
  out.key("choices").open_array();
  for (const auto& one : choices) {
    out.open_object()
        .member("line", one.line_no)
        .member("sku", one.sku)
        .member("warehouse", one.warehouse)
        .member("quantity", canonical::decimal_text(one.quantity, 4))
        .close_object();
  }
  out.close_array();
  out.key("shortages").open_array();
  for (const auto& one : shortages) {
    out.open_object()
        .member("line", one.line_no)
        .member("sku", one.sku)
        .member("quantity", canonical::decimal_text(one.quantity, 4))
        .close_object();
  }
  out.close_array();
  out.key("warehouses").open_array();
  for (const auto& one : reasons) {
    out.open_object()
        .member("warehouse", one.warehouse)
        .member("eligible", one.eligible)
        .member("reason", one.reason);
    if (one.distance_km) {
      out.member("distance_km", std::round(*one.distance_km * 10) / 10);
    }
    out.close_object();
  }
  out.close_array();
  if (ship_on) {
    out.member("ship_on", canonical::to_string(*ship_on));
  }
  if (arrives_on) {
    out.member("arrives_on", canonical::to_string(*arrives_on));
  }
  return out.close_object().take();
}

}  // namespace crossdock::host::process
