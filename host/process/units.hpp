// Quantities as this layer keeps them, ten-thousandths in an integer, said as people read them.
#pragma once

#include <crossdock/canonical/quantity.hpp>
#include <cstdint>
#include <string>

namespace crossdock::host::process {

inline std::string units(std::int64_t e4) { return canonical::decimal_text(e4, 4); }

}  // namespace crossdock::host::process
