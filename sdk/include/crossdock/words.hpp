// What another system said, made fit to be quoted in our messages, reasons and logs: of bounded
// size and well-formed UTF-8, whatever came.
//
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crossdock::outside {

namespace detail {

// Bytes of the well-formed UTF-8 sequence that `text` begins with (Unicode 15, table 3-7); 0: it
// begins with none.
inline std::size_t sequence_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned char from, unsigned char to) {
    return i < text.size() && byte(i) >= from && byte(i) <= to;
  };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return follows(1, 0x80, 0xBF) ? 2 : 0;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned char least = first == 0xE0 ? 0xA0 : 0x80;  // not overlong
    const unsigned char most = first == 0xED ? 0x9F : 0xBF;   // no surrogate
    return follows(1, least, most) && follows(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned char least = first == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = first == 0xF4 ? 0x8F : 0xBF;  // up to U+10FFFF
    return follows(1, least, most) && follows(2, 0x80, 0xBF) && follows(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

}  // namespace detail

// At most `most` bytes of it. A character that does not fit whole is left out; bytes that are no
// character become '?', control characters a space.
inline std::string words(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    const auto size = detail::sequence_size(text);
    if (out.size() + (size == 0 ? 1 : size) > most) {
      break;
    }
    if (size == 0) {
      out += '?';
    } else if (size == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7f)) {
      out += ' ';
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

}  // namespace crossdock::outside
