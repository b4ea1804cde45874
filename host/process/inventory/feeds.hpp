// Whether a warehouse's numbers can be believed: how long ago its system was last heard of. Beyond
// the freshness limit its last numbers stand but are not told on (unknown); beyond the floor limit
// it counts as nothing. The next word from it restores both.
#pragma once

#include <string>
#include <string_view>

#include "host/process/context.hpp"

namespace crossdock::host::process {

void heard_of(Context& context, std::string_view warehouse, std::int64_t at_ns);
// Timers.
void feed_went_silent(Context& context, const std::string& warehouse);
void feed_fell_to_floor(Context& context, const std::string& warehouse);

}  // namespace crossdock::host::process
