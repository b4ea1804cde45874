// What every command of the command line is given and gives back: two streams and an exit status.
// A command group is a function that adds its subcommands to the parser and leaves the rest to
// their callbacks; the programs (crossdock of the host, crossdock of the SDK alone) are lists of
// groups.
#pragma once

#include <ostream>

namespace CLI {
class App;
}

namespace crossdock::tool {

// Exit statuses, after sysexits.h where it has one.
inline constexpr int kOk = 0;
inline constexpr int kRefused = 1;         // the thing asked for says no
inline constexpr int kUnreachable = 2;     // no host answers
inline constexpr int kIncomplete = 3;      // nothing is wrong, but not everything could be tried
inline constexpr int kUsage = 64;          // wrong usage
inline constexpr int kBroken = 70;         // it had to stop
inline constexpr int kConfiguration = 78;  // the configuration is wrong

struct Console {
  std::ostream& out;
  std::ostream& err;
  int status = kOk;
};

// Adds subcommands. What their options are read into must live as long as `app`: groups keep it in
// shared_ptrs that the callbacks hold. `console` outlives the parsing.
using CommandGroup = void (*)(CLI::App& app, Console& console);

}  // namespace crossdock::tool
