// What other systems tell of products and customers.
#pragma once

#include "crossdock/canonical/product.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void product_upserted(Context& context, const canonical::Product& product);
// The credit limit counts only where the source may write credit.
void customer_upserted(Context& context, const canonical::Customer& customer, bool with_credit);

}  // namespace crossdock::host::process
