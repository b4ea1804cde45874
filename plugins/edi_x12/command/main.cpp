// crossdock-x12: the X12 engine on the command line, without a host.
#include <CLI/CLI.hpp>
#include <iostream>

#include "plugins/edi_x12/command/commands.hpp"

int main(int argc, char** argv) {
  using namespace crossdock::x12;
  std::ios::sync_with_stdio(false);
  CLI::App app{"Reads, checks, answers and compares EDI X12 files", "crossdock-x12"};
  app.set_version_flag("--version", CROSSDOCK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  crossdock-x12 read orders.x12\n"
      "  crossdock-x12 ack orders.x12 > answer.x12\n"
      "  crossdock-x12 diff sent.x12 received.x12\n"
      "Each command has --help. Exit status: 0 all accepted, 1 something rejected, lost or "
      "different,\n"
      "2 nothing could be read as X12, 64 wrong usage.");
  command::Console console{std::cout, std::cerr};
  for (const auto add : command::kCommands) {
    add(app, console);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault, std::cout, std::cerr) == 0 ? 0 : command::kUsage;
  } catch (const std::exception& fault) {
    std::cout.flush();
    std::cerr << "crossdock-x12: " << fault.what() << '\n';
    return command::kNotX12;
  }
  std::cout.flush();
  return console.status;
}
