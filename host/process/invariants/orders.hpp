// What must hold of orders after every step (canonical model, section 3: I5, I8, I12), as questions
// to the store that find the rows which break a rule.
#pragma once

#include <string>
#include <vector>

#include "host/journal/store.hpp"

namespace crossdock::host::process {

// One line per violation: the invariant and the row that breaks it. Reads the whole store.
std::vector<std::string> broken_order_invariants(journal::Database& db);

}  // namespace crossdock::host::process
