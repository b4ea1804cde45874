// Which messages concern products and customers.
#include "host/process/directory.hpp"

#include "crossdock/canonical/message_types.hpp"
#include "host/process/handlers/tables.hpp"

namespace crossdock::host::process {

HandlerTable directory_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kProductUpserted,
       [](Context& c, M m) { product_upserted(c, read<canonical::Product>(m)); }},
      {canonical::kCustomerUpserted,
       [](Context& c, M m) { customer_upserted(c, read<canonical::Customer>(m)); }},
  };
}

}  // namespace crossdock::host::process
