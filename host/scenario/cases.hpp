// The cases of a file: read, checked against the form, and each with all that it is given (what the
// file shares, and what it includes, merged key by key; the nearer one wins).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/scenario/tree.hpp"

namespace crossdock::host::scenario {

struct Case {
  std::string name;
  std::string file;
  int line = 0;
  Node given;  // a map, maybe empty
  Node when;   // a list, maybe empty
  Node then;   // a map, maybe empty
};

// Lays a block of `given` over another; blocks of keys are merged, the later one wins.
void merge_given(Node& into, const Node& over);

// Every fault of the file is reported; then there are no cases to play.
std::vector<Case> read_cases(const std::filesystem::path& file, Faults& faults);
std::vector<Case> read_cases(const std::string& text, const std::filesystem::path& file,
                             Faults& faults);

}  // namespace crossdock::host::scenario
