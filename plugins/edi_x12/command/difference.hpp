// The shortest way from one list to another by leaving out and adding (E. Myers, An O(ND)
// Difference Algorithm, 1986), over numbers that stand for segments. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace crossdock::x12::command {

struct Edit {
  enum class Kind : std::uint8_t { same, removed, added } kind = Kind::same;
  std::size_t a = 0;  // index in the first list (same, removed)
  std::size_t b = 0;  // index in the second list (same, added)
};

// Lists that differ in more than `most` places are compared place by place from there on.
std::vector<Edit> difference(const std::vector<std::uint64_t>& a,
                             const std::vector<std::uint64_t>& b, std::size_t most = 4000);

}  // namespace crossdock::x12::command
