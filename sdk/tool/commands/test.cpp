// test, golden, mapping: a connector judged, its golden pairs proved, its mapping tables printed.
// All three run the library in a process of its own (crossdock-trial).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>

#include "sdk/conformance/child.hpp"
#include "sdk/conformance/judge.hpp"
#include "sdk/plugin/manifest.hpp"
#include "sdk/tool/commands/commands.hpp"
#include "sdk/tool/places.hpp"
#include "sdk/tool/table.hpp"

namespace crossdock::tool {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct TestOptions {
  std::string library;
  std::string config;
  std::string golden;
  std::string report;
  std::string junit;
  std::string only;
  std::uint64_t seed = 0;  // 0: drawn
  int cases = 200;
  int patience_s = 20;
  bool as_json = false;
};

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw std::runtime_error(path + " cannot be read");
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  if (!(out << text).flush()) {
    throw std::runtime_error(path + " cannot be written");
  }
}

std::optional<conformance::Setting> read_setting(const std::string& path) {
  if (path.empty()) {
    return std::nullopt;
  }
  std::vector<std::string> faults;
  auto setting = conformance::setting_from(read_file(path), faults);
  if (!faults.empty()) {
    std::string text = path + " cannot be used:";
    for (const auto& fault : faults) {
      text += "\n  " + fault;
    }
    throw std::runtime_error(text);
  }
  return setting;
}

int test(const TestOptions& options, const Console& console) {
  conformance::Order order;
  order.library = options.library;
  order.trial = helper_program("crossdock-trial");
  order.setting = read_setting(options.config);
  order.golden = options.golden;
  order.seed = options.seed != 0 ? options.seed : std::random_device{}() | 1u;
  order.cases = options.cases;
  order.patience_s = options.patience_s;
  order.only = options.only;
  order.tool = CROSSDOCK_VERSION;
  if (!options.as_json) {
    console.out << "crossdock test " << options.library << ", seed " << order.seed << '\n';
  }
  const auto report = conformance::judge(order, [&](const conformance::CheckResult& check) {
    if (!options.as_json) {
      print_line(check, console.out);
    }
  });
  if (options.as_json) {
    console.out << to_json(report);
  } else {
    print_verdict(report, console.out);
  }
  if (!options.report.empty()) {
    write_file(options.report, to_json(report));
  }
  if (!options.junit.empty()) {
    write_file(options.junit, to_junit(report));
  }
  const auto verdict = report.verdict();
  return verdict == "passed" ? kOk : verdict == "incomplete" ? kIncomplete : kRefused;
}

// One trial without a world: for what needs no instance.
conformance::Trial try_out(const std::string& check, const std::string& library,
                           const std::string& folder) {
  const std::string bytes = read_file(library);
  std::string fault;
  const auto section = plugin::manifest_section(bytes, fault);
  if (!section) {
    throw std::runtime_error(library + ": " + fault);
  }
  conformance::Launch launch;
  launch.check = check;
  launch.library = fs::absolute(library).string();
  launch.manifest = *section;
  launch.folder = folder.empty() ? "" : fs::absolute(folder).string();
  return conformance::run_trial(helper_program("crossdock-trial"), launch,
                                std::chrono::seconds(30));
}

int golden(const TestOptions& options, const Console& console) {
  const auto trial = try_out("golden", options.library, options.golden);
  for (const auto& fault : trial.faults) {
    console.err << "crossdock: " << fault << '\n';
  }
  if (!trial.faults.empty()) {
    return kRefused;
  }
  console.out << json::serialize(trial.value.at("pairs")) << " golden pairs hold\n";
  return kOk;
}

int mapping(const TestOptions& options, const Console& console) {
  const auto trial = try_out("mapping", options.library, "");
  for (const auto& fault : trial.faults) {
    console.err << "crossdock: " << fault << '\n';
  }
  if (!trial.faults.empty()) {
    return kRefused;
  }
  const auto& tables = trial.value.at("tables").as_object();
  if (options.as_json) {
    console.out << json::serialize(tables) << '\n';
    return kOk;
  }
  if (tables.empty()) {
    console.out << "it offers no mapping tables (crossdock.mapping/1)\n";
  }
  for (const auto& [name, rows] : tables) {
    std::vector<std::vector<std::string>> cells;
    for (const auto& row : rows.as_array()) {
      auto& line = cells.emplace_back();
      for (const char* column : {"canonical", "outside", "codec", "presence"}) {
        const auto* cell = row.is_object() ? row.get_object().if_contains(column) : nullptr;
        line.push_back(cell != nullptr && cell->is_string() ? std::string(cell->get_string()) : "");
      }
    }
    console.out << name << '\n';
    print_table({"canonical", "outside", "codec", "presence"}, cells, console.out);
    console.out << '\n';
  }
  return kOk;
}

// Runs the command; what is thrown becomes one line and a refusal.
template <class Command>
std::function<void()> running(Console& console, const std::shared_ptr<TestOptions>& options,
                              Command command) {
  return [&console, options, command] {
    try {
      console.status = command(*options, console);
    } catch (const std::exception& fault) {
      console.err << "crossdock: " << fault.what() << '\n';
      console.status = kRefused;
    }
  };
}

}  // namespace

void add_test_commands(CLI::App& app, Console& console) {
  const auto options = std::make_shared<TestOptions>();
  auto* test_command =
      app.add_subcommand("test", "judge a connector: one line per check, a report");
  test_command->add_option("library", options->library, "the connector's .so")->required();
  test_command->add_option("--config", options->config,
                           "configuration and outside world to judge it in (JSON)");
  test_command->add_option("--golden", options->golden, "folder of golden pairs to prove as well");
  test_command->add_option("--seed", options->seed,
                           "of hostile bytes; drawn and printed if not given");
  test_command->add_option("--cases", options->cases, "how many hostile messages")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  test_command
      ->add_option("--patience", options->patience_s,
                   "seconds to wait for one answer; a check has six times that")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  test_command->add_option("--only", options->only, "make this one check")
      ->check(CLI::IsMember(conformance::check_names()));
  test_command->add_flag("--json", options->as_json, "the report as JSON instead of lines");
  test_command->add_option("--report", options->report, "write the report (JSON) to this file");
  test_command->add_option("--junit", options->junit,
                           "write the results as JUnit XML to this file");
  test_command->footer(
      "Example:\n  crossdock test build/connectors/acme.so --config conformance.json\n"
      "Exit status: 0 passed, 1 refused, 3 nothing failed but some checks could not be made.");
  test_command->callback(running(console, options, &test));

  auto* golden_command =
      app.add_subcommand("golden", "prove a connector's mapping tables by pairs of documents");
  golden_command->add_option("library", options->library, "the connector's .so")->required();
  golden_command->add_option("folder", options->golden, "TABLE/CASE.canonical.json and its pairs")
      ->required();
  golden_command->footer("Example:\n  crossdock golden build/connectors/acme.so golden");
  golden_command->callback(running(console, options, &golden));

  auto* mapping_command = app.add_subcommand("mapping", "print a connector's mapping tables");
  mapping_command->add_option("library", options->library, "the connector's .so")->required();
  mapping_command->add_flag("--json", options->as_json, "the tables as JSON");
  mapping_command->footer("Example:\n  crossdock mapping build/connectors/acme.so");
  mapping_command->callback(running(console, options, &mapping));
}

}  // namespace crossdock::tool
