// Whether bytes of a document are UTF-8 (Unicode 15, table 3-7): X12 names no encoding, JSON does.
#pragma once

#include <cstddef>
#include <string_view>

namespace crossdock::x12 {

// Bytes of the sequence that `text` begins with, 0 where it begins with none. Not for empty text.
inline std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const auto lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return follows(1) ? 2 : 0;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool right = follows(1) && follows(2) && !(lead == 0xE0 && byte(1) < 0xA0) &&
                       !(lead == 0xED && byte(1) > 0x9F);
    return right ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool right = follows(1) && follows(2) && follows(3) &&
                       !(lead == 0xF0 && byte(1) < 0x90) && !(lead == 0xF4 && byte(1) > 0x8F);
    return right ? 4 : 0;
  }
  return 0;
}

}  // namespace crossdock::x12
