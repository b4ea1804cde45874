// rebuild: the store of the processes made again from the journal, while no host runs.
#include "host/process/replay/rebuild.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "host/app/commands/commands.hpp"
#include "host/app/configuration.hpp"
#include "host/app/process_settings.hpp"
#include "host/journal/journal.hpp"

namespace crossdock::host::app {
namespace {

struct RebuildOptions {
  std::string config = "/etc/crossdock/crossdock.info";
  std::string into;
  bool compare = false;
};

void run(const RebuildOptions& options, Console& console) {
  Problems problems;
  const auto configuration = read_configuration(options.config, problems);
  if (!problems.empty()) {
    for (const auto& problem : problems) {
      console.err << problem.file << ": " << problem.path << " " << problem.message << '\n';
    }
    console.status = tool::kConfiguration;
    return;
  }
  auto journal = journal::Journal::open({configuration.data_dir / "journal"});
  if (!journal) {
    console.err << journal.error() << "; stop the host first\n";
    console.status = tool::kRefused;
    return;
  }
  try {
    const bool terminal = isatty(STDERR_FILENO) != 0;
    const auto rebuilt = process::rebuild(
        **journal, options.into, configuration.settings,
        [&](journal::Position reached, journal::Position last) {
          if (terminal) {
            console.err << "\r" << reached << " of " << last << " messages" << std::flush;
          }
        },
        &settings_of_then);
    console.err << (terminal ? "\n" : "");
    console.out << options.into << ": " << rebuilt.applied << " messages applied, "
                << rebuilt.refused << " refused as they were then; nothing was sent\n";
    if (rebuilt.first > 1) {
      console.out << "the journal begins at message " << rebuilt.first
                  << "; what came before is not in it (host.retention)\n";
    }
    if (!options.compare) {
      return;
    }
    journal::Database live(configuration.data_dir / "store.sqlite",
                           journal::Database::Mode::reader);
    journal::Database made(options.into, journal::Database::Mode::reader);
    const auto different = process::differences(live, made);
    for (const auto& one : different) {
      console.out << one << '\n';
    }
    console.out << (different.empty() ? "the same as the host's store, to the byte\n"
                                      : "not the same as the host's store\n");
    console.status = different.empty() ? tool::kOk : tool::kRefused;
  } catch (const std::exception& fault) {
    console.err << fault.what() << '\n';
    console.status = tool::kRefused;
  }
}

}  // namespace

void add_rebuild_commands(CLI::App& app, Console& console) {
  const auto options = std::make_shared<RebuildOptions>();
  auto* command = app.add_subcommand(
      "rebuild", "make everything the processes know again from the journal; nothing is sent");
  command->add_option("--config", options->config, "configuration file");
  command->add_option("--into", options->into, "the store to make; must not exist")->required();
  command->add_flag("--compare", options->compare, "compare it with the host's store");
  command->footer(
      "The host must not run. Example:\n"
      "  crossdock rebuild --config crossdock.info --into rebuilt.sqlite --compare\n"
      "Exit status: 0 made (and the same), 1 not, 78 the configuration is wrong.");
  command->callback([&console, options] { run(*options, console); });
}

}  // namespace crossdock::host::app
