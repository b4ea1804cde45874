// Why a number is what it is: an availability taken apart into the warehouses, positions,
// movements, reservations, pools and rules that make it, and put together again in one line of
// arithmetic.
#pragma once

#include <string>
#include <string_view>

#include "host/process/inventory/availability.hpp"

namespace crossdock::host::process {

// JSON. The number itself comes from the one availability function; what is listed adds up to it.
// Lists end after a hundred rows and say how many there are.
std::string explain_availability(journal::Database& db, const Settings& settings,
                                 const std::string& sku, const std::string& channel);

}  // namespace crossdock::host::process
