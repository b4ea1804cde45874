// Telling channels what they can sell. Changes of one product within the coalescing window become
// one message per channel, with the latest value; a value that did not change is not sent. Where a
// warehouse falls silent the number stands, and that it is not sure is said once (unknown), and
// when it is sure again (restored). Only channels whose configuration names a taker of availability
// are told.
#pragma once

#include <string>
#include <string_view>

#include "host/process/context.hpp"

namespace crossdock::host::process {

void availability_may_have_changed(Context& context, std::string_view sku);
// The same for every product of a warehouse.
void warehouse_may_have_changed(Context& context, std::string_view warehouse);
// Timer: the window of a product has passed.
void publish_availability(Context& context, const std::string& sku);

}  // namespace crossdock::host::process
