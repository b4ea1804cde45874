#include "host/process/partners/named_products.hpp"

#include <array>

namespace crossdock::host::process {
namespace {

std::string_view without_zeros(std::string_view digits) {
  const auto first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

// The GTIN that the catalogue has of a product.
std::string catalogue_gtin(journal::Database& db, std::string_view sku) {
  auto statement = db.prepare("SELECT gtin FROM products WHERE sku = ?");
  statement.bind(sku);
  return statement.step() ? statement.text(0) : std::string();
}

}  // namespace

std::string in_words(const ProductNumbers& numbers) {
  if (!numbers.sku.empty()) {
    return std::string(numbers.sku);
  }
  if (!numbers.gtin.empty()) {
    return "GTIN " + std::string(numbers.gtin);
  }
  return numbers.buyer_part.empty() ? "a product without a number"
                                    : "the buyer's " + std::string(numbers.buyer_part);
}

bool same_gtin(std::string_view a, std::string_view b) {
  return !without_zeros(a).empty() && without_zeros(a) == without_zeros(b);
}

bool is_of(journal::Database& db, const canonical::OrderLine& line, const ProductNumbers& numbers) {
  if (!numbers.sku.empty()) {
    return line.sku == numbers.sku;
  }
  if (!numbers.gtin.empty()) {
    return same_gtin(line.gtin.value_or(""), numbers.gtin) ||
           same_gtin(catalogue_gtin(db, line.sku), numbers.gtin);
  }
  return !numbers.buyer_part.empty() && line.buyer_part.value_or("") == numbers.buyer_part;
}

std::string known_sku(journal::Database& db, const ProductNumbers& numbers) {
  if (!numbers.sku.empty() || without_zeros(numbers.gtin).empty()) {
    return std::string(numbers.sku);
  }
  // In every length that a GTIN is written with.
  std::array<std::string, 4> written;
  const auto bare = without_zeros(numbers.gtin);
  std::size_t count = 0;
  for (const std::size_t length : {8, 12, 13, 14}) {
    written[count++] =
        bare.size() <= length ? std::string(length - bare.size(), '0').append(bare) : "";
  }
  auto statement = db.prepare(
      "SELECT sku FROM products WHERE gtin IN (?1, ?2, ?3, ?4) AND gtin <> '' ORDER BY sku");
  statement.bind(written[0], written[1], written[2], written[3]);
  return statement.step() ? statement.text(0) : std::string();
}

}  // namespace crossdock::host::process
