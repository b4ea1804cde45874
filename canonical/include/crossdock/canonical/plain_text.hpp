// How much of a text goes into a JSON text as it is: everything but quotes, backslashes and control
// characters (RFC 8259, section 7). Writers copy that in one piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace crossdock::canonical {

// The bytes from `from` on that need no escape. Eight are looked at together: of eight bytes that
// are one number, those that borrow or were one of the two have their highest bit set.
inline std::size_t plain_bytes(std::string_view text, std::size_t from) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighest = 0x8080808080808080U;
  std::size_t at = from;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, sizeof eight);
    const auto quotes = eight ^ (kOnes * '"');
    const auto backslashes = eight ^ (kOnes * '\\');
    const auto found = ((eight - kOnes * 0x20) & ~eight) | ((quotes - kOnes) & ~quotes) |
                       ((backslashes - kOnes) & ~backslashes);
    if ((found & kHighest) != 0) {
      break;
    }
  }
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == '"' || byte == '\\') {
      break;
    }
  }
  return at - from;
}

}  // namespace crossdock::canonical
