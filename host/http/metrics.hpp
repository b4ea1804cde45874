// The host's numbers in the text format of Prometheus.
#pragma once

#include <string>

#include "host/http/operations.hpp"

namespace crossdock::host::http {

std::string to_prometheus(const Gauges& gauges);

}  // namespace crossdock::host::http
