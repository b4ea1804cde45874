// Parses JSON from outside with the bounds that canonical documents keep to.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace crossdock::canonical {

inline constexpr std::size_t kLargestDocument = 16u << 20;  // bytes
inline constexpr std::size_t kDeepestDocument = 32;         // levels

// True and `out` set, or false and `fault` saying what and where (byte offset). Refuses members
// that stand twice, because two readers may then see two different documents. The tree is made in
// the memory that `out` was made with.
bool parse_checked(std::string_view text, boost::json::value& out, std::string& fault);

}  // namespace crossdock::canonical
