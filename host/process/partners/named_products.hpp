// Which product a partner means: by our number, by its GTIN however many leading zeros it is
// written with (a UPC of 12 digits is the GTIN-14 of the same article), by the buyer's own number.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Numbers of one product, as a document gives them; each may be empty.
struct ProductNumbers {
  std::string_view sku;
  std::string_view gtin;
  std::string_view buyer_part;
};

// As people read it: "SKU-1", "GTIN 0061...", "buyer's B-7".
std::string in_words(const ProductNumbers& numbers);
// Whether two GTINs are of one article; false where one is empty.
bool same_gtin(std::string_view a, std::string_view b);
// Whether an order's line is of that product. The first number that is given decides.
bool is_of(journal::Database& db, const canonical::OrderLine& line, const ProductNumbers& numbers);
// Our number of it in the catalogue; empty where nothing there has its GTIN.
std::string known_sku(journal::Database& db, const ProductNumbers& numbers);

}  // namespace crossdock::host::process
