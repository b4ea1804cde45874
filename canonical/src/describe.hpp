// One description per struct, on Boost.Describe: its members in order and which of them must be
// there. Everything else about a document's form follows from this.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <string_view>

namespace crossdock::canonical {

// The names of the required members of T; specialised by CROSSDOCK_DESCRIBE through required_of.
struct NameList {
  const char* text;  // "a, b, c" as written in the description
  constexpr bool contains(std::string_view name) const {
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      std::string_view one = rest.substr(0, comma);
      while (!one.empty() && one.front() == ' ') {
        one.remove_prefix(1);
      }
      if (one == name) {
        return true;
      }
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return false;
  }
};

}  // namespace crossdock::canonical

#define CROSSDOCK_NAMES(...) #__VA_ARGS__
#define CROSSDOCK_UNPACK(...) __VA_ARGS__
#define CROSSDOCK_DESCRIBE(Type, Required, Members)                                  \
  BOOST_DESCRIBE_STRUCT(Type, (), Members)                                           \
  constexpr NameList required_of(const Type*) { return {CROSSDOCK_NAMES Required}; } \
  inline const char* name_of(const Type*) { return #Type; }
