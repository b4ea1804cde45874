// plugins, connectors: what was admitted, and what runs.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>
#include <tuple>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

void add_plugins(CLI::App& app, Console& console) {
  auto* command =
      app.add_subcommand("plugins", "the plugins of the folder: admitted or refused, and why");
  const auto asking = asks_host(*command);
  command->callback([&console, asking] {
    show(console, *asking, "/v1/connector-plugins", [&](const json::value& v) {
      print_rows(v.at("plugins"),
                 {{"plugin", "id"},
                  {"version", "version"},
                  {"vendor", "vendor"},
                  {"state", "state"},
                  {"effect", "effect"},
                  {"file", "file"}},
                 console.out);
      for (const auto& refused : v.at("refused").as_array()) {
        console.out << "refused: " << cell(refused, "file") << ' ' << cell(refused, "reason")
                    << '\n';
      }
    });
  });
}

void add_connectors(CLI::App& app, Console& console) {
  auto* command = app.add_subcommand("connectors", "the connectors: list, pause, resume, restart");
  const auto asking = asks_host(*command);
  command->callback([&console, asking, command] {
    if (!command->get_subcommands().empty()) {
      return;
    }
    show(console, *asking, "/v1/connectors", [&](const json::value& v) {
      print_rows(v.at("connectors"),
                 {{"connector", "name"},
                  {"plugin", "plugin"},
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
}

}  // namespace

void add_connector_commands(CLI::App& app, Console& console) {
  add_plugins(app, console);
  add_connectors(app, console);
}

}  // namespace crossdock::host::app
