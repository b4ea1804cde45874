// What must hold of stock after every step (canonical model, section 3: I1-I4, I6, I7, I9, I10, and
// what came back of I5), as questions to the store that find the rows which break a rule.
#pragma once

#include <string>
#include <vector>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// One line per violation: the invariant and the row that breaks it. Reads the whole store.
std::vector<std::string> broken_stock_invariants(journal::Database& db, const Settings& settings);

}  // namespace crossdock::host::process
