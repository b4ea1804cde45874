#include "host/scenario/play.hpp"

#include <algorithm>
#include <numeric>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/quantity.hpp"
#include "host/process/invariants/invariants.hpp"
#include "host/process/inventory/position.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/warehouses.hpp"
#include "host/scenario/load.hpp"
#include "host/scenario/values.hpp"
#include "host/scenario/watch.hpp"

namespace crossdock::host::scenario {
namespace {

constexpr std::size_t kMostPlays = 1'000;  // of one case
constexpr std::size_t kMostPermuted = 6;

// Keys of a step that say when and how, not what.
bool is_modifier(const std::string& key) {
  static constexpr std::string_view kModifiers[] = {"at",     "after", "times",       "kill",
                                                    "source", "rev",   "connections", "readers"};
  return std::find(std::begin(kModifiers), std::end(kModifiers), key) != std::end(kModifiers);
}

constexpr std::size_t kUsualBatch = 100;  // of `many`: so many come before the processes work
constexpr std::size_t kLooks = 10;        // at the invariants, while `many` is played

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
      : case_(one),
        ports_(ports),
        folder_(folder),
        options_(options),
        variant_(variant),
        given_now_(one.given) {}

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
    stage_ = std::make_unique<Stage>(folder_, std::move(settings), ports_.read_texts,
                                     std::move(answers), start_of(case_));
    events_ = std::make_unique<Events>(*stage_, case_.given);
    for (const char* kind : {"product", "customer"}) {
      if (const auto* named = case_.given.find(std::string(kind) + "s")) {
        for (const auto& [code, node] : named->members) {
          Node entry;
          entry.kind = Node::Kind::map;
          entry.members.push_back({code, node});
          arrive(entry, kind, entry);
        }
      }
    }
    stock();
    for (const char* kind : {"price", "pool", "supply"}) {
      if (const auto* list = case_.given.find(
              kind == std::string("supply") ? "supplies" : std::string(kind) + "s")) {
        for (const auto& one : list->items) {
          arrive(one, kind, one);
        }
      }
    }
    stage_->settle();
    held_before();
    if (const auto* orders = case_.given.find("orders")) {
      for (const auto& one : orders->items) {
        arrive(one, "order", one);
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
        count.members[1].value.members.push_back({sku, said});
      }
    }
    for (const auto& [warehouse, count] : counts) {
      arrive(count, "count", count);
    }
    for (const auto& [sku, places] : stock->members) {
      for (const auto& [warehouse, said] : places.members) {
        if (const auto* safety = said.find("safety")) {
          const auto rule =
              map_of({{"sku", sku}, {"warehouse", warehouse}, {"quantity", safety->text}});
          arrive(rule, "keep", rule);
        }
      }
    }
    stage_->settle();
  }

  static Node map_of(std::initializer_list<std::pair<const char*, std::string>> members) {
    Node out;
    out.kind = Node::Kind::map;
    for (const auto& [key, text] : members) {
      Node value;
      value.kind = Node::Kind::scalar;
      value.text = text;
      out.members.push_back({key, std::move(value)});
    }
    return out;
  }

  bool anything_held() const {
    if (case_.given.find("work") != nullptr) {
      return true;
    }
    if (const auto* pools = case_.given.find("pools")) {
      for (const auto& pool : pools->items) {
        if (pool.find("used") != nullptr) {
          return true;
        }
      }
    }
    if (const auto* stock = case_.given.find("stock")) {
      for (const auto& [sku, places] : stock->members) {
        for (const auto& [warehouse, said] : places.members) {
          if (said.find("allocated") != nullptr || said.find("soft") != nullptr) {
            return true;
          }
        }
      }
    }
    return false;
  }

  // What is held and worked on already for demands that the case does not tell of.
  void held_before() {
    if (!anything_held()) {
      return;
    }
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
            hold(pool.text_of("sku"), pool.text_of("warehouse"), pool.text_of("channel"), e4(*used),
                 process::HoldKind::hard);
          }
        }
      }
      if (const auto* stock = case_.given.find("stock")) {
        for (const auto& [sku, places] : stock->members) {
          for (const auto& [warehouse, said] : places.members) {
            for (const auto& [word, kind] : {std::pair("allocated", process::HoldKind::hard),
                                             std::pair("soft", process::HoldKind::soft)}) {
              if (const auto* held = said.find(word)) {
                hold(sku, warehouse, "", e4(*held), kind);
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

  // The message of a step, with what the step says of who sends it.
  Arrival arrival_of(const Node& step, const std::string& word, const Node& node) {
    auto arrival = events_->arrival(word, node);
    if (!arrival) {
      throw CannotPlay(step, "`" + word + "` is no message; it cannot stand here");
    }
    if (&step != &node) {
      arrival->source = step.text_of("source", arrival->source);
      if (const auto* rev = step.find("rev")) {
        arrival->rev = std::strtoull(rev->text.c_str(), nullptr, 10);
      }
    }
    return std::move(*arrival);
  }

  // `step` has the modifiers; of what is given it is the event itself.
  void arrive(const Node& step, const std::string& word, const Node& node) {
    const auto arrival = arrival_of(step, word, node);
    const auto* connections = &step == &node ? nullptr : step.find("connections");
    const auto times = &step == &node ? std::size_t{1} : times_of(step);
    const auto all = std::vector<Arrival>(times, arrival);
    const auto refusals =
        connections == nullptr
            ? stage_->arrive_all(all)
            : stage_->arrive_together(all, std::strtoull(connections->text.c_str(), nullptr, 10));
    refuse(node, refusals);
  }

  static void refuse(const Node& at, const std::vector<std::string>& refusals) {
    for (const auto& refused : refusals) {
      if (!refused.empty()) {
        throw CannotPlay(at, "was refused: " + refused);
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

  static const Node::Member& event_of(const Node& step) {
    return *std::find_if(step.members.begin(), step.members.end(),
                         [](const auto& one) { return !is_modifier(one.name); });
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
      if (node.find("at") != nullptr || node.find("after") != nullptr) {
        stage_->settle();  // what time alone brought about
      }
      expect(what, path + ".check");
    } else if (word == "rules") {
      activate(what);
      settle(node);
    } else if (word == "reconfigure") {
      reconfigure(what);
      stage_->settle();
    } else if (word == "replay") {
      replay(what);
      settle(node);
    } else if (word == "many") {
      many(node, what);
    } else if (word == "permute") {
      permute(what, path);
    } else if (word == "concurrently") {
      together(what);
      settle(node);
    } else {
      arrive(node, word, what);
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
    auto& given = given_now_;
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
      if (word == "many") {
        Load load(seed_of(what));
        for (std::uint64_t n = 1; n <= count_of(what); ++n) {
          for (const auto& written : what.find("steps")->items) {
            const auto filled = load.filled(written, n);
            const auto& [inner, said] = event_of(filled);
            arrivals.insert(arrivals.end(), times_of(filled), arrival_of(filled, inner, said));
          }
        }
        continue;
      }
      arrivals.insert(arrivals.end(), times_of(one), arrival_of(one, word, what));
    }
    refuse(list, stage_->arrive_together(arrivals));
  }

  static std::uint64_t count_of(const Node& many) {
    return std::strtoull(many.text_of("count").c_str(), nullptr, 10);
  }
  static std::uint64_t seed_of(const Node& many) {
    return std::strtoull(many.text_of("seed", "1").c_str(), nullptr, 10);
  }

  // Messages of a batch come at once, or each at its own instant; then the processes work.
  void many(const Node& node, const Node& what) {
    const auto count = count_of(what);
    const auto batch = std::max<std::uint64_t>(
        1, std::strtoull(what.text_of("batch", std::to_string(kUsualBatch)).c_str(), nullptr, 10));
    const auto* every = what.find("every");
    const std::int64_t apart = every == nullptr ? 0 : duration_ns(*every);
    std::optional<Watch> watch;
    if (const auto* readers = node.find("readers")) {
      watch.emplace(stage_->store_path(), stage_->settings(),
                    std::strtoull(readers->text.c_str(), nullptr, 10));
    }
    Load load(seed_of(what));
    const auto place = place_;
    std::vector<Arrival> arrivals;
    const auto deliver = [&] {
      refuse(what, stage_->arrive_all(arrivals));
      arrivals.clear();
    };
    for (std::uint64_t n = 1; n <= count; ++n) {
      stage_->move_clock(stage_->now_ns() + apart);
      place_ = place + ".many, time " + std::to_string(n) + ":";
      for (const auto& written : what.find("steps")->items) {
        const auto filled = load.filled(written, n);
        const auto& [word, said] = event_of(filled);
        move_clock(filled);
        if (is_message(word)) {
          arrivals.insert(arrivals.end(), times_of(filled), arrival_of(filled, word, said));
          if (batch == 1) {  // the next step may need what this one made
            deliver();
            stage_->settle();
          }
        } else {
          deliver();
          step(filled, place_);
        }
      }
      const bool full = n % batch == 0 || n == count;
      if (apart > 0 || full) {
        deliver();
      }
      if (full) {
        stage_->settle();
      }
      if (n % std::max<std::uint64_t>(1, count / kLooks) == 0) {
        invariants();
      }
    }
    place_ = place;
    if (watch) {
      const auto wrong = watch->stop();
      for (const auto& one : wrong) {
        checks_.push_back({place_ + ".readers", node.line, "what the model says", one, false});
      }
      checks_.push_back({place_ + ".readers", node.line, "every answer equal to the model",
                         std::to_string(watch->reads()) + " answers, " +
                             std::to_string(wrong.size()) + " of them wrong",
                         wrong.empty() && watch->reads() > 0});
    }
  }

  static bool is_message(const std::string& word) {
    static constexpr std::string_view kOthers[] = {
        "wait",        "restart", "answers", "check",        "rules",
        "reconfigure", "replay",  "permute", "concurrently", "many"};
    return std::find(std::begin(kOthers), std::end(kOthers), word) == std::end(kOthers);
  }

  // Dead letters of the processes are given back, the oldest first: all of them, or those of a type
  // or whose reason contains some words.
  void replay(const Node& what) {
    const auto type = what.find("type") == nullptr ? "" : whole_type(what.text_of("type"));
    const auto words = what.text_of("reason");
    std::size_t given_back = 0;
    for (const auto& letter : stage_->letters()) {
      if (letter.destination == "process" && (type.empty() || letter.type == type) &&
          letter.reason.find(words) != std::string::npos) {
        stage_->give_back(letter.id);
        ++given_back;
      }
    }
    if (given_back == 0) {
      throw CannotPlay(what,
                       "finds no message of the processes to give back; a check of `dead_letters` "
                       "lists what there is, and what was refused as not valid stays refused");
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
    for (const auto& letter : stage_->letters()) {
      checks_.push_back({"then", 0, "no message that cannot be handled",
                         letter.type + ": " + letter.reason, false});
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
  Node given_now_;  // with every `reconfigure` so far
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
