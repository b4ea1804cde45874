// Who may speak for a warehouse, and when what it says happened: only the connector that the
// configuration gives a warehouse reports for it, and a report that says a day alone means no later
// than now.
#pragma once

#include <cstdint>
#include <string>

#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/instant.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Throws Refused where the message comes from another connector than the warehouse's, or the
// warehouse is not configured.
void must_speak_for(const Context& context, const std::string& warehouse,
                    const canonical::MessageView& message);

// An instant of a day that says no time: the day's last at the warehouse, or now where that is
// still to come. What was counted that day may have seen it already; then too little stands there
// until the next count, never too much.
std::int64_t within_day(const Context& context, const std::string& warehouse,
                        canonical::LocalDate day);

}  // namespace crossdock::host::process
