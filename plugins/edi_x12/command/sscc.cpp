// sscc: carton numbers without a host: allot, void, show.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>

#include "crossdock/canonical/instant.hpp"
#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/labels/sscc_ledger.hpp"

namespace crossdock::x12::command {
namespace {

using edi::labels::SsccLedger;

struct SsccOptions {
  std::string ledger, prefix, extension = "0", reason, state;
  std::size_t count = 1;
  std::vector<std::string> numbers;
};

std::int64_t wall_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void show_numbers(const SsccOptions& o, Console& console) {
  const auto at = [](std::int64_t ns) { return canonical::to_string(canonical::Instant{ns}); };
  for (const auto& [sscc, entry] : SsccLedger(o.ledger).entries()) {
    const bool wanted =
        o.numbers.empty() || std::find(o.numbers.begin(), o.numbers.end(), sscc) != o.numbers.end();
    const auto state = to_string(entry.state);
    if (wanted && (o.state.empty() || o.state == state)) {
      console.out << sscc << ' ' << state << " allotted " << at(entry.allotted_ns) << " last "
                  << at(entry.last_ns) << " prints " << entry.prints
                  << (entry.reason.empty() ? "" : " " + entry.reason) << '\n';
    }
  }
}

// A refusal is told apart from a ledger that cannot be used: that is thrown when it is opened.
void refusing(Console& console, const std::function<void()>& what) {
  try {
    what();
  } catch (const std::runtime_error& fault) {
    console.err << "crossdock-x12: " << fault.what() << '\n';
    console.status = kRejected;
  }
}

}  // namespace

void add_sscc(CLI::App& app, Console& console) {
  auto options = std::make_shared<SsccOptions>();
  auto* command = app.add_subcommand("sscc", "carton numbers in a ledger: next, void, show");
  command->require_subcommand(1);
  command->footer(
      "A host allots carton numbers itself; this is for labels without one. A number is not\n"
      "allotted again within a year of its last use; `label --ledger` notes what is printed.\n"
      "Exit status: 0 done, 1 refused (voided, printed, none left), 2 the ledger cannot be used,\n"
      "64 wrong usage.\n"
      "Examples:\n"
      "  crossdock-x12 sscc next --ledger cartons.ledger --prefix 0614141 --count 3\n"
      "  crossdock-x12 sscc void --ledger cartons.ledger 006141410000000012 --reason crushed\n"
      "  crossdock-x12 sscc show --ledger cartons.ledger --state voided");
  const auto verb = [&](const char* name, const char* help) {
    auto* one = command->add_subcommand(name, help);
    one->add_option("--ledger", options->ledger, "the file with the numbers")->required();
    return one;
  };
  auto* next = verb("next", "allot numbers and print them, a line each");
  next->add_option("--prefix", options->prefix, "GS1 company prefix, 6 to 12 digits")->required();
  next->add_option("--extension", options->extension, "extension digit")
      ->check([](const std::string& text) {
        return text.size() == 1 && text[0] >= '0' && text[0] <= '9' ? std::string()
                                                                    : "is no single digit";
      })
      ->capture_default_str();
  next->add_option("--count", options->count, "how many")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  next->callback([options, &console] {
    SsccLedger ledger(options->ledger);
    refusing(console, [&] {
      for (const auto& sscc :
           ledger.allot(options->extension[0], options->prefix, options->count, wall_clock_ns())) {
        console.out << sscc << '\n';
      }
    });
  });
  auto* away = verb("void", "the cartons do not exist; their numbers stay taken for a year");
  away->add_option("SSCC", options->numbers, "numbers")->required();
  away->add_option("--reason", options->reason, "kept with them");
  away->callback([options, &console] {
    SsccLedger ledger(options->ledger);
    for (const auto& sscc : options->numbers) {
      refusing(console, [&] { ledger.void_number(sscc, options->reason, wall_clock_ns()); });
    }
  });
  auto* list = verb("show", "numbers and their states");
  list->add_option("SSCC", options->numbers, "these only");
  list->add_option("--state", options->state, "allotted, printed, reprinted or voided")
      ->check(CLI::IsMember({"allotted", "printed", "reprinted", "voided"}));
  list->callback([options, &console] { show_numbers(*options, console); });
}

}  // namespace crossdock::x12::command
