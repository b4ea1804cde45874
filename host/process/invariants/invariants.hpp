// What must hold in the store after every step (canonical model, section 3, I1-I12), as questions
// to it: each finds the rows that break a rule. For tests, scenarios and the operator's check.
#pragma once

#include <string>
#include <vector>

#include "host/journal/store.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::process {

// One line per violation: the invariant and the row that breaks it. Reads the whole store.
std::vector<std::string> broken_invariants(journal::Database& db, const Settings& settings);

}  // namespace crossdock::host::process
