// What the subcommands that write an interchange share: its control number and its date and time.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace crossdock::x12::command {

struct Stamp {
  std::uint64_t control = 1;
  std::string at;  // CCYYMMDDHHMM; empty: now

  // Adds --control and --at; the texts are their help.
  void add_to(CLI::App& command, const std::string& control_help, const std::string& at_help);
  std::string instant() const;  // CCYYMMDDHHMM, UTC
};

}  // namespace crossdock::x12::command
