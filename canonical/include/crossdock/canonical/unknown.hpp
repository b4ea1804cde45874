// Members of a document that this version does not know. They are kept as they came, so that a
// document passed on loses nothing that a newer partner put in.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace crossdock::canonical {

// Name and JSON text of each member, in the order they came.
using Unknown = std::vector<std::pair<std::string, std::string>>;

}  // namespace crossdock::canonical
