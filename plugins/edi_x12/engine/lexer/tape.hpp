// The tape: where the delimiters of a stretch of bytes stand, found 64 bytes at a time. It does not
// know what a segment is; the lexer walks over it.
//
// Two ways give the same tape: AVX2, chosen at run time where the processor has it, and a portable
// one. Pure; a Tape is used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "plugins/edi_x12/engine/delimiters.hpp"

namespace crossdock::x12 {

// Positions are bytes from the start of what was scanned.
struct Tape {
  // Every element separator and segment terminator.
  std::unique_ptr<std::uint32_t[]> marks;
  // For each segment terminator, its index in `marks`.
  std::unique_ptr<std::uint32_t[]> ends;
  // What needs a closer look: component and repetition separators, and the first of each run of
  // control characters or bytes above 0x7F that does not directly follow a terminator.
  std::unique_ptr<std::uint32_t[]> odd;
  std::size_t mark_count = 0;
  std::size_t end_count = 0;
  std::size_t odd_count = 0;
  std::size_t capacity = 0;  // bytes that may be scanned at once

  // Room for `bytes`; drops what was there.
  void reserve(std::size_t bytes);
};

// Memory behind the last byte scanned must be readable for so many bytes.
inline constexpr std::size_t kTapePadding = 64;
// Entries behind the last mark are readable (their values mean nothing).
inline constexpr std::size_t kTapeSlack = 72;

enum class Way : std::uint8_t { portable, avx2 };

// The fastest way of this processor; CROSSDOCK_X12_PORTABLE=1 in the environment asks for portable.
Way best_way();
std::string_view to_string(Way way);

// Scans `size` bytes, `size` at most tape.capacity; the byte before `data` counts as a terminator.
void scan(const char* data, std::size_t size, const Delimiters& delimiters, Way way, Tape& tape);

}  // namespace crossdock::x12
