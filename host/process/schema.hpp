// The tables of the business processes. Quantities are ten-thousandths of a unit, amounts minor
// units, instants nanoseconds. Steps are only ever added at the end.
#pragma once

#include <string>
#include <vector>

namespace crossdock::host::process {

const std::vector<std::string>& schema_steps();

}  // namespace crossdock::host::process
