// What other systems tell of products and customers.
#pragma once

#include "crossdock/canonical/product.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void product_upserted(Context& context, const canonical::Product& product);
void customer_upserted(Context& context, const canonical::Customer& customer);

}  // namespace crossdock::host::process
