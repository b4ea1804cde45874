// plugins, connectors, reload: what was admitted, what runs, and replacing the one by the other.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>
#include <tuple>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

// What a replacement brought, in words; status 1 where a connector did not get it.
void replace(Console& console, const Asking& asking, const std::string& path) {
  const auto value = call(console, asking, "POST", path);
  if (!value) {
    return;
  }
  const auto& failures = value->at("failures").as_array();
  if (!failures.empty()) {
    console.status = tool::kRefused;
  }
  if (asking.as_json) {
    console.out << json::serialize(*value) << '\n';
    return;
  }
  for (const auto& name : value->at("connectors").as_array()) {
    console.out << std::string(name.as_string()) << " has taken over\n";
  }
  for (const auto& one : failures) {
    console.err << "crossdock: " << cell(one, "connector")
                << " runs on as before: " << cell(one, "reason") << '\n';
  }
  for (const auto& text : value->at("needs_restart").as_array()) {
    console.out << "not before a restart of the host: " << std::string(text.as_string()) << '\n';
  }
  if (failures.empty() && value->at("connectors").as_array().empty()) {
    console.out << "no connector had to be replaced\n";
  }
}

void add_plugins(CLI::App& app, Console& console) {
  auto* command = app.add_subcommand(
      "plugins", "the plugins of the folder: running, admitted or refused, and why");
  const auto asking = asks_host(*command);
  command->footer(
      "Examples:\n  crossdock plugins\n  crossdock plugins use acme_desk 1.2.0\n"
      "  crossdock plugins rollback acme_desk");
  const auto id = std::make_shared<std::string>();
  const auto version = std::make_shared<std::string>();
  const auto force = std::make_shared<bool>(false);
  auto* use = command->add_subcommand("use", "have this version take over");
  use->add_option("plugin", *id, "its id")->required();
  use->add_option("version", *version, "as listed, or the beginning of its SHA-256")->required();
  use->add_flag("--force", *force, "also an older version than the one that runs; recorded");
  use->fallthrough();
  use->callback([&console, asking, id, version, force] {
    replace(console, *asking,
            "/v1/connector-plugins/" + encoded(*id) + "/use?version=" + encoded(*version) +
                (*force ? "&force=true" : ""));
  });
  auto* rollback = command->add_subcommand("rollback", "go back to the version that ran before");
  rollback->add_option("plugin", *id, "its id")->required();
  rollback->fallthrough();
  rollback->callback([&console, asking, id] {
    replace(console, *asking, "/v1/connector-plugins/" + encoded(*id) + "/rollback");
  });
  command->callback([&console, asking, command] {
    if (!command->get_subcommands().empty()) {
      return;
    }
    show(console, *asking, "/v1/connector-plugins", [&](const json::value& v) {
      print_rows(v.at("plugins"),
                 {{"plugin", "id"},
                  {"version", "version"},
                  {"vendor", "vendor"},
                  {"state", "state"},
                  {"signature", "signature"},
                  {"publisher", "publisher"},
                  {"certified", "certified"},
                  {"file", "file"},
                  {"remark", "remark"}},
                 console.out);
      for (const auto& refused : v.at("refused").as_array()) {
        console.out << "refused: " << cell(refused, "file") << ' ' << cell(refused, "reason")
                    << '\n';
      }
    });
  });
}

void add_connectors(CLI::App& app, Console& console) {
  auto* command =
      app.add_subcommand("connectors", "the connectors: list, pause, resume, restart, rollback");
  const auto asking = asks_host(*command);
  command->callback([&console, asking, command] {
    if (!command->get_subcommands().empty()) {
      return;
    }
    show(console, *asking, "/v1/connectors", [&](const json::value& v) {
      print_rows(v.at("connectors"),
                 {{"connector", "name"},
                  {"plugin", "plugin"},
                  {"version", "plugin_version"},
                  {"state", "state"},
                  {"paused", "paused"},
                  {"delivered", "delivered"},
                  {"emitted", "emitted"},
                  {"pending", "pending"},
                  {"restarts", "restarts"},
                  {"reason", "reason"},
                  {"trouble", "trouble"}},
                 console.out);
    });
  });
  const auto name = std::make_shared<std::string>();
  for (const auto& [verb, method, help] :
       {std::tuple("pause", "PUT", "take in and bring out nothing until resumed"),
        std::tuple("resume", "PUT", "go on after a pause"),
        std::tuple("restart", "POST", "start its worker anew; ends a quarantine")}) {
    auto* one = command->add_subcommand(verb, help);
    one->add_option("connector", *name, "its name")->required();
    one->fallthrough();
    const std::string word = verb;
    const std::string http_method = method;
    one->callback([&console, asking, name, word, http_method] {
      order(console, *asking, http_method, "/v1/connectors/" + encoded(*name) + "/" + word,
            *name + ": " + word + " asked for");
    });
  }
  auto* rollback =
      command->add_subcommand("rollback", "go back to the configuration it had before");
  rollback->add_option("connector", *name, "its name")->required();
  rollback->fallthrough();
  rollback->callback([&console, asking, name] {
    replace(console, *asking, "/v1/connectors/" + encoded(*name) + "/rollback");
  });
}

void add_reload(CLI::App& app, Console& console) {
  auto* command = app.add_subcommand(
      "reload", "read the configuration anew; connectors whose settings changed are replaced");
  const auto asking = asks_host(*command);
  command->footer(
      "Nothing changes where the configuration has faults. Exit status 1: refused, or a connector "
      "runs on as before.");
  command->callback([&console, asking] { replace(console, *asking, "/v1/reload"); });
}

}  // namespace

void add_connector_commands(CLI::App& app, Console& console) {
  add_plugins(app, console);
  add_connectors(app, console);
  add_reload(app, console);
}

}  // namespace crossdock::host::app
