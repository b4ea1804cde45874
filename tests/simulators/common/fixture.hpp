// The stock, products and places that simulators, tests and the demo agree on: a distributor with
// five warehouses and twenty products.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include "crossdock/canonical/identifiers.hpp"

namespace crossdock::simulators {

inline constexpr int kProducts = 20;
inline constexpr std::array<const char*, 5> kWarehouses = {"EWR", "ATL", "DFW", "PHX", "YYZ"};

inline std::string sku(int number) {
  char text[16];
  std::snprintf(text, sizeof text, "SKU-%03d", number);
  return text;
}

inline std::string gtin(int number) {
  char item[16];
  std::snprintf(item, sizeof item, "%05d", 100 + number);
  return *canonical::make_gtin14('1', "0614141", item);
}

// List price in cents.
inline int price_cents(int number) { return 990 + 100 * number; }

// Opening stock; the last product is scarce.
inline int opening_stock(std::size_t warehouse, int number) {
  static constexpr int kUsual[] = {500, 400, 300, 200, 100};
  static constexpr int kScarce[] = {400, 300, 200, 0, 0};
  return number == kProducts ? kScarce[warehouse] : kUsual[warehouse];
}

}  // namespace crossdock::simulators
