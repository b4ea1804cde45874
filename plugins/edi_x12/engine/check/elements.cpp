#include "plugins/edi_x12/engine/check/elements.hpp"

#include <algorithm>
#include <bit>

#include "plugins/edi_x12/engine/check/values.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#define CROSSDOCK_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))
#endif

namespace crossdock::x12 {
namespace {

// Element i + 1 of a segment.
inline std::string_view value_of(const SegmentView& s, std::size_t i) {
  return {s.base + s.marks[i] + 1, s.marks[i + 1] - s.marks[i] - 1};
}

// A text of one to seven bytes as a number, its last byte highest. Bytes behind it are read.
inline std::uint64_t code_of(std::string_view value) {
  return word_at(value.data()) << (8 * (0 - value.size()) & 63);
}
inline std::size_t place_of_code(std::uint64_t code) { return code >> 56 & (kLastCodes - 1); }

inline std::uint64_t bit_if(bool holds, std::size_t i) {
  return static_cast<std::uint64_t>(holds) << i;
}

// Codes, dates and times, one by one: those of `rest`.
[[gnu::noinline]] std::uint64_t look_closely(const SegmentView& s, const SegmentPlan& plan,
                                             std::uint64_t rest) {
  std::uint64_t doubtful = 0;
  for (; rest != 0; rest &= rest - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(rest));
    const auto value = value_of(s, i);
    bool right = true;
    if (plan.codes[i] != nullptr) {
      right = plan.codes[i]->contains(value);
      if (right && value.size() < 8) {
        const auto code = code_of(value);
        plan.last_codes[i][place_of_code(code)] = code;
      }
    }
    right = right && ((plan.dates >> i & 1) == 0 || is_date(value)) &&
            ((plan.times >> i & 1) == 0 || is_time(value));
    doubtful |= bit_if(!right, i);
  }
  return doubtful;
}

// What both ways do alike: codes that are not those seen last, and dates and times, which are few.
inline std::uint64_t doubtful_words(const SegmentView& s, const SegmentPlan& plan,
                                    std::uint64_t present) {
  std::uint64_t look = present & (plan.dates | plan.times | plan.coded_longer);
  for (std::uint64_t rest = present & plan.coded; rest != 0; rest &= rest - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(rest));
    const auto value = value_of(s, i);
    const auto code = code_of(value);
    // Of a longer text this may be the code of its beginning; but then its length is in doubt.
    look |= bit_if(plan.last_codes[i][place_of_code(code)] != code, i);
  }
  return look == 0 ? 0 : look_closely(s, plan, look);
}

ElementsSeen look_portable(const SegmentView& s, std::size_t count, const SegmentPlan& plan) {
  ElementsSeen out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t length = s.marks[i + 1] - s.marks[i] - 1;
    out.present |= bit_if(length != 0, i);
    out.doubtful |= bit_if(length < plan.least[i] || length > plan.most[i], i);
  }
  out.doubtful &= out.present;
  for (std::uint64_t rest = out.present & plan.numbers; rest != 0; rest &= rest - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(rest));
    std::size_t digits = 0;
    const bool right = (plan.decimals >> i & 1) != 0 ? is_decimal(value_of(s, i), digits)
                                                     : is_whole_number(value_of(s, i), digits);
    out.doubtful |= bit_if(!right || digits < plan.least[i], i);
  }
  out.doubtful |= doubtful_words(s, plan, out.present);
  return out;
}

#if defined(__x86_64__)
// Lengths eight elements at a time, numbers sixteen characters at a time. Marks and bytes behind
// the segment's own are readable; what they give is cut off.
CROSSDOCK_AVX2 __attribute__((flatten)) ElementsSeen look_avx2(const SegmentView& s,
                                                               std::size_t count,
                                                               const SegmentPlan& plan) {
  ElementsSeen out;
  const __m256i one = _mm256_set1_epi32(1);
  for (std::size_t i = 0; i < count; i += kElementLanes) {
    const __m256i from = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(s.marks + i));
    const __m256i to = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(s.marks + i + 1));
    const __m256i least = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(plan.least + i));
    const __m256i most = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(plan.most + i));
    const __m256i length = _mm256_sub_epi32(_mm256_sub_epi32(to, from), one);
    const __m256i there = _mm256_cmpgt_epi32(length, _mm256_setzero_si256());
    const __m256i wrong =
        _mm256_or_si256(_mm256_cmpgt_epi32(least, length), _mm256_cmpgt_epi32(length, most));
    out.present |= static_cast<std::uint64_t>(
                       static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(there))))
                   << i;
    out.doubtful |= static_cast<std::uint64_t>(
                        static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(wrong))))
                    << i;
  }
  out.present = _bzhi_u64(out.present, static_cast<unsigned>(count));
  out.doubtful &= out.present;
  const __m128i zeros = _mm_set1_epi8('0');
  const __m128i nine = _mm_set1_epi8(9);
  const __m128i points = _mm_set1_epi8('.');
  for (std::uint64_t rest = out.present & plan.numbers; rest != 0; rest &= rest - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(rest));
    const std::uint32_t length = s.marks[i + 1] - s.marks[i] - 1;
    const __m128i bytes =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.base + s.marks[i] + 1));
    const __m128i digits = _mm_sub_epi8(bytes, zeros);
    const auto are = static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(digits, nine), nine)));
    std::uint32_t wrong = _bzhi_u32(~are, length) | static_cast<std::uint32_t>(length > 16);
    if (wrong != 0 && (plan.decimals >> i & 1) != 0) {
      // One point in a decimal is fine, as long as there are digits enough beside it.
      const auto point = _bzhi_u32(
          static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, points))), length);
      wrong = (wrong ^ (point & (0U - point))) |
              static_cast<std::uint32_t>(length <= std::max(plan.least[i], 1U));
    }
    out.doubtful |= bit_if(wrong != 0, i);
  }
  out.doubtful |= doubtful_words(s, plan, out.present);
  return out;
}
#endif

}  // namespace

LookAtElements look_at_elements(Way way) {
#if defined(__x86_64__)
  if (way == Way::avx2) {
    return look_avx2;
  }
#endif
  (void)way;
  return look_portable;
}

}  // namespace crossdock::x12
