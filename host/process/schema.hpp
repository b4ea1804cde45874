// The schema of the business processes' store, from the groups of tables in schema/. Steps are only
// ever added at the end.
#pragma once

#include <string>
#include <vector>

namespace crossdock::host::process {

const std::vector<std::string>& schema_steps();

}  // namespace crossdock::host::process
