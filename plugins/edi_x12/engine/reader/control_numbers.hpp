// Control numbers seen so far, to tell a repeated one. Numbers that follow each other take the room
// of one, so that a file of millions of sets costs nothing; beyond a limit the oldest knowledge
// stays and new numbers are no longer remembered.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace crossdock::x12 {

class ControlNumbers {
 public:
  static constexpr std::size_t kMost = 1'000'000;
  // False: it was there before.
  bool insert(std::string_view number);
  void clear();
  bool full() const { return ranges_.size() + others_.size() >= kMost; }

 private:
  // Numbers of equal width, from first to last; keyed by (width, first).
  std::map<std::pair<std::size_t, std::uint64_t>, std::uint64_t> ranges_;
  std::set<std::string, std::less<>> others_;
};

}  // namespace crossdock::x12
