// The one-time token by which the host knows a worker that it started.
#pragma once

#include <string>

namespace crossdock::host::delivery {

// 128 bits from the kernel, in hexadecimal.
std::string new_token();

}  // namespace crossdock::host::delivery
