// How much of something: signed fixed point with four decimals, and the unit it is counted in
// (UN/ECE Recommendation 20 codes as EPCIS uses them; EA for each). Exact; overflow is refused.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::canonical {

struct Quantity {
  static constexpr std::int64_t kScale = 10'000;

  std::int64_t e4 = 0;  // ten-thousandths of the unit
  std::string uom = "EA";

  static Quantity of(std::int64_t whole, std::string unit = "EA") {
    return {whole * kScale, std::move(unit)};
  }
  bool is_whole() const { return e4 % kScale == 0; }
  std::int64_t whole() const { return e4 / kScale; }  // rounded towards zero
  bool operator==(const Quantity&) const = default;
};

// A decimal number of at most `decimals` places as an integer scaled by 10^decimals; nothing where
// the text is not such a number or does not fit. No exponent, no thousands separators.
std::optional<std::int64_t> parse_decimal(std::string_view text, int decimals);
// The shortest decimal text: 10, 2.5, -0.0001.
std::string decimal_text(std::int64_t scaled, int decimals, int least_decimals = 0);

}  // namespace crossdock::canonical
