#include "host/observe/readable.hpp"

#include <cstddef>

namespace crossdock::host::observe {
namespace {

unsigned char byte(const std::string& text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool continues(const std::string& text, std::size_t at) { return (byte(text, at) & 0xC0) == 0x80; }

// Bytes of the character that begins at `at`; 0: none does.
std::size_t character(const std::string& text, std::size_t at) {
  const auto first = byte(text, at);
  const auto second = byte(text, at + 1);
  if (first < 0x80) {
    return 1;
  }
  if (!continues(text, at + 1)) {
    return 0;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return 2;
  }
  if (!continues(text, at + 2)) {
    return 0;
  }
  if ((first & 0xF0) == 0xE0) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  const bool in_range = (first == 0xF0 && second > 0x8F) || (first > 0xF0 && first < 0xF4) ||
                        (first == 0xF4 && second < 0x90);
  return in_range && continues(text, at + 3) ? 4 : 0;
}

}  // namespace

std::string readable(std::string text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto size = character(text, at);
    if (size == 0) {
      text[at] = '?';
    }
    at += size == 0 ? 1 : size;
  }
  return text;
}

}  // namespace crossdock::host::observe
