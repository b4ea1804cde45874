// codes: every finding that the engine knows, with its severity and its codes in acknowledgements.
#include <CLI/CLI.hpp>
#include <ostream>

#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/engine/finding.hpp"

namespace crossdock::x12::command {
namespace {

std::string_view place(Level level) {
  switch (level) {
    case Level::file:
      return "";
    case Level::interchange:
      return "TA105";
    case Level::group:
      return "AK905";
    case Level::set:
      return "AK502";
    case Level::segment:
      return "AK304";
    default:
      return "AK403";
  }
}

}  // namespace

void add_codes(CLI::App& app, Console& console) {
  auto* command = app.add_subcommand("codes", "list every finding, as a Markdown table");
  command->footer("Example:\n  crossdock-x12 codes | grep tolerance");
  command->callback([&console] {
    console.out << "| code | severity | answered as | what it says |\n|---|---|---|---|\n";
    for (std::size_t i = 0; i < kCodes; ++i) {
      const auto& one = facts(static_cast<Code>(i));
      console.out << "| `" << one.name << "` | " << to_string(one.severity)
                  << (one.tolerance ? ", tolerance" : "") << " | ";
      if (!one.acknowledgement.empty()) {
        console.out << place(one.level) << ' ' << one.acknowledgement;
      }
      console.out << " | " << one.meaning << " |\n";
    }
  });
}

}  // namespace crossdock::x12::command
