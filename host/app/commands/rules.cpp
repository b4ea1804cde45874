// rules and dry-run: what other sourcing rules would have decided, making them hold, and what one
// message would do. Both read the store beside a running host and change nothing by themselves;
// `rules activate` tells the host.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/decisions.hpp"
#include "crossdock/canonical/id.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"
#include "host/app/configuration.hpp"
#include "host/app/configuration_files.hpp"
#include "host/app/process_settings.hpp"
#include "host/process/replay/dry_run.hpp"
#include "host/process/sourcing/simulate.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

std::optional<std::string> content(const std::string& path, Console& console) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    console.err << "crossdock: there is no file " << path << '\n';
    console.status = tool::kUsage;
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool told(const Problems& problems, Console& console) {
  for (const auto& problem : problems) {
    console.err << problem.file << ": " << problem.path << " " << problem.message << '\n';
  }
  if (!problems.empty()) {
    console.status = tool::kConfiguration;
  }
  return !problems.empty();
}

// The `sourcing` block of a file; other blocks of the processes may stand beside it.
std::optional<process::SourcingRules> rules_in(const std::string& path, Console& console) {
  const auto text = content(path, console);
  if (!text) {
    return std::nullopt;
  }
  Problems problems;
  const auto tree = from_info(*text, path, problems);
  process::Settings settings;
  if (problems.empty()) {
    Section root(tree, path, "", problems);
    bool company = false;
    read_process_blocks(root, settings, company);
    root.finish();
  }
  if (told(problems, console)) {
    return std::nullopt;
  }
  if (!settings.has_sourcing) {
    console.err << "crossdock: " << path
                << " has no sourcing block; write sourcing NAME { rank \"distance\" ... }\n";
    console.status = tool::kConfiguration;
    return std::nullopt;
  }
  return settings.sourcing;
}

std::optional<Configuration> configuration_of(const std::string& path, Console& console) {
  Problems problems;
  auto out = read_configuration(path, problems);
  return told(problems, console) ? std::nullopt : std::optional(std::move(out));
}

struct RuleOptions {
  std::string config = "/etc/crossdock/crossdock.info";
  std::string file;
  std::size_t most = 10'000;
  std::string actor = "operator";
  std::string type;
  std::string source = "operator";
  bool as_json = false;
  bool data = false;
};

void print_counts(const process::Simulation& s, std::ostream& out) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counts;
  for (const auto& [warehouse, orders] : s.before) {
    counts[warehouse].first = orders;
  }
  for (const auto& [warehouse, orders] : s.after) {
    counts[warehouse].second = orders;
  }
  json::array rows;
  for (const auto& [warehouse, both] : counts) {
    rows.push_back(
        json::object{{"warehouse", warehouse}, {"before", both.first}, {"after", both.second}});
  }
  print_rows(
      rows,
      {{"warehouse", "warehouse"}, {"orders as decided", "before"}, {"with these rules", "after"}},
      out);
}

void simulate(const RuleOptions& options, Console& console) {
  const auto rules = rules_in(options.file, console);
  const auto configuration = rules ? configuration_of(options.config, console) : std::nullopt;
  if (!configuration) {
    return;
  }
  journal::Database db(configuration->data_dir / "store.sqlite", journal::Database::Mode::reader);
  const auto came = process::simulate(db, *rules, options.most);
  if (options.as_json) {
    console.out << process::to_json(came) << '\n';
    return;
  }
  console.out << came.decisions << " decisions tried, " << came.changed << " would be others; "
              << came.waiting_before << " had something missing, " << came.waiting_after
              << " would have\n\n";
  print_counts(came, console.out);
  if (!came.examples.empty()) {
    console.out << '\n';
    json::array rows;
    for (const auto& one : came.examples) {
      rows.push_back(
          json::object{{"order", one.order_id}, {"before", one.before}, {"after", one.after}});
    }
    print_rows(rows, {{"order", "order"}, {"was", "before"}, {"would be", "after"}}, console.out);
  }
  console.out << "\nNothing was changed. To make them hold: crossdock rules activate "
              << options.file << '\n';
}

void show_rules(const RuleOptions& options, Console& console) {
  const auto configuration = configuration_of(options.config, console);
  if (!configuration) {
    return;
  }
  journal::Database db(configuration->data_dir / "store.sqlite", journal::Database::Mode::reader);
  const auto active = process::active_rules(db);
  console.out << json::serialize(
                     json::object{{"version", active.version},
                                  {"rules", json::parse(process::to_json(active.rules))}})
              << '\n';
}

void activate(const RuleOptions& options, const Asking& asking, Console& console) {
  const auto rules = rules_in(options.file, console);
  if (!rules) {
    return;
  }
  canonical::RuleSet set;
  set.name = rules->name;
  set.rules = process::to_json(*rules);
  set.actor = options.actor;
  if (const auto value =
          call(console, asking, "POST", "/v1/instructions/rules", canonical::encode(set))) {
    console.out << (asking.as_json ? json::serialize(*value)
                                   : "rules \"" + set.name +
                                         "\" hold for the orders that come from now on (message " +
                                         cell(*value, "message") + ")")
                << '\n';
  }
}

void print_dry_run(const process::DryRun& run, const RuleOptions& options, Console& console) {
  if (!run.refused.empty()) {
    console.out << "it would become a dead letter: " << run.refused << '\n';
    console.status = tool::kRefused;
    return;
  }
  console.out << "it would be handled\n";
  for (const auto& one : run.orders) {
    console.out << "  order " << one.po_number << " (" << one.order_id
                << "): " << (one.before.empty() ? "new" : one.before) << " -> " << one.after
                << '\n';
  }
  for (const auto& one : run.sent) {
    console.out << "  would send " << one.type
                << (one.target.empty() ? " by its route" : " to " + one.target) << '\n';
    if (options.data) {
      console.out << "    " << one.data << '\n';
    }
  }
  for (const auto& one : run.alerts) {
    console.out << "  would alert " << one << '\n';
  }
  for (const auto& one : run.broken) {
    console.out << "  would break " << one << '\n';
    console.status = tool::kRefused;
  }
  console.out << "nothing was changed, nothing was sent\n";
}

json::object dry_run_to_json(const process::DryRun& run) {
  json::array sent;
  for (const auto& one : run.sent) {
    sent.push_back(json::object{{"type", one.type},
                                {"target", one.target},
                                {"subject", one.subject},
                                {"data", json::parse(one.data)}});
  }
  json::array orders;
  for (const auto& one : run.orders) {
    orders.push_back(json::object{{"order", one.order_id},
                                  {"po_number", one.po_number},
                                  {"before", one.before},
                                  {"after", one.after}});
  }
  const auto list = [](const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) {
      out.emplace_back(text);
    }
    return out;
  };
  return {{"handled", run.refused.empty()}, {"refused", run.refused},
          {"orders", std::move(orders)},    {"sent", std::move(sent)},
          {"alerts", list(run.alerts)},     {"broken", list(run.broken)}};
}

void run_dry(const RuleOptions& options, Console& console) {
  const auto text = content(options.file, console);
  const auto configuration = text ? configuration_of(options.config, console) : std::nullopt;
  if (!configuration) {
    return;
  }
  const auto type =
      options.type.starts_with("crossdock.") ? options.type : "crossdock." + options.type + ".v1";
  const auto* entity = canonical::entity_of(type);
  if (entity == nullptr) {
    console.err << "crossdock: there is no message type " << type
                << "; docs/reference/canonical.md lists them\n";
    console.status = tool::kUsage;
    return;
  }
  if (const auto problems = entity->check(*text); !problems.empty()) {
    console.err << "crossdock: not a valid " << entity->entity << ": "
                << canonical::to_text(problems) << '\n';
    console.status = tool::kRefused;
    return;
  }
  const auto now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  canonical::Message message;
  auto& e = message.envelope;
  e.id = canonical::IdSource::system().next("msg");
  e.source = options.source;
  e.type = type;
  e.dataschema = entity->dataschema;
  e.idempotency_key = e.correlation_id = e.id;
  e.time.ns = e.occurred_at.ns = now_ns;
  message.data = *text;
  const auto came =
      process::dry_run(configuration->data_dir / "store.sqlite", configuration->settings, now_ns,
                       message, fs::temp_directory_path());
  if (options.as_json) {
    console.out << json::serialize(dry_run_to_json(came)) << '\n';
    console.status = came.refused.empty() && came.broken.empty() ? tool::kOk : tool::kRefused;
  } else {
    print_dry_run(came, options, console);
  }
}

// What the store or the disk refuses is said in words.
void guarded(Console& console, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& fault) {
    console.err << "crossdock: " << fault.what() << '\n';
    console.status = tool::kRefused;
  }
}

}  // namespace

void add_rule_commands(CLI::App& app, Console& console) {
  const auto options = std::make_shared<RuleOptions>();
  auto* rules = app.add_subcommand("rules", "sourcing rules: show, simulate, activate");
  rules->require_subcommand(1);

  auto* shown = rules->add_subcommand("show", "the rules that hold, with their version");
  shown->add_option("--config", options->config, "configuration file")->capture_default_str();
  shown->callback(
      [&console, options] { guarded(console, [&] { show_rules(*options, console); }); });

  auto* tried = rules->add_subcommand(
      "simulate", "what past orders would have got under other rules; changes nothing");
  tried->add_option("file", options->file, "INFO file with a sourcing block; - for input")
      ->required();
  tried->add_option("--config", options->config, "configuration file")->capture_default_str();
  tried->add_option("--most", options->most, "so many of the newest decisions")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  tried->add_flag("--json", options->as_json, "the result as JSON");
  tried->footer(
      "Each past decision is asked again with the stock, calendars and capacities of its moment.\n"
      "Example:\n  crossdock rules simulate spring.info --config crossdock.info\n"
      "Exit status: 0 done, 1 refused, 64 wrong usage, 78 the file or the configuration is wrong.");
  tried->callback([&console, options] { guarded(console, [&] { simulate(*options, console); }); });

  auto* made = rules->add_subcommand("activate", "these rules hold from now on, in a running host");
  const auto asking = asks_host(*made);
  made->add_option("file", options->file, "INFO file with a sourcing block; - for input")
      ->required();
  made->add_option("--actor", options->actor, "who decides it")->capture_default_str();
  made->footer(
      "Orders that are routed keep their plan; each decision names the version it was made under.\n"
      "Example:\n  crossdock rules activate spring.info --actor planning");
  made->callback([&console, options, asking] {
    guarded(console, [&] { activate(*options, *asking, console); });
  });

  auto* dry =
      app.add_subcommand("dry-run", "what one message would do; nothing is changed or sent");
  dry->add_option("file", options->file,
                  "the message's data (JSON, canonical/schemas); - for input")
      ->required();
  dry->add_option("--type", options->type, "its type, whole or short: sales.order.captured")
      ->required();
  dry->add_option("--source", options->source, "who would send it")->capture_default_str();
  dry->add_option("--config", options->config, "configuration file")->capture_default_str();
  dry->add_flag("--data", options->data, "print what would be sent, whole");
  dry->add_flag("--json", options->as_json, "the result as JSON");
  dry->footer(
      "It is applied to a copy of the store; a host may run meanwhile.\n"
      "Example:\n  crossdock dry-run order.json --type sales.order.captured --source edi\n"
      "Exit status: 0 it would be handled, 1 it would not, 64 wrong usage, 78 the configuration is "
      "wrong.");
  dry->callback([&console, options] { guarded(console, [&] { run_dry(*options, console); }); });
}

}  // namespace crossdock::host::app
