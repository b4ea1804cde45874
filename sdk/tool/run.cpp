#include "sdk/tool/run.hpp"

#include <CLI/CLI.hpp>

namespace crossdock::tool {

int run(const Program& program, int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app{program.description, "crossdock"};
  app.set_version_flag("--version", CROSSDOCK_VERSION);
  app.require_subcommand(1);
  app.footer(
      program.examples +
      "Exit status: 0 done, 1 refused, 2 no host answers, 64 wrong usage, 70 it had to stop, "
      "78 the configuration is wrong.");
  Console console{out, err};
  for (const auto add : program.groups) {
    add(app, console);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault, out, err) == 0 ? kOk : kUsage;
  }
  return console.status;
}

}  // namespace crossdock::tool
