// Short texts as numbers, so that they are compared, hashed and added up a word at a time. Nothing
// outside of the text is read. Pure.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace crossdock::x12 {

static_assert(std::endian::native == std::endian::little, "the first byte is the lowest here");

inline std::uint64_t word_at(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// A text of at most eight bytes, the first one lowest. Different texts without NUL give different
// numbers; the empty one gives 0.
inline std::uint64_t packed(std::string_view text) {
  const char* at = text.data();
  const std::size_t size = text.size();
  if (size >= 4) {
    std::uint32_t low = 0, high = 0;
    std::memcpy(&low, at, sizeof low);
    std::memcpy(&high, at + size - 4, sizeof high);
    return low | static_cast<std::uint64_t>(high) << 8 * (size - 4);
  }
  if (size == 0) {
    return 0;
  }
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << 8 * i;
  };
  return byte(0) | byte(size / 2) | byte(size - 1);
}

// Eight characters '0' to '9' in a word, and what they say as a number.
inline bool are_digits(std::uint64_t word) {
  constexpr std::uint64_t kHigh = 0xf0f0f0f0f0f0f0f0U;
  return ((word & kHigh) | ((word + 0x0606060606060606U) & kHigh) >> 4) == 0x3333333333333333U;
}
inline std::uint64_t number_of(std::uint64_t word) {
  word = (word & 0x0f0f0f0f0f0f0f0fU) * 2561 >> 8;
  word = (word & 0x00ff00ff00ff00ffU) * 6553601 >> 16;
  return (word & 0x0000ffff0000ffffU) * 42949672960001U >> 32;
}

}  // namespace crossdock::x12
