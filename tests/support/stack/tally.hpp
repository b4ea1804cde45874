// Counts, in the far ends' own records and not in ours, whether everything happened once: what the
// warehouse was asked and shipped, what the carrier sold, what the ERP holds, which documents the
// trading partners would find.
#pragma once

#include <string>
#include <vector>

#include "tests/support/stack/stack.hpp"

namespace crossdock::support {

// Sales and invoices as an ERP holds them: references, each as often as it is there.
struct ErpBooks {
  std::vector<std::string> sales;     // order ids
  std::vector<std::string> invoices;  // invoice ids, posted ones only
};
ErpBooks simulated_books(Stack& stack);

// Each line says one thing that is not as it must be; empty: everything happened once. `orders`:
// the purchase order numbers that were sent, all of them shippable from stock.
std::vector<std::string> tally(Stack& stack, const std::vector<std::string>& orders,
                               const ErpBooks& books);

}  // namespace crossdock::support
