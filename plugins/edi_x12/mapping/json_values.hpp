// Values of the usual shape as JSON text, many bytes at a time: plain text, numbers without
// needless zeros, dates of eight digits. What is of another shape is left to append_canonical
// (values.hpp); these functions then give null.
//
// Sixteen bytes may be read behind every value and kSlack bytes written behind what is returned.
// Pure.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "plugins/edi_x12/grammar/packed.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace crossdock::x12::json_values {

inline constexpr std::size_t kBlock = 16;
inline constexpr std::size_t kSlack = 32;

// What sixteen bytes are, a bit each.
struct Sixteen {
#if defined(__SSE2__)
  __m128i bytes;
  explicit Sixteen(const char* at) : bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}
  void store(char* at) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), bytes); }
  static std::uint32_t bits(__m128i of) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(of));
  }
  // Control characters, bytes beyond ASCII, quotation marks and backslashes.
  std::uint32_t special() const {
    const __m128i odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    return bits(_mm_or_si128(odd, marks));
  }
  std::uint32_t digits() const {
    const __m128i nine = _mm_set1_epi8(9);
    return bits(_mm_cmpeq_epi8(_mm_max_epu8(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), nine), nine));
  }
  std::uint32_t points() const { return bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'))); }
#else
  unsigned char bytes[kBlock];
  explicit Sixteen(const char* at) { std::memcpy(bytes, at, kBlock); }
  void store(char* at) const { std::memcpy(at, bytes, kBlock); }
  template <class Is>
  std::uint32_t where(Is is) const {
    std::uint32_t out = 0;
    for (unsigned i = 0; i < kBlock; ++i) {
      out |= static_cast<std::uint32_t>(is(bytes[i]) ? 1U : 0U) << i;
    }
    return out;
  }
  std::uint32_t special() const {
    return where([](unsigned char c) { return c < 0x20 || c >= 0x80 || c == '"' || c == '\\'; });
  }
  std::uint32_t digits() const {
    return where([](unsigned char c) { return c >= '0' && c <= '9'; });
  }
  std::uint32_t points() const {
    return where([](unsigned char c) { return c == '.'; });
  }
#endif
};

// Bits of the first `length` of sixteen.
inline std::uint32_t first_bits(std::uint32_t length) { return (1U << length) - 1; }

// Text without what JSON must escape. Null where there is something; `to` has room for all of it.
inline char* plain_text(const char* from, std::uint32_t length, char* to) {
  for (;;) {
    const Sixteen block(from);
    block.store(to);
    if (length <= kBlock) {
      return (block.special() & first_bits(length)) == 0 ? to + length : nullptr;
    }
    if (block.special() != 0) {
      return nullptr;
    }
    from += kBlock;
    to += kBlock;
    length -= kBlock;
  }
}

// Digits, at most one point among them, at most `decimals` places; shortened to what the number
// needs. At most eighteen digits with all places, as append_decimal has it.
inline char* plain_decimal(const char* from, std::uint32_t length, unsigned decimals, char* to) {
  if (length > kBlock || length == 0) {
    return nullptr;
  }
  const Sixteen block(from);
  const auto all = first_bits(length);
  const auto others = ~block.digits() & all;
  const auto points = block.points() & all;
  if (others != points || (points & (points - 1)) != 0) {
    return nullptr;
  }
  auto whole = length;
  if (points != 0) {
    whole = static_cast<std::uint32_t>(std::countr_zero(points));
    while (from[length - 1] == '0') {
      --length;
    }
    length -= length == whole + 1 ? 1 : 0;
  }
  // Needless zeros before it, or none where one belongs.
  if (whole == 0 || (from[0] == '0' && whole > 1) || whole + decimals > 18 ||
      (length > whole && length - whole - 1 > decimals)) {
    return nullptr;
  }
  block.store(to);
  return to + length;
}

// CCYYMMDD as CCYY-MM-DD.
inline char* plain_date(const char* from, std::uint32_t length, char* to) {
  if (length != 8) {
    return nullptr;
  }
  const auto word = word_at(from);
  if (!are_digits(word)) {
    return nullptr;
  }
  const auto number = static_cast<std::uint32_t>(number_of(word));
  const auto day = number % 100;
  const auto month = number / 100 % 100;
  if (month - 1 > 11 || day - 1 > 30) {
    return nullptr;
  }
  std::memcpy(to, from, 4);
  to[4] = '-';
  std::memcpy(to + 5, from + 4, 2);
  to[7] = '-';
  std::memcpy(to + 8, from + 6, 2);
  return to + 10;
}

}  // namespace crossdock::x12::json_values
