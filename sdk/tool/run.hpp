// Runs a command line made of command groups: parsing, --help, --version and the exit status.
#pragma once

#include <string>
#include <vector>

#include "sdk/tool/console.hpp"

namespace crossdock::tool {

struct Program {
  std::string description;           // its first line of help
  std::string examples;              // the last lines of help
  std::vector<CommandGroup> groups;  // in the order of help
};

int run(const Program& program, int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace crossdock::tool
