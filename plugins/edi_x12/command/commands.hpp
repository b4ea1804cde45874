// The subcommands of crossdock-x12, one file each, and what they share: two streams and the exit
// statuses. A subcommand is a function that adds itself to the parser; to add one, write its file,
// list it in CMakeLists.txt and name it in kCommands.
#pragma once

#include <ostream>

namespace CLI {
class App;
}

namespace crossdock::x12::command {

// Every set accepted; a set rejected, something lost or different; nothing in a file readable as
// X12.
inline constexpr int kAccepted = 0;
inline constexpr int kRejected = 1;
inline constexpr int kNotX12 = 2;
inline constexpr int kUsage = 64;  // after sysexits.h

struct Console {
  std::ostream& out;
  std::ostream& err;
  int status = kAccepted;
};

// What their options are read into must live as long as `app`: they keep it in shared_ptrs that the
// callbacks hold. `console` outlives the parsing.
void add_read(CLI::App& app, Console& console);
void add_ack(CLI::App& app, Console& console);
void add_diff(CLI::App& app, Console& console);
void add_codes(CLI::App& app, Console& console);
void add_explain(CLI::App& app, Console& console);
void add_canonical(CLI::App& app, Console& console);
void add_write(CLI::App& app, Console& console);
void add_label(CLI::App& app, Console& console);
void add_sscc(CLI::App& app, Console& console);

inline constexpr void (*kCommands[])(CLI::App&, Console&) = {add_read,  add_ack,     add_diff,
                                                             add_codes, add_explain, add_canonical,
                                                             add_write, add_label,   add_sscc};

}  // namespace crossdock::x12::command
