// What one document may cost, whichever way it goes, and how much is told of what is wrong with it.
#pragma once

#include <cstddef>

namespace crossdock::x12 {

inline constexpr std::size_t kMostRecords = 1'000'000;  // entries of lists
inline constexpr std::size_t kMostMappedBytes = 256u << 20;
inline constexpr std::size_t kMostProblems = 100;

}  // namespace crossdock::x12
