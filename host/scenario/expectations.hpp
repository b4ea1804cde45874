// From what a case expects to what came: one check per value that is written down. Nothing is
// compared that the case does not say, except that a message nobody expected to fail did.
#pragma once

#include <string>
#include <vector>

#include "host/scenario/events.hpp"
#include "host/scenario/given.hpp"
#include "host/scenario/stage.hpp"

namespace crossdock::host::scenario {

struct Check {
  std::string path;  // then.orders.S-1.status
  int line = 0;
  std::string expected;
  std::string came;
  bool passed = false;
};

// Compares a block `then` or `check` with the stage as it stands. `path` goes before the paths.
std::vector<Check> compare(const Node& then, const std::string& path, Stage& stage, Events& events,
                           const Ports& ports);

}  // namespace crossdock::host::scenario
