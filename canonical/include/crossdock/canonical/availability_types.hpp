// The message types that say how sure an availability is; they carry an availability with the
// number that was told last.
#pragma once

#include <string_view>

namespace crossdock::canonical {

// The number that was told last is not sure any more; and one is again.
inline constexpr std::string_view kAvailabilityUnknown =
    "crossdock.inventory.availability.unknown.v1";
inline constexpr std::string_view kAvailabilityRestored =
    "crossdock.inventory.availability.restored.v1";

}  // namespace crossdock::canonical
