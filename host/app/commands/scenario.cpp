// scenario: cases in files, played without a host.
#include <CLI/CLI.hpp>
#include <memory>

#include "host/app/commands/commands.hpp"
#include "host/app/scenario_ports.hpp"
#include "host/scenario/form.hpp"
#include "host/scenario/run.hpp"

namespace crossdock::host::app {

void add_scenario_commands(CLI::App& app, Console& console) {
  struct Options {
    std::string path;
    scenario::RunOptions run;
  };
  const auto options = std::make_shared<Options>();
  auto* scenario_command =
      app.add_subcommand("scenario", "play cases: given, when, then (docs/guide/scenarios.md)");
  scenario_command->require_subcommand(1);

  auto* run_command = scenario_command->add_subcommand(
      "run", "play the cases of a file, or of all .yaml files of a folder");
  run_command->add_option("path", options->path, "file or folder")->required();
  run_command->add_option("--only", options->run.only, "cases whose name contains this");
  run_command->add_flag("--verbose", options->run.verbose, "say what passed, too");
  run_command->add_flag("--prove", options->run.prove,
                        "change every expectation in turn and see it fail");
  run_command->add_flag("--json", options->run.as_json, "the result as JSON");
  run_command->footer(
      "Examples:\n  crossdock scenario run tests/scenario/cases\n"
      "  crossdock scenario run my-rules.yaml --verbose\n"
      "Exit status: 0 all passed, 1 some failed, 64 there is nothing to play or a file is wrong.");
  run_command->callback([&console, options] {
    console.status =
        scenario::run(options->path, scenario_ports(), options->run, console.out, console.err);
  });

  auto* schema_command = scenario_command->add_subcommand(
      "schema", "print the JSON Schema of scenario files, for editors and checks");
  schema_command->callback([&console] { console.out << scenario::kSchema; });
}

}  // namespace crossdock::host::app
