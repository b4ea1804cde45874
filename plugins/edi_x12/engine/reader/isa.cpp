#include "plugins/edi_x12/engine/reader/isa.hpp"

#include <algorithm>

namespace crossdock::x12 {
namespace {

constexpr std::size_t kLength = 106;
constexpr std::array<std::size_t, 16> kWidths = {2, 10, 2, 10, 2, 15, 2, 15,
                                                 6, 4,  1, 5,  9, 1,  1, 1};
// A header without padding is at least this long: ISA, 16 separators, 16 elements of few bytes.
constexpr std::size_t kLongest = 200;

// The delimiters are single, distinct bytes that cannot be data.
bool plausible(const Delimiters& d) {
  return !is_letter_or_digit(d.element) && d.element != ' ' && !is_letter_or_digit(d.segment) &&
         d.segment != ' ' && d.segment != d.element && !is_letter_or_digit(d.component);
}

void take_repetition(IsaHeader& out) {
  // ISA11 became the repetition separator with release 00402. Letters and digits there never split
  // data, nor does a blank, nor what is another delimiter already.
  const std::string& isa11 = out.elements[10];
  auto& d = out.delimiters;
  d.repetition = 0;
  if (out.elements[11] >= "00402" && isa11.size() == 1 && !is_letter_or_digit(isa11[0]) &&
      isa11[0] != ' ' && isa11[0] != d.element && isa11[0] != d.segment &&
      isa11[0] != d.component) {
    d.repetition = isa11[0];
  }
}

std::optional<IsaHeader> strict(std::string_view bytes) {
  if (!is_strict_isa(bytes)) {
    return std::nullopt;
  }
  IsaHeader out;
  out.delimiters.element = bytes[3];
  out.delimiters.component = bytes[104];
  out.delimiters.segment = bytes[105];
  if (!plausible(out.delimiters)) {
    return std::nullopt;
  }
  std::size_t at = 4;
  for (std::size_t i = 0; i < kWidths.size(); ++i) {
    out.elements[i] = bytes.substr(at, kWidths[i]);
    at += kWidths[i] + 1;
  }
  out.length = kLength;
  take_repetition(out);
  return out;
}

std::optional<IsaHeader> wrapped(std::string_view bytes) {
  std::string joined;
  std::size_t used = 0;
  for (; used < bytes.size() && joined.size() < kLength; ++used) {
    if (!is_line_end(bytes[used])) {
      joined.push_back(bytes[used]);
    }
  }
  if (used == kLength) {
    return std::nullopt;  // nothing was taken out
  }
  auto out = strict(joined);
  if (out) {
    out->length = used;
    out->wrapped = true;
  }
  return out;
}

// By its separators. What the elements hold must look like an ISA, else any list of words would.
std::optional<IsaHeader> unpadded(std::string_view bytes) {
  if (bytes.size() < 40 || is_letter_or_digit(bytes[3]) || bytes[3] == ' ') {
    return std::nullopt;
  }
  IsaHeader out;
  out.padded = false;
  auto& d = out.delimiters;
  d.element = bytes[3];
  std::size_t at = 4;
  for (std::size_t i = 0; i < 15; ++i) {
    const std::size_t end = bytes.find(d.element, at);
    if (end == std::string_view::npos || end > kLongest) {
      return std::nullopt;
    }
    out.elements[i] = bytes.substr(at, end - at);
    at = end + 1;
  }
  if (at + 2 > bytes.size()) {
    return std::nullopt;
  }
  out.elements[15] = bytes.substr(at, 1);
  d.component = bytes[at];
  // Blanks that pad the last element are passed over.
  std::size_t end = at + 1;
  while (end < bytes.size() && bytes[end] == ' ') {
    ++end;
  }
  if (end == bytes.size()) {
    return std::nullopt;
  }
  d.segment = bytes[end];
  out.length = end + 1;
  const auto trimmed = [](std::string text) {
    text.erase(std::find_if_not(text.rbegin(), text.rend(), [](char c) { return c == ' '; }).base(),
               text.end());
    return text;
  };
  const auto digits = [](const std::string& text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const auto& e = out.elements;
  if (!plausible(d) || !digits(trimmed(e[8]), 6, 8) || !digits(trimmed(e[9]), 4, 8) ||
      !digits(trimmed(e[11]), 5, 6) || !digits(trimmed(e[12]), 1, 9) || trimmed(e[4]).size() > 2 ||
      trimmed(e[6]).size() > 2 || trimmed(e[14]).size() > 1) {
    return std::nullopt;
  }
  take_repetition(out);
  return out;
}

}  // namespace

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_strict_isa(std::string_view bytes) {
  if (bytes.size() < kLength || !bytes.starts_with("ISA")) {
    return false;
  }
  const char separator = bytes[3];
  std::size_t at = 3;
  for (const std::size_t width : kWidths) {
    const auto element = bytes.substr(at + 1, width);
    // The last element is the component separator itself.
    if (bytes[at] != separator ||
        (at != 103 && element.find(separator) != std::string_view::npos)) {
      return false;
    }
    at += width + 1;
  }
  return true;
}

std::optional<IsaHeader> recognise_isa(std::string_view bytes, char before) {
  if (!bytes.starts_with("ISA")) {
    return std::nullopt;
  }
  if (auto found = strict(bytes)) {
    return found;
  }
  if (is_letter_or_digit(before)) {
    return std::nullopt;
  }
  if (auto found = wrapped(bytes.substr(0, kIsaLookahead))) {
    return found;
  }
  return unpadded(bytes.substr(0, kIsaLookahead));
}

}  // namespace crossdock::x12
