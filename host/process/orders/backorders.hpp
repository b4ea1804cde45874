// Demand that waits for stock, and what happens when stock comes: by the channel's priority, then
// by age, each waiting order is routed again; what is covered is planned like any other.
//
// An order that must ship complete is covered as a whole or waits on.
#pragma once

#include <string>
#include <vector>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// Tries to cover what waits for these products.
void cover_backorders(Context& context, const std::vector<std::string>& skus);

}  // namespace crossdock::host::process
