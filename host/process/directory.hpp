// What other systems tell of products and customers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crossdock/canonical/product.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// What an order needs to know of a product.
struct ProductFacts {
  bool active = false;
  bool may_wait = false;      // for stock
  std::int64_t weight_g = 0;  // of one unit; 0: nobody said
  std::string base_uom;
  std::string hazard_class;  // empty: not dangerous
};
// Nothing where it is not known.
std::optional<ProductFacts> product_facts(journal::Database& db, std::string_view sku);

// How a customer pays; nothing where nobody said.
std::optional<canonical::PaymentTerms> payment_terms(journal::Database& db,
                                                     std::string_view customer);

void product_upserted(Context& context, const canonical::Product& product);
// The credit limit counts only where the source may write credit.
void customer_upserted(Context& context, const canonical::Customer& customer, bool with_credit);

}  // namespace crossdock::host::process
