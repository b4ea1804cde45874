// The tape: where the delimiters of a stretch of bytes stand, found 64 bytes at a time. It does not
// know what a segment is; the lexer walks over it.
//
// Two ways give the same tape: AVX2, chosen at run time where the processor has it, and a portable
// one. Pure; a Tape is used by one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "plugins/edi_x12/engine/delimiters.hpp"

namespace crossdock::x12 {

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

class Scanner {
 public:
  Scanner(const Delimiters& delimiters, Way way);
  // Scans `size` bytes from data + first on, `size` at most tape.capacity; the byte before them
  // counts as a terminator. Positions count from `data`.
  void scan(const char* data, std::size_t first, std::size_t size, Tape& tape) const;

 private:
  Delimiters delimiters_;
  Way way_;
  std::array<std::uint8_t, 256> classes_{};  // 1 mark, 2 terminator, 4 part, 8 low or high byte
};

// Line ends (LF, CR or CR LF) in [from, to); `before` is the byte in front. Of CR LF, the CR
// counts. Behind `to`, kTapePadding bytes must be readable.
std::uint64_t line_ends(const char* from, const char* to, char before, Way way);

}  // namespace crossdock::x12
