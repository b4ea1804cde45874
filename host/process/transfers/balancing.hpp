// Balancing: transfers that rules propose and start. A rule fills a warehouse up from another one
// when it has too little to promise, counting what is already under way to it.
#pragma once

#include <string>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// Timer: applies every balancing rule, and sets itself again. The key is not used.
void balance_stock(Context& context, const std::string& key);
// Starts the timer where rules are configured and it does not run yet.
void start_balancing(Context& context);

}  // namespace crossdock::host::process
