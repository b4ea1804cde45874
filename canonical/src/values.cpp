// Fixed-point numbers, money and identifiers: the arithmetic behind the value types.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "crossdock/canonical/identifiers.hpp"
#include "crossdock/canonical/money.hpp"
#include "crossdock/canonical/quantity.hpp"

namespace crossdock::canonical {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool all_capitals(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}
bool check_digit_fits(std::string_view text) {
  return all_digits(text) && gs1_check_digit(text.substr(0, text.size() - 1)) == text.back();
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t out = 1;
  while (exponent-- > 0) {
    out *= 10;
  }
  return out;
}

}  // namespace

std::optional<std::int64_t> parse_decimal(std::string_view text, int decimals) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() && fraction.empty()) {
    return std::nullopt;
  }
  while (fraction.size() > static_cast<std::size_t>(decimals) && fraction.back() == '0') {
    fraction.remove_suffix(1);
  }
  if (fraction.size() > static_cast<std::size_t>(decimals)) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  const auto take = [&value](std::string_view digits) {
    for (const char c : digits) {
      if (c < '0' || c > '9' || __builtin_mul_overflow(value, std::int64_t{10}, &value) ||
          __builtin_add_overflow(value, std::int64_t{c - '0'}, &value)) {
        return false;
      }
    }
    return true;
  };
  if (!take(whole) || !take(fraction)) {
    return std::nullopt;
  }
  for (auto i = fraction.size(); i < static_cast<std::size_t>(decimals); ++i) {
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) {
      return std::nullopt;
    }
  }
  return negative ? -value : value;
}

std::string decimal_text(std::int64_t scaled, int decimals, int least_decimals) {
  auto rest =
      scaled < 0 ? 0 - static_cast<std::uint64_t>(scaled) : static_cast<std::uint64_t>(scaled);
  // From the last digit to the first; 20 digits, 18 decimals at most, a point and a sign.
  std::array<char, 48> text{};
  auto* const end = text.data() + text.size();
  auto* at = end;
  for (int place = decimals; place > 0; --place, rest /= 10) {
    const auto digit = static_cast<char>('0' + rest % 10);
    if (digit != '0' || at != end || place <= least_decimals) {
      *--at = digit;
    }
  }
  if (at != end) {
    *--at = '.';
  }
  do {
    *--at = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (scaled < 0) {
    *--at = '-';
  }
  return {at, end};
}

int minor_digits(std::string_view currency) {
  static constexpr std::array<std::string_view, 16> kNone = {
      "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
      "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XPF"};
  static constexpr std::array<std::string_view, 7> kThree = {"BHD", "IQD", "JOD", "KWD",
                                                             "LYD", "OMR", "TND"};
  if (std::find(kNone.begin(), kNone.end(), currency) != kNone.end()) {
    return 0;
  }
  return std::find(kThree.begin(), kThree.end(), currency) != kThree.end() ? 3 : 2;
}

// 128 bits hold any product of two 64-bit numbers.
__extension__ typedef __int128 Wide;

std::optional<Money> extended(const UnitPrice& price, const Quantity& quantity, Rounding rounding) {
  const Wide product = static_cast<Wide>(price.e6) * quantity.e4;
  // product is in 10^-10 of the major unit; bring it to minor units.
  const Wide divisor = static_cast<Wide>(power_of_ten(10 - minor_digits(price.currency)));
  Wide whole = product / divisor;
  const Wide rest = product % divisor;
  const Wide twice = (rest < 0 ? -rest : rest) * 2;
  const bool away =
      twice > divisor || (twice == divisor && (rounding == Rounding::half_up || whole % 2 != 0));
  if (away) {
    whole += product < 0 ? -1 : 1;
  }
  if (whole > INT64_MAX || whole < INT64_MIN) {
    return std::nullopt;
  }
  return Money{static_cast<std::int64_t>(whole), price.currency};
}

std::string to_string(const Money& money) {
  const int digits = minor_digits(money.currency);
  return decimal_text(money.minor, digits, digits);
}

std::string to_string(const UnitPrice& price) {
  return decimal_text(price.e6, 6, minor_digits(price.currency));
}

std::optional<char> gs1_check_digit(std::string_view digits) {
  if (!all_digits(digits)) {
    return std::nullopt;
  }
  int sum = 0;
  int weight = 3;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
    sum += (*it - '0') * weight;
    weight = 4 - weight;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

bool is_gtin(std::string_view text) {
  return (text.size() == 8 || (text.size() >= 12 && text.size() <= 14)) && check_digit_fits(text);
}
bool is_gln(std::string_view text) { return text.size() == 13 && check_digit_fits(text); }
bool is_sscc(std::string_view text) { return text.size() == 18 && check_digit_fits(text); }
bool is_scac(std::string_view text) {
  return text.size() >= 2 && text.size() <= 4 && all_capitals(text);
}
bool is_un_number(std::string_view text) {
  return text.size() == 6 && text.starts_with("UN") && all_digits(text.substr(2));
}
bool is_currency(std::string_view text) { return text.size() == 3 && all_capitals(text); }

std::optional<std::string> make_sscc(char extension, std::string_view company_prefix,
                                     std::uint64_t serial) {
  if (extension < '0' || extension > '9' || !all_digits(company_prefix) ||
      company_prefix.size() < 6 || company_prefix.size() > 12) {
    return std::nullopt;
  }
  std::string number = std::to_string(serial);
  const std::size_t room = 16 - company_prefix.size();
  if (number.size() > room) {
    return std::nullopt;
  }
  number.insert(0, room - number.size(), '0');
  std::string digits = extension + std::string(company_prefix) + number;
  digits.push_back(*gs1_check_digit(digits));
  return digits;
}

std::optional<std::string> make_gtin14(char indicator, std::string_view company_prefix,
                                       std::string_view item) {
  std::string digits = indicator + std::string(company_prefix) + std::string(item);
  if (digits.size() != 13 || !all_digits(digits)) {
    return std::nullopt;
  }
  digits.push_back(*gs1_check_digit(digits));
  return digits;
}

}  // namespace crossdock::canonical
