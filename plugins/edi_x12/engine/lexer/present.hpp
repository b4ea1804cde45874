// Which elements of a segment are there. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "plugins/edi_x12/engine/lexer/lexer.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace crossdock::x12 {

// Bit n-1 for element n that is not empty, of the first 64. Four at a time: marks behind the last
// are readable.
inline std::uint64_t present_in(const SegmentView& s) {
  const auto count = std::min(s.count, 64U);
  std::uint64_t out = 0;
#if defined(__SSE2__)
  const __m128i one = _mm_set1_epi32(1);
  for (std::uint32_t i = 0; i < count; i += 4) {
    const auto from = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.marks + i));
    const auto to = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.marks + i + 1));
    const auto there = _mm_cmpgt_epi32(_mm_sub_epi32(to, from), one);
    out |= static_cast<std::uint64_t>(
               static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(there))))
           << i;
  }
  return count == 64 ? out : out & ((std::uint64_t{1} << count) - 1);
#else
  for (std::uint32_t i = 0; i < count; ++i) {
    out |= static_cast<std::uint64_t>(s.marks[i + 1] - s.marks[i] > 1) << i;
  }
  return out;
#endif
}

}  // namespace crossdock::x12
