// Members of JSON documents by name or dotted path, where any of them may be missing or of another
// kind.
//
// Pure.
#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace crossdock::edi {

// The text at a dotted path; empty where there is none.
inline std::string text_at(const boost::json::object& in, std::string_view path) {
  const boost::json::object* here = &in;
  for (;;) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto* found = here->if_contains({path.data(), dot});
    if (found == nullptr || dot == path.size()) {
      return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                    : std::string();
    }
    here = found->if_object();
    if (here == nullptr) {
      return {};
    }
    path = path.substr(dot + 1);
  }
}

// Null where it is missing or another kind of value.
inline boost::json::array* list_in(boost::json::object& in, const char* name) {
  auto* found = in.if_contains(name);
  return found == nullptr ? nullptr : found->if_array();
}
inline boost::json::object* object_in(boost::json::object& in, const char* name) {
  auto* found = in.if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}

}  // namespace crossdock::edi
