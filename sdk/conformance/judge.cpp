#include "sdk/conformance/judge.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "sdk/conformance/child.hpp"
#include "sdk/conformance/looks.hpp"
#include "sdk/conformance/world.hpp"
#include "sdk/plugin/hash.hpp"
#include "sdk/plugin/manifest.hpp"

namespace crossdock::conformance {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::seconds;
using std::chrono::steady_clock;

// A folder for one check, gone with it.
class Scratch {
 public:
  explicit Scratch(const Setting& setting) {
    std::string name = (fs::temp_directory_path() / "crossdock-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no folder can be made in " + fs::temp_directory_path().string());
    }
    path_ = name;
    if (!setting.effects.empty()) {
      fs::create_directories(path_ / setting.effects);
    }
    for (const auto& [file, content] : setting.files) {
      fs::create_directories((path_ / file).parent_path());
      if (file.ends_with('/')) {
        continue;  // a folder with nothing in it
      }
      std::ofstream(path_ / file, std::ios::binary) << content;
    }
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

  std::size_t files_in(const std::string& folder) const {
    std::size_t count = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(path_ / folder, error), end; !error && it != end;
         it.increment(error)) {
      count += it->is_regular_file() ? 1 : 0;
    }
    return count;
  }

 private:
  fs::path path_;
};

// The values of settings that the schema marks as secret; they must not be seen again.
std::vector<std::string> secrets_of(const plugin::Manifest& manifest,
                                    const std::string& configuration) {
  std::vector<std::string> out;
  json::error_code error;
  const auto schema = json::parse(manifest.configuration_schema, error);
  const auto given = json::parse(configuration);
  const auto* properties =
      error || !schema.is_object() ? nullptr : schema.get_object().if_contains("properties");
  if (properties != nullptr && properties->is_object()) {
    for (const auto& [key, property] : properties->get_object()) {
      const auto* secret =
          property.is_object() ? property.get_object().if_contains("x-secret") : nullptr;
      const auto* value = given.as_object().if_contains(key);
      if (secret != nullptr && value != nullptr && value->is_string() &&
          value->get_string().size() >= 6) {
        out.emplace_back(value->get_string());
      }
    }
  }
  return out;
}

// What all checks of one judgement share.
struct Case {
  const Order& order;
  std::string bytes;                         // of the library
  std::optional<plugin::Manifest> manifest;  // none: it cannot be read
  std::string manifest_fault;
  Setting setting;
  bool messages_given = false;
  World world;

  Launch launch(const std::string& check, const Scratch& scratch) const {
    Launch out;
    out.check = check;
    out.library = fs::absolute(order.library).string();
    out.manifest = manifest->json;
    out.configuration = configuration_text(setting, world.url(), scratch.path());
    out.configuration_given = setting.given;
    out.messages = setting.messages;
    out.messages_given = messages_given;
    out.cursor = setting.cursor;
    out.state = setting.state;
    out.secrets = secrets_of(*manifest, out.configuration);
    out.folder = order.golden.empty() ? "" : fs::absolute(order.golden).string();
    out.seed = order.seed;
    out.cases = order.cases;
    out.patience_s = order.patience_s;
    return out;
  }
  seconds time() const { return seconds(order.patience_s * 6); }
  bool counts_effects() const {
    return !setting.effects.empty() ||
           std::any_of(setting.world.begin(), setting.world.end(),
                       [](const auto& rule) { return !rule.effect.empty(); });
  }
  std::size_t effects(const Scratch& scratch) const {
    return setting.effects.empty() ? world.effects() : scratch.files_in(setting.effects);
  }
};

void take(const Trial& trial, CheckResult& out) {
  out.reasons.insert(out.reasons.end(), trial.faults.begin(), trial.faults.end());
  if (!trial.faults.empty()) {
    out.result = Result::failed;
  } else if (out.result == Result::passed && trial.needs) {
    out.result = Result::skipped;
    out.reasons.push_back(*trial.needs);
  } else if (out.result == Result::passed && trial.skip) {
    out.result = Result::not_applicable;
    out.reasons.push_back(*trial.skip);
  } else if (out.result == Result::passed) {
    out.reasons.insert(out.reasons.end(), trial.notes.begin(), trial.notes.end());
  }
}

void fail(CheckResult& out, std::string reason) {
  out.result = Result::failed;
  out.reasons.push_back(std::move(reason));
}

void need(CheckResult& out, std::string what) {
  if (out.result != Result::failed) {
    out.result = Result::skipped;
    out.reasons.push_back(std::move(what));
  }
}

void not_applicable(CheckResult& out, std::string why) {
  if (out.result == Result::passed) {
    out.result = Result::not_applicable;
    out.reasons.push_back(std::move(why));
  }
}

// One trial, in a fresh world.
Trial try_out(Case& c, const char* check, Mood mood) {
  const Scratch scratch(c.setting);
  c.world.begin(mood, c.order.seed);
  auto launch = c.launch(check, scratch);
  launch.world_is_slow = mood == Mood::slow && c.counts_effects() && c.setting.effects.empty();
  return run_trial(c.order.trial, launch, c.time());
}

std::set<std::string> keys_of(const Trial& trial) {
  std::set<std::string> out;
  const auto* keys = trial.value.if_contains("keys");
  if (keys != nullptr && keys->is_array()) {
    for (const auto& key : keys->get_array()) {
      out.insert(std::string(key.as_string()));
    }
  }
  return out;
}

// --- the checks ----------------------------------------------------------------------------------

void look_at_manifest(Case& c, CheckResult& out) {
  if (!c.manifest) {
    fail(out, c.manifest_fault);
    return;
  }
  for (auto& one : faults_of_manifest(*c.manifest)) {
    fail(out, std::move(one));
  }
}

void look_at_exports(Case& c, CheckResult& out) {
  for (auto& one : faults_of_exports(c.bytes)) {
    fail(out, std::move(one));
  }
}

void look_at_linkage(Case& c, CheckResult& out) {
  for (auto& one : faults_of_linkage(c.bytes)) {
    fail(out, std::move(one));
  }
}

template <Mood kMood>
void run_plain(Case& c, CheckResult& out) {
  take(try_out(c, out.name.c_str(), kMood), out);
}

void run_hostile_world(Case& c, CheckResult& out) {
  if (c.setting.world.empty()) {
    not_applicable(out, "no world was given that it would ask");
    return;
  }
  take(try_out(c, "hostile world", Mood::hostile), out);
}

void run_golden(Case& c, CheckResult& out) {
  if (c.order.golden.empty()) {
    not_applicable(out, "no folder of pairs was given (--golden)");
    return;
  }
  take(try_out(c, "golden", Mood::kind), out);
}

// What a source emitted and the host had not yet made durable is emitted again by the next process.
void kill_a_source(Case& c, CheckResult& out) {
  const Scratch scratch(c.setting);
  c.world.begin(Mood::kind, c.order.seed);
  const auto first = run_trial(c.order.trial, c.launch("emit and wait", scratch), c.time(),
                               [](const Trial& so_far) { return !so_far.value.empty(); });
  take(first, out);
  const auto before = keys_of(first);
  if (out.result != Result::passed) {
    return;
  }
  if (before.empty()) {
    need(out, "a world that has news for poll (--config FILE); it emitted nothing");
    return;
  }
  const auto second = run_trial(c.order.trial, c.launch("emit again", scratch), c.time());
  take(second, out);
  const auto after = keys_of(second);
  std::string lost;
  for (const auto& key : before) {
    lost += after.contains(key) ? "" : (lost.empty() ? "" : ", ") + key;
  }
  if (!lost.empty()) {
    fail(out, "killed after it had emitted and before that was durable, it did not emit again: " +
                  lost + "; a source is acknowledged in accepted(), not before");
  }
}

// What was sent when the process died is in doubt: brought out again it must not be there twice.
void kill_a_sink(Case& c, CheckResult& out) {
  if (!c.counts_effects() || !c.messages_given) {
    need(out, "messages and a world that counts effects (--config FILE)");
    return;
  }
  if (c.manifest->effect == "at_least_once") {
    return;  // it does not promise more
  }
  const Scratch scratch(c.setting);
  c.world.begin(c.setting.effects.empty() ? Mood::holds : Mood::kind, c.order.seed);
  const auto first = run_trial(
      c.order.trial, c.launch("deliver and wait", scratch), c.time(), [&](const Trial& so_far) {
        return so_far.value.contains("delivered") && c.effects(scratch) > 0;
      });
  take(first, out);
  if (!first.killed) {
    if (out.result == Result::passed) {
      fail(out, "a delivered message had no effect on the outside world");
    }
    return;
  }
  const auto happened = c.effects(scratch);
  auto again = c.launch("deliver until settled", scratch);
  again.in_doubt = true;
  again.messages.resize(1);
  again.state = first.state.value_or(again.state);
  // The same world goes on, in a better mood; what has happened stays.
  c.world.go_on();
  const auto second = run_trial(c.order.trial, again, c.time());
  take(second, out);
  if (out.result == Result::passed && c.effects(scratch) != happened) {
    fail(out, "killed between sending and the answer, and delivered again, one message had " +
                  std::to_string(c.effects(scratch)) +
                  " effects; declare at_least_once, send a key that the other side knows, or look "
                  "first (crossdock.find/1)");
  }
}

void run_kill(Case& c, CheckResult& out) {
  const bool reads = c.manifest->offers("crossdock.poll/1");
  const bool writes = !c.manifest->takes.empty();
  if (reads) {
    kill_a_source(c, out);
  }
  if (writes) {
    kill_a_sink(c, out);
  }
  if (!reads && !writes) {
    not_applicable(out, "it takes nothing and does not poll");
  }
}

// Half of the answers are lost, and everything is delivered twice: as many effects as messages.
void run_effect(Case& c, CheckResult& out) {
  const auto& effect = c.manifest->effect;
  if (c.manifest->takes.empty()) {
    not_applicable(out, "it brings nothing out");
    return;
  }
  if (effect == "at_least_once") {
    not_applicable(out, "it declares at_least_once, which promises nothing to show");
    return;
  }
  if (effect == "lookup_before_write" && !c.manifest->offers("crossdock.find/1")) {
    fail(out, "it declares lookup_before_write, but its extensions do not list crossdock.find/1");
    return;
  }
  if (!c.counts_effects() || !c.messages_given) {
    need(out, "messages and a world that counts effects (--config FILE)");
    return;
  }
  const Scratch scratch(c.setting);
  c.world.begin(Mood::loses, c.order.seed);
  const auto trial = run_trial(c.order.trial, c.launch("deliver until settled", scratch), c.time());
  take(trial, out);
  if (out.result != Result::passed) {
    return;
  }
  auto again = c.launch("deliver until settled", scratch);
  again.in_doubt = true;
  again.state = trial.state.value_or(again.state);
  take(run_trial(c.order.trial, again, c.time()), out);
  const auto* done = trial.value.if_contains("done");
  const auto wanted = done != nullptr && done->is_number() ? done->to_number<std::size_t>() : 0;
  if (wanted == 0) {
    fail(out, "none of the given messages was done, so no effect could be shown");
  } else if (c.effects(scratch) != wanted) {
    fail(out, std::to_string(wanted) + " messages, delivered twice while answers were lost, had " +
                  std::to_string(c.effects(scratch)) + " effects; the manifest declares " + effect);
  }
}

struct Check {
  const char* name;
  const char* title;
  bool runs;  // needs a library that opens
  void (*make)(Case& c, CheckResult& out);
};

constexpr Check kChecks[] = {
    {"manifest", "complete, and readable without running code", false, &look_at_manifest},
    {"exports", "nothing leaves the library but its entry", false, &look_at_exports},
    {"linkage", "libraries of the system only, and no folders to look for others in", false,
     &look_at_linkage},
    {"loads", "opens, and its table is whole", true, &run_plain<Mood::kind>},
    {"configuration", "the schema is honest: what it forbids is refused", true,
     &run_plain<Mood::kind>},
    {"lifecycle", "start and stop in any state, twice, two at once", true, &run_plain<Mood::kind>},
    {"threads", "max_in_flight at once, deliver returns soon, poll beside it", true,
     &run_plain<Mood::slow>},
    {"repeats", "repeated and reordered messages, sources read again", true,
     &run_plain<Mood::kind>},
    {"slow host", "every call of the host takes 50 ms", true, &run_plain<Mood::kind>},
    {"no credit", "emit says XD_AGAIN: nothing is lost, stop still works", true,
     &run_plain<Mood::kind>},
    {"kill", "kill -9 between send and acknowledgement", true, &run_kill},
    {"growth", "a host of a later minor, members that it does not know", true,
     &run_plain<Mood::kind>},
    {"hostile bytes", "oversize and malformed messages, cursors, calls", true,
     &run_plain<Mood::kind>},
    {"hostile world", "an outside system that answers nonsense", true, &run_hostile_world},
    {"leaks", "no memory, threads or descriptors left after stop", true, &run_plain<Mood::kind>},
    {"effect", "one effect per message, as the manifest declares", true, &run_effect},
    {"golden", "the mapping tables do what the golden pairs say", true, &run_golden},
};

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string read_library(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error || !fs::is_regular_file(path)) {
    throw std::runtime_error(path.string() + " cannot be read: " +
                             (error ? error.message() : "it is not a regular file"));
  }
  if (size > plugin::kLargestLibrary) {
    throw std::runtime_error(path.string() + " is larger than 64 MiB");
  }
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<std::string> check_names() {
  std::vector<std::string> out;
  for (const auto& check : kChecks) {
    out.emplace_back(check.name);
  }
  return out;
}

Report judge(const Order& order, const std::function<void(const CheckResult&)>& tell) {
  std::string bytes = read_library(order.library);
  std::string fault;
  const auto section = plugin::manifest_section(bytes, fault);
  auto manifest = section ? plugin::parse_manifest(*section, fault) : std::nullopt;
  Setting setting = order.setting.value_or(
      made_up_setting(manifest ? manifest->configuration_schema : std::string()));
  const bool messages_given = !setting.messages.empty();
  if (manifest && !messages_given) {
    // Of the types it takes, with nothing in them: enough to see whether it keeps to the contract.
    for (const auto& type : manifest->takes) {
      setting.messages.push_back({type, "", "", "{}"});
    }
  }
  Case c{order,   std::move(bytes), std::move(manifest), fault,
         setting, messages_given,   World(setting.world)};
  Report report;
  report.library = order.library.filename().string();
  report.sha256 = plugin::sha256_hex(c.bytes);
  report.bytes = c.bytes.size();
  report.tool = order.tool;
  report.at = now_text();
  report.seed = order.seed;
  if (c.manifest) {
    report.id = c.manifest->id;
    report.version = c.manifest->version;
  }
  bool opens = c.manifest.has_value();
  for (const auto& check : kChecks) {
    if (!order.only.empty() && order.only != check.name) {
      continue;
    }
    CheckResult result{check.name, check.title};
    const auto since = steady_clock::now();
    if (check.runs && !opens) {
      need(result, "a library that opens and whose manifest can be read");
    } else {
      check.make(c, result);
    }
    if (std::string_view(check.name) == "loads" && result.result == Result::failed) {
      opens = false;
    }
    result.seconds = std::chrono::duration<double>(steady_clock::now() - since).count();
    tell(result);
    report.checks.push_back(std::move(result));
  }
  return report;
}

}  // namespace crossdock::conformance
