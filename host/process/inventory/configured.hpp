// Pools and kept-back quantities of the configuration, brought into the store as messages: what is
// the same already is left alone, so that a start changes nothing by itself.
#pragma once

#include "host/process/context.hpp"

namespace crossdock::host::process {

// Puts a message to the processes themselves into the outbox for each that differs.
void announce_configured(Context& context);

}  // namespace crossdock::host::process
