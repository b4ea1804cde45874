// The parts of confine() and lock_down(), one file each.
#pragma once

#include "host/security/sandbox/confine.hpp"

namespace crossdock::host::sandbox {

Walls enter_namespaces();
Wall drop_capabilities();
Walls limit_files(const Confinement& confinement);
Walls filter_calls(int& listener);

}  // namespace crossdock::host::sandbox
