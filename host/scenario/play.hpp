// Plays a case: what is given, step by step what happens, and what must hold. After every step the
// invariants of the process layer are checked, whatever the case says.
//
// A case with `permute` is played once for every order of those steps, one with `kill: every` once
// for every write point of that step; each of these plays must pass.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/scenario/cases.hpp"
#include "host/scenario/expectations.hpp"
#include "host/scenario/given.hpp"

namespace crossdock::host::scenario {

struct Play {
  std::string variant;  // "", "order of steps 3 of 24", "killed at write point 17"
  std::vector<Check> checks;
  std::string error;  // the case could not be played to its end, and why, with its place
  bool passed() const;
};

struct Options {
  // Every expectation is changed in turn, and must then fail: one that cannot fail proves nothing.
  bool prove = false;
};

// All plays of a case, in a folder that is made, used and removed below `scratch`.
std::vector<Play> play(const Case& one, const Ports& ports, const std::filesystem::path& scratch,
                       const Options& options);

}  // namespace crossdock::host::scenario
