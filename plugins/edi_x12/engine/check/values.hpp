// Whether a value is what its element's type says (X12.6 section 3.5). Pure.
#pragma once

#include <cstdint>
#include <string_view>

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

// The check digit of GS1 keys (GTIN, SSCC, GLN), all digits: weights 3 and 1 from the right.
inline bool has_gs1_check_digit(std::string_view digits) {
  unsigned sum = 0;
  unsigned weight = 1;
  for (std::size_t i = digits.size(); i > 0; --i) {
    sum += weight * static_cast<unsigned>(digits[i - 1] - '0');
    weight = 4 - weight;
  }
  return sum % 10 == 0;
}

}  // namespace crossdock::x12
