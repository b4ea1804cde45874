// How a scenario's configuration becomes settings: by the same reader as the host's own.
#pragma once

#include "host/scenario/given.hpp"

namespace crossdock::host::app {

scenario::Ports scenario_ports();

}  // namespace crossdock::host::app
