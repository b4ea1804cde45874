#include "host/app/command_line.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

#include "host/app/commands/commands.hpp"

namespace crossdock::host::app {

int run_command_line(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app{"Crossdock: orders, stock and shipments across the systems of a distributor",
               "crossdock"};
  app.set_version_flag("--version", CROSSDOCK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  crossdock check --config /etc/crossdock/crossdock.info\n"
      "  crossdock trace PO-4711\n  crossdock dlq replay 1042-erp\n"
      "Exit status: 0 done, 1 refused, 2 no host answers, 64 wrong usage, 70 the host had to stop, "
      "78 the configuration is wrong.");
  Console console{out, err};
  for (const auto add : kHostCommands) {
    add(app, console);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault, out, err) == 0 ? tool::kOk : tool::kUsage;
  }
  return console.status;
}

}  // namespace crossdock::host::app
