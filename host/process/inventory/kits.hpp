// Kits: a line of a kit holds and ships its components. One level deep; a kit of kits is refused
// where it is told of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/product.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

struct Component {
  std::string sku;
  std::int64_t factor = 10'000;  // of it in one of the product, ten-thousandths
};

// The components of a kit; the product itself where it is not one.
std::vector<Component> components_of(journal::Database& db, std::string_view sku);
// So many of a component are in `quantity` of the product, and back (downwards).
std::int64_t in_component(std::int64_t quantity, std::int64_t factor);
std::int64_t in_product(std::int64_t component_quantity, std::int64_t factor);

// Which kits a product is part of.
std::vector<std::string> kits_with(journal::Database& db, std::string_view sku);

// Keeps what a kit is made of.
void set_components(Context& context, const canonical::Product& product);

}  // namespace crossdock::host::process
