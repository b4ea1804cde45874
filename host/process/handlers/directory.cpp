// Which messages concern products and customers.
#include "host/process/directory.hpp"

#include "crossdock/canonical/message_types.hpp"
#include "host/process/handlers/tables.hpp"
#include "host/process/ownership.hpp"

namespace crossdock::host::process {

HandlerTable directory_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kProductUpserted, on(+[](Context& c, const canonical::Product& product, M m) {
         if (accepts(c, "product", product.sku, "product", m)) {
           product_upserted(c, product);
         }
       })},
      {canonical::kCustomerUpserted, on(+[](Context& c, const canonical::Customer& customer, M m) {
         if (accepts(c, "customer", customer.code, "customer", m)) {
           customer_upserted(c, customer, may_write(c, "credit", m));
         }
       })},
  };
}

}  // namespace crossdock::host::process
