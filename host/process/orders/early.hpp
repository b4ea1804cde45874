// What comes about an order before the order itself (paid, changed, cancelled before created):
// kept, and applied right after the order came, in the order in which it was stored.
#pragma once

#include <string_view>

#include "crossdock/canonical/envelope_wire.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

void keep_early(Context& context, std::string_view channel, std::string_view po_number,
                const canonical::MessageView& message);
void apply_early(Context& context, std::string_view channel, std::string_view po_number);

}  // namespace crossdock::host::process
