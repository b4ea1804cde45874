// `crossdock scenario run`: the cases of a file, or of all files of a folder, played and reported.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

#include "host/scenario/play.hpp"

namespace crossdock::host::scenario {

struct RunOptions {
  bool prove = false;
  bool verbose = false;  // what passed, too
  std::string only;      // cases whose name contains this
  bool as_json = false;
};

// Prints for each case what was expected and what came, and last `N passed, N failed`. Returns 0
// when all passed, 1 when some failed, 64 when there was nothing to play or a file is wrong.
int run(const std::filesystem::path& path, const Ports& ports, const RunOptions& options,
        std::ostream& out, std::ostream& err);

}  // namespace crossdock::host::scenario
