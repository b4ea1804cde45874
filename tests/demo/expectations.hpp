// What the twelve files must lead to, and what of it is not there (yet).
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace crossdock::demo {

// Each line says one thing that is missing or wrong in a summary (GET /v1/summary); empty: all is
// as it must be.
std::vector<std::string> missing(const boost::json::value& summary);

}  // namespace crossdock::demo
