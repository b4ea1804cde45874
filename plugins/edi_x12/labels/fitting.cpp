#include <algorithm>

#include "plugins/edi_x12/labels/drawing.hpp"

namespace crossdock::edi::labels {
namespace {

// Advance widths in thousandths of the size: Helvetica's, rounded up in groups.
int advance_of(char32_t c) {
  static constexpr std::string_view kNarrow = " !'()*,-./:;I[\\]`fijlrt|\"";
  static constexpr std::string_view kWide = "@%MWm";
  if (c >= 0x2e80) {
    return 1000;  // CJK and beyond
  }
  if (c >= 0x80) {
    return 780;
  }
  const char one = static_cast<char>(c);
  if (kNarrow.find(one) != std::string_view::npos) {
    return 390;
  }
  if (kWide.find(one) != std::string_view::npos) {
    return 1020;
  }
  return (one >= 'A' && one <= 'Z') || one == '&' ? 780 : 600;
}

// The next character of the text, and how many bytes it takes; U+FFFD for one byte of no UTF-8.
char32_t next_character(std::string_view text, std::size_t& bytes) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80                     ? 1
                             : first >= 0xc2 && first <= 0xdf ? 2
                             : first >= 0xe0 && first <= 0xef ? 3
                             : first >= 0xf0 && first <= 0xf4 ? 4
                                                              : 0;
  bytes = 1;
  if (length == 1) {
    return first;
  }
  if (length == 0) {
    return 0xfffd;
  }
  char32_t out = first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return 0xfffd;
    }
    out = (out << 6) | (byte(i) & 0x3f);
  }
  const bool overlong = (length == 3 && out < 0x800) || (length == 4 && out < 0x10000);
  if (overlong || (out >= 0xd800 && out <= 0xdfff) || out > 0x10ffff || out == 0xfffe ||
      out == 0xffff) {
    return 0xfffd;
  }
  bytes = length;
  return out;
}

// Printable UTF-8 on one line.
std::string cleaned(std::string_view text) {
  std::string out;
  for (std::size_t at = 0, bytes = 1; at < text.size(); at += bytes) {
    const auto c = next_character(text.substr(at), bytes);
    if (c == 0xfffd) {
      out.push_back('?');
    } else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
      out.push_back(' ');
    } else {
      out.append(text.substr(at, bytes));
    }
  }
  return out;
}

// How many bytes of the text fit.
std::size_t fitting(std::string_view text, double size, double width) {
  double sum = 0;
  std::size_t at = 0;
  for (std::size_t bytes = 1; at < text.size(); at += bytes) {
    sum += advance_of(next_character(text.substr(at), bytes)) * size / 1000;
    if (sum > width) {
      break;
    }
  }
  return at;
}

}  // namespace

double width_of(std::string_view text, double size) {
  double sum = 0;
  for (std::size_t at = 0, bytes = 1; at < text.size(); at += bytes) {
    sum += advance_of(next_character(text.substr(at), bytes)) * size / 1000;
  }
  return sum;
}

std::vector<std::string> fitted(std::string_view text, double size, double width,
                                std::size_t most_lines) {
  const std::string clean = cleaned(text);
  std::string_view rest = clean;
  std::vector<std::string> out;
  while (!rest.empty() && out.size() < most_lines) {
    while (!rest.empty() && rest.front() == ' ') {
      rest.remove_prefix(1);
    }
    auto length = fitting(rest, size, width);
    if (length < rest.size()) {
      if (out.size() + 1 == most_lines) {
        out.push_back(
            std::string(rest.substr(0, fitting(rest, size, width - width_of("...", size)))) +
            "...");
        return out;
      }
      const auto blank = rest.substr(0, length + 1).rfind(' ');
      if (blank != std::string_view::npos && blank > 0) {
        length = blank;
      }
      length = std::max<std::size_t>(length, 1);
    }
    if (length > 0) {
      out.emplace_back(rest.substr(0, length));
    }
    rest.remove_prefix(std::min(length, rest.size()));
  }
  return out;
}

}  // namespace crossdock::edi::labels
