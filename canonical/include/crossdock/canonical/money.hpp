// Amounts of money: whole minor units of an ISO 4217 currency; prices per unit with six decimals.
// All arithmetic is on integers; rounding happens in one named place and is carried on documents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crossdock/canonical/quantity.hpp"

namespace crossdock::canonical {

enum class Rounding : std::uint8_t { half_even, half_up };

struct Money {
  std::int64_t minor = 0;  // cents for USD, whole yen for JPY
  std::string currency;    // ISO 4217 alphabetic
  bool operator==(const Money&) const = default;
};

struct UnitPrice {
  std::int64_t e6 = 0;  // millionths of the major unit
  std::string currency;
  bool operator==(const UnitPrice&) const = default;
};

// Digits after the point of a currency (ISO 4217): 2 for most, 0 for JPY, 3 for KWD.
int minor_digits(std::string_view currency);

// price x quantity in minor units; nothing on overflow.
std::optional<Money> extended(const UnitPrice& price, const Quantity& quantity,
                              Rounding rounding = Rounding::half_up);

std::string to_string(const Money& money);      // 12.50
std::string to_string(const UnitPrice& price);  // at least the currency's decimals: 10.90, 1.2345

}  // namespace crossdock::canonical
