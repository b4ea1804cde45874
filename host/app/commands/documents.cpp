// alerts, documents: what a person should look at, and what partners said of what they were sent.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

void add_alerts(CLI::App& app, Console& console) {
  auto* command = app.add_subcommand("alerts", "what a person should look at, the latest first");
  const auto asking = asks_host(*command);
  command->footer(
      "Refused and overdue documents, orders that came twice, stock that cannot be, ...\n"
      "Exit status: 0 shown, 2 no host answers.");
  command->callback([&console, asking] {
    show(console, *asking, "/v1/alerts?limit=1000", [&](const json::value& value) {
      print_rows(value.at("alerts"),
                 {{"at", "at"}, {"kind", "kind"}, {"about", "subject"}, {"what", "text"}},
                 console.out);
    });
  });
}

void add_documents(CLI::App& app, Console& console) {
  struct Options {
    std::string partner, state;
  };
  const auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("documents", "documents sent to partners and what became of them");
  const auto asking = asks_host(*command);
  command->add_option("--partner", options->partner, "of this partner only");
  command->add_option("--state", options->state, "waiting, overdue or refused")
      ->check(CLI::IsMember({"waiting", "overdue", "refused"}));
  command->footer(
      "The latest first. The state is sent (no acknowledgement is expected), waiting, overdue,\n"
      "acknowledged or refused; `said` is the partner's own word (A, E, P, R).\n"
      "Exit status: 0 shown, 2 no host answers, 64 wrong usage.\n"
      "Examples:\n"
      "  crossdock documents --state overdue\n"
      "  crossdock documents --partner north --json");
  command->callback([&console, asking, options] {
    const auto path = "/v1/documents?limit=1000&partner=" + encoded(options->partner) +
                      "&state=" + options->state;
    show(console, *asking, path, [&](const json::value& value) {
      print_rows(value.at("documents"),
                 {{"kind", "kind"},
                  {"control number", "control_number"},
                  {"partner", "partner"},
                  {"about", "refers_to"},
                  {"issued at", "issued_at"},
                  {"state", "state"},
                  {"said", "acknowledged"}},
                 console.out);
    });
  });
}

}  // namespace

void add_document_commands(CLI::App& app, Console& console) {
  add_alerts(app, console);
  add_documents(app, console);
}

}  // namespace crossdock::host::app
