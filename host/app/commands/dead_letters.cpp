// dlq: dead letters, listed, shown, given back or closed.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"

namespace crossdock::host::app {

namespace json = boost::json;

void add_dead_letter_commands(CLI::App& app, Console& console) {
  struct Options {
    std::string letter;
    std::string reason = "closed by an operator";
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("dlq", "dead letters: list, show, replay, discard");
  const auto asking = asks_host(*command);
  command->callback([&console, asking, command] {
    if (!command->get_subcommands().empty()) {
      return;
    }
    show(console, *asking, "/v1/dead-letters?limit=1000", [&](const json::value& v) {
      print_rows(v.at("dead_letters"),
                 {{"id", "id"},
                  {"at", "at"},
                  {"message", "type"},
                  {"from", "source"},
                  {"discarded", "discarded"},
                  {"reason", "reason"}},
                 console.out);
    });
  });
  const auto verb = [&](const char* name, const char* help) {
    auto* one = command->add_subcommand(name, help);
    one->add_option("id", options->letter, "as listed")->required();
    one->fallthrough();
    return one;
  };
  const auto path = [options](const std::string& end) {
    return "/v1/dead-letters/" + encoded(options->letter) + end;
  };

  verb("show", "one dead letter with its data and original")->callback([&console, asking, path] {
    show(console, *asking, path(""), [&](const json::value& v) {
      for (const char* field : {"id", "at", "type", "source", "destination", "outcome", "reason",
                                "attempts", "business_key", "correlation_id"}) {
        console.out << field << ": " << cell(v, field) << '\n';
      }
      console.out << "data: " << cell(v, "data") << "\noriginal:\n" << cell(v, "original") << '\n';
    });
  });
  verb("replay", "deliver it again, before what waits behind it")
      ->callback([&console, asking, path, options] {
        order(console, *asking, "POST", path("/replay"), options->letter + ": given back");
      });
  auto* discard = verb("discard", "close it for good; what waits behind it goes on");
  discard->add_option("--reason", options->reason, "kept with it");
  discard->callback([&console, asking, path, options] {
    order(console, *asking, "POST", path("/discard?reason=" + encoded(options->reason)),
          options->letter + ": discarded");
  });
}

}  // namespace crossdock::host::app
