// Many steps from one: a step is written once and played a number of times, with another number,
// word or quantity each time. The same seed plays the same.
//
//   ${n}              which time this is, from 1
//   ${any A A B}      one of the words; a word twice is twice as likely
//   ${number 1 20}    a whole number, from the first to the last
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "host/scenario/tree.hpp"

namespace crossdock::host::scenario {

class Load {
 public:
  explicit Load(std::uint64_t seed) : random_(seed) {}
  // The step as it is the n-th time. Placeholders that are not of this list stay as they are.
  Node filled(const Node& step, std::uint64_t n);

 private:
  std::string filled(const std::string& text, std::uint64_t n);

  std::mt19937_64 random_;
};

// Checks what `many` steps anywhere in a list turn into, as far as the first time shows it.
void check_loads(const Node& steps, const std::string& path, const std::string& file,
                 Faults& faults);

}  // namespace crossdock::host::scenario
