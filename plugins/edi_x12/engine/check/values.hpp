// Whether a value is what its element's type says (X12.6 section 3.5). Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/edi_x12/grammar/packed.hpp"

namespace crossdock::x12 {

// N0 to N9: digits, a minus sign before them. `digits` gets their number.
inline bool is_whole_number(std::string_view text, std::size_t& digits) {
  const std::size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
  digits = text.size() - sign;
  unsigned other = 0;
  for (std::size_t i = sign; i < text.size(); ++i) {
    other |= static_cast<unsigned char>(text[i] - '0') > 9 ? 1U : 0U;
  }
  return other == 0 && digits > 0;
}

// R: digits with at most one point among them and a minus sign before them; with an exponent from
// release 00403 on (E and digits).
inline bool is_decimal(std::string_view text, std::size_t& digits) {
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  digits = 0;
  unsigned points = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (static_cast<unsigned char>(c - '0') <= 9) {
      ++digits;
    } else if (c == '.') {
      ++points;
    } else if (c == 'E' && digits > 0 && at + 1 < text.size()) {
      std::size_t more = 0;
      const bool whole = is_whole_number(text.substr(at + 1), more);
      digits += more;
      return whole && points <= 1;
    } else {
      return false;
    }
  }
  return points <= 1 && digits > 0;
}

// CCYYMMDD or YYMMDD, of a day that exists.
inline bool is_date(std::string_view text) {
  if (text.size() != 8 && text.size() != 6) {
    return false;
  }
  unsigned other = 0;
  for (const char c : text) {
    other |= static_cast<unsigned char>(c - '0') > 9 ? 1U : 0U;
  }
  if (other != 0) {
    return false;
  }
  const auto two = [&](std::size_t at) {
    return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
  };
  const std::size_t at = text.size() - 4;
  const unsigned month = two(at), day = two(at + 2);
  if (month - 1 > 11 || day - 1 > 30) {
    return false;
  }
  if (day <= 28) {
    return true;
  }
  const unsigned year = text.size() == 8 ? two(0) * 100 + two(2) : two(0);
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  static constexpr std::uint8_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return day <= kDays[month - 1] + (month == 2 && leap ? 1U : 0U);
}

// HHMM, HHMMSS, and decimals of seconds.
inline bool is_time(std::string_view text) {
  if (text.size() < 4 || text.size() == 5) {
    return false;
  }
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return false;
    }
  }
  return text.substr(0, 2) < "24" && text[2] < '6' && (text.size() < 6 || text[4] < '6');
}

// A GS1 key (GTIN, GLN, SSCC): 8 to 18 digits, the last of which checks the others with weights 3
// and 1 from the right.
struct Gs1Key {
  bool digits = false;  // it is made of so many digits
  bool checks = false;  // and the last one is right
};
inline Gs1Key read_gs1_key(std::string_view text) {
  Gs1Key out;
  const std::size_t size = text.size();
  if (size < 8 || size > 18) {
    return out;
  }
  std::uint64_t evens = 0, odds = 0;  // sums of the digits in places of either kind, from the right
  bool digits = true;
  // Eight characters from `at` on, moved up so that those added already fall out.
  const auto add = [&](std::size_t at, std::size_t moved) {
    const std::uint64_t word = word_at(text.data() + at);
    constexpr std::uint64_t kPairs = 0x00ff00ff00ff00ffU;
    const std::uint64_t values = (word & 0x0f0f0f0f0f0f0f0fU) << 8 * moved;
    digits = digits && are_digits(word);
    odds += values & kPairs;
    evens += values >> 8 & kPairs;
  };
  // From the right, so that the last digit is in the highest byte and of the even kind.
  std::size_t end = size;
  for (; end >= 8; end -= 8) {
    add(end - 8, 0);
  }
  if (end != 0) {
    add(0, 8 - end);
  }
  const auto total = [](std::uint64_t pairs) { return pairs * 0x0001000100010001U >> 48; };
  out.digits = digits;
  out.checks = digits && (total(evens) + 3 * total(odds)) % 10 == 0;
  return out;
}

}  // namespace crossdock::x12
