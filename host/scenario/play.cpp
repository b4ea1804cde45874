#include "host/scenario/play.hpp"

#include <algorithm>
#include <numeric>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/quantity.hpp"
#include "host/process/invariants/invariants.hpp"
#include "host/process/inventory/position.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/warehouses.hpp"

namespace crossdock::host::scenario {
namespace {

constexpr std::size_t kMostPlays = 1'000;  // of one case
constexpr std::size_t kMostPermuted = 6;

// Keys of a step that say when and how, not what.
bool is_modifier(const std::string& key) {
  return key == "at" || key == "after" || key == "times" || key == "kill";
}

std::int64_t duration_ns(const Node& node) {
  const auto unit = node.text.find_first_not_of("0123456789");
  const auto count = std::strtoll(node.text.substr(0, unit).c_str(), nullptr, 10);
  const auto word = node.text.substr(unit);
  const std::int64_t one = word == "ms"  ? 1'000'000
                           : word == "s" ? 1'000'000'000
                           : word == "m" ? 60'000'000'000
                           : word == "h" ? 3'600'000'000'000
                                         : 86'400'000'000'000;
  return count * one;
}

// Which play of a case this is, and how many there turn out to be.
struct Variant {
  std::size_t order = 0;  // of permuted steps
  std::size_t orders = 1;
  std::size_t write_point = 0;  // 0: `kill: every` lets the process live, and counts
  std::size_t write_points = 0;
};

class Player {
 public:
  Player(const Case& one, const Ports& ports, const std::filesystem::path& folder,
         const Options& options, Variant& variant)
      : case_(one), ports_(ports), folder_(folder), options_(options), variant_(variant) {}

  Play run() {
    Play out;
    try {
      begin();
      steps(case_.when, "when");
      if (!case_.then.members.empty()) {
        expect(case_.then, "then");
      } else {
        expect_nothing_dead();
      }
    } catch (const CannotPlay& fault) {
      out.error =
          case_.file + ":" + std::to_string(fault.line) + ": " + place_ + " " + fault.what();
    } catch (const Killed&) {
      out.error = case_.file + ": " + place_ + " was ended outside of a step";
    } catch (const std::exception& fault) {
      out.error = case_.file + ": " + place_ + " " + fault.what();
    }
    out.checks = std::move(checks_);
    return out;
  }

 private:
  void begin() {
    place_ = "given";
    Faults faults;
    auto settings = settings_of(case_.given, case_.file, ports_, faults);
    if (!faults.empty()) {
      std::string all;
      for (const auto& fault : faults) {
        all += (all.empty() ? "" : "; ") + fault.path + " " + fault.message;
      }
      throw std::runtime_error(all);
    }
    Answers answers;
    if (const auto* said = case_.given.find("answers")) {
      read_answers(*said, answers);
    }
    stage_ =
        std::make_unique<Stage>(folder_, std::move(settings), std::move(answers), start_of(case_));
    events_ = std::make_unique<Events>(*stage_, case_.given);
    for (const char* kind : {"product", "customer"}) {
      if (const auto* named = case_.given.find(std::string(kind) + "s")) {
        for (const auto& [code, node] : named->members) {
          Node entry;
          entry.kind = Node::Kind::map;
          entry.members.emplace_back(code, node);
          arrive(kind, entry, 1);
        }
      }
    }
    stock();
    for (const char* kind : {"price", "pool", "supply"}) {
      if (const auto* list = case_.given.find(
              kind == std::string("supply") ? "supplies" : std::string(kind) + "s")) {
        for (const auto& one : list->items) {
          arrive(kind, one, 1);
        }
      }
    }
    stage_->settle();
    held_before();
    if (const auto* orders = case_.given.find("orders")) {
      for (const auto& one : orders->items) {
        arrive("order", one, 1);
        stage_->settle();
      }
    }
    invariants();
  }

  // Counts by the warehouses' own systems, then what is held for orders that the case does not tell
  // of.
  void stock() {
    const auto* stock = case_.given.find("stock");
    if (stock == nullptr) {
      return;
    }
    std::map<std::string, Node> counts;
    for (const auto& [sku, places] : stock->members) {
      for (const auto& [warehouse, said] : places.members) {
        auto& count = counts[warehouse];
        if (count.members.empty()) {
          count.kind = Node::Kind::map;
          Node code;
          code.kind = Node::Kind::scalar;
          code.text = warehouse;
          Node lines;
          lines.kind = Node::Kind::map;
          // Counted just before the case begins: what moves at its first instant came after.
          Node as_of;
          as_of.kind = Node::Kind::scalar;
          as_of.text = canonical::to_string(canonical::Instant{stage_->now_ns() - 1'000'000'000});
          count.members = {{"warehouse", code}, {"lines", lines}, {"as_of", as_of}};
        }
        count.members[1].second.members.emplace_back(sku, said);
      }
    }
    for (const auto& [warehouse, count] : counts) {
      arrive("count", count, 1);
    }
    stage_->settle();
    stage_->transact([&](process::Context& context) {
      for (const auto& [sku, places] : stock->members) {
        for (const auto& [warehouse, said] : places.members) {
          if (const auto* safety = said.find("safety")) {
            process::set_safety_stock(context, sku, warehouse, quantity_of(*safety));
          }
        }
      }
    });
  }

  static std::int64_t quantity_of(const Node& node) {
    return canonical::parse_decimal(node.text, 4).value_or(0);
  }

  // What is held and worked on already for demands that the case does not tell of.
  void held_before() {
    stage_->transact([&](process::Context& context) {
      std::size_t number = 0;
      const auto hold = [&](const std::string& sku, const std::string& warehouse,
                            const std::string& channel, std::int64_t quantity,
                            process::HoldKind kind) {
        const auto line = std::to_string(++number);
        process::hold(context, {.order_id = "given",
                                .line_no = line,
                                .sku = sku,
                                .place = warehouse,
                                .channel = channel,
                                .quantity = quantity,
                                .kind = kind,
                                .demand = "project"});
      };
      if (const auto* pools = case_.given.find("pools")) {
        for (const auto& pool : pools->items) {
          if (const auto* used = pool.find("used")) {
            hold(pool.text_of("sku"), pool.text_of("warehouse"), pool.text_of("channel"),
                 quantity_of(*used), process::HoldKind::hard);
          }
        }
      }
      if (const auto* stock = case_.given.find("stock")) {
        for (const auto& [sku, places] : stock->members) {
          for (const auto& [warehouse, said] : places.members) {
            for (const auto& [word, kind] : {std::pair("allocated", process::HoldKind::hard),
                                             std::pair("soft", process::HoldKind::soft)}) {
              if (const auto* held = said.find(word)) {
                hold(sku, warehouse, "", quantity_of(*held), kind);
              }
            }
          }
        }
      }
      if (const auto* work = case_.given.find("work")) {
        for (const auto& [warehouse, orders] : work->members) {
          process::count_work(context, warehouse, std::atoi(orders.text.c_str()));
        }
      }
    });
  }

  void arrive(const std::string& word, const Node& node, std::size_t times) {
    const auto arrival = events_->arrival(word, node);
    if (!arrival) {
      throw CannotPlay(node, "`" + word + "` is no message");
    }
    for (std::size_t i = 0; i < times; ++i) {
      if (auto refused = stage_->arrive(*arrival); !refused.empty()) {
        throw CannotPlay(node, "was refused: " + refused);
      }
    }
  }

  void steps(const Node& list, const std::string& path) {
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      place_ = path + "[" + std::to_string(i) + "]";
      step(list.items[i], place_);
      invariants();
    }
  }

  static const std::pair<std::string, Node>& event_of(const Node& step) {
    return *std::find_if(step.members.begin(), step.members.end(),
                         [](const auto& one) { return !is_modifier(one.first); });
  }
  static std::size_t times_of(const Node& step) {
    const auto* times = step.find("times");
    return times == nullptr ? 1 : std::strtoull(times->text.c_str(), nullptr, 10);
  }

  void move_clock(const Node& step) {
    if (const auto* at = step.find("at")) {
      const auto to = canonical::parse_instant(at->text);
      if (!to || to->ns < stage_->now_ns()) {
        throw CannotPlay(*at, "is at " + at->text + ", but the clock says " +
                                  canonical::to_string(canonical::Instant{stage_->now_ns()}) +
                                  " already; it never goes back");
      }
      stage_->move_clock(to->ns);
    }
    if (const auto* after = step.find("after")) {
      stage_->move_clock(stage_->now_ns() + duration_ns(*after));
    }
  }

  void step(const Node& node, const std::string& path) {
    move_clock(node);
    const auto& [word, what] = event_of(node);
    if (word == "wait") {
      stage_->move_clock(stage_->now_ns() + duration_ns(what));
      stage_->settle();
    } else if (word == "restart") {
      stage_->restart();
      stage_->settle();
    } else if (word == "answers") {
      read_answers(what, stage_->answers());
    } else if (word == "check") {
      expect(what, path + ".check");
    } else if (word == "rules") {
      activate(what);
      settle(node);
    } else if (word == "reconfigure") {
      reconfigure(what);
      stage_->settle();
    } else if (word == "permute") {
      permute(what, path);
    } else if (word == "concurrently") {
      together(what);
      settle(node);
    } else {
      arrive(word, what, times_of(node));
      settle(node);
    }
  }

  // Works off what came; where the step wants it, the process ends in the midst of that.
  void settle(const Node& step) {
    const auto* kill = step.find("kill");
    if (kill == nullptr) {
      stage_->settle();
      return;
    }
    const bool every = kill->text == "every";
    stage_->kill_at(every ? variant_.write_point : std::strtoull(kill->text.c_str(), nullptr, 10));
    try {
      stage_->settle();
      if (every) {
        variant_.write_points = std::max(variant_.write_points, stage_->written());
      }
    } catch (const Killed&) {
      stage_->restart();
      invariants();
      stage_->settle();
    }
    stage_->kill_at(0);
  }

  void activate(const Node& node) {
    Faults faults;
    const auto rules = rules_of(node, case_.file, ports_, faults);
    if (!faults.empty()) {
      throw CannotPlay(node, faults.front().path + " " + faults.front().message);
    }
    if (auto refused = stage_->arrive(events_->rules(rules.name, process::to_json(rules)));
        !refused.empty()) {
      throw CannotPlay(node, "was refused: " + refused);
    }
  }

  void reconfigure(const Node& node) {
    auto given = case_.given;
    merge_given(given, node);
    Faults faults;
    auto settings = settings_of(given, case_.file, ports_, faults);
    if (!faults.empty()) {
      throw CannotPlay(node, faults.front().path + " " + faults.front().message);
    }
    stage_->restart_with(std::move(settings));
  }

  void together(const Node& list) {
    std::vector<Arrival> arrivals;
    for (const auto& one : list.items) {
      const auto& [word, what] = event_of(one);
      const auto arrival = events_->arrival(word, what);
      if (!arrival) {
        throw CannotPlay(one, "`" + word + "` is no message; it cannot come together with others");
      }
      arrivals.insert(arrivals.end(), times_of(one), *arrival);
    }
    for (const auto& refused : stage_->arrive_together(arrivals)) {
      if (!refused.empty()) {
        throw CannotPlay(list, "was refused: " + refused);
      }
    }
  }

  void permute(const Node& list, const std::string& path) {
    if (list.items.size() > kMostPermuted) {
      throw CannotPlay(list, "permutes more than six steps; that is more than 720 plays");
    }
    std::vector<std::size_t> order(list.items.size());
    std::iota(order.begin(), order.end(), 0);
    std::size_t all = 1;
    for (std::size_t i = 2; i <= order.size(); ++i) {
      all *= i;
    }
    variant_.orders = all;
    for (std::size_t i = 0; i < variant_.order; ++i) {
      std::next_permutation(order.begin(), order.end());
    }
    for (const auto index : order) {
      place_ = path + ".permute[" + std::to_string(index) + "]";
      step(list.items[index], place_);
      invariants();
    }
  }

  void invariants() {
    for (const auto& broken : process::broken_invariants(stage_->store(), stage_->settings())) {
      checks_.push_back({"after " + place_, 0, "the invariants hold", broken, false});
    }
  }

  void expect_nothing_dead() {
    for (const auto& [type, reason] : stage_->dead_letters()) {
      checks_.push_back(
          {"then", 0, "no message that cannot be handled", type + ": " + reason, false});
    }
  }

  void expect(const Node& then, const std::string& path) {
    const auto came = compare(then, path, *stage_, *events_, ports_);
    checks_.insert(checks_.end(), came.begin(), came.end());
    const bool right =
        std::all_of(came.begin(), came.end(), [](const auto& c) { return c.passed; });
    if (options_.prove && right) {
      Node changed = then;
      prove(changed, changed, path, path);
    }
  }

  static std::string another(const std::string& text) {
    if (const auto number = canonical::parse_decimal(text, 6)) {
      return canonical::decimal_text(*number + 1'000'000, 6);
    }
    return text == "true" ? "false" : text == "false" ? "true" : text + "-changed";
  }

  // Changes one value after the other and sees the comparison fail.
  void prove(Node& root, Node& node, const std::string& root_path, const std::string& path) {
    // Of what must not be there at all only the number says something; and rules to try are given,
    // not expected.
    const bool none = node.text_of("count") == "0";
    for (auto& [key, value] : node.members) {
      if ((!none || key == "count") && !(key == "rules" && value.is_map())) {
        prove(root, value, root_path, path + "." + key);
      }
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      prove(root, node.items[i], root_path, path + "[" + std::to_string(i) + "]");
    }
    if (!node.is_scalar()) {
      return;
    }
    const auto was = node.text;
    node.text = another(was);
    bool failed = false;
    std::string came = "it passed all the same";
    try {
      const auto checks = compare(root, root_path, *stage_, *events_, ports_);
      failed = std::any_of(checks.begin(), checks.end(), [](const auto& c) { return !c.passed; });
    } catch (const std::exception&) {
      failed = true;
    }
    if (!failed) {
      checks_.push_back({path, node.line, "to fail when it says `" + node.text + "`", came, false});
    }
    node.text = was;
  }

  const Case& case_;
  const Ports& ports_;
  std::filesystem::path folder_;
  const Options& options_;
  Variant& variant_;
  std::unique_ptr<Stage> stage_;
  std::unique_ptr<Events> events_;
  std::vector<Check> checks_;
  std::string place_;
};

}  // namespace

bool Play::passed() const {
  return error.empty() &&
         std::all_of(checks.begin(), checks.end(), [](const auto& one) { return one.passed; });
}

std::vector<Play> play(const Case& one, const Ports& ports, const std::filesystem::path& scratch,
                       const Options& options) {
  std::vector<Play> out;
  Variant variant;
  for (; variant.order < variant.orders && out.size() < kMostPlays; ++variant.order) {
    variant.write_points = 0;
    for (variant.write_point = 0;
         variant.write_point <= variant.write_points && out.size() < kMostPlays;
         ++variant.write_point) {
      const auto folder = scratch / ("play-" + std::to_string(out.size()));
      auto result = Player(one, ports, folder, options, variant).run();
      if (variant.orders > 1) {
        result.variant = "order of steps " + std::to_string(variant.order + 1) + " of " +
                         std::to_string(variant.orders);
      }
      if (variant.write_point > 0) {
        result.variant +=
            (result.variant.empty() ? "" : ", ") + std::string("killed at write point ") +
            std::to_string(variant.write_point) + " of " + std::to_string(variant.write_points);
      }
      out.push_back(std::move(result));
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
      if (!out.back().passed()) {
        return out;
      }
    }
  }
  return out;
}

}  // namespace crossdock::host::scenario
