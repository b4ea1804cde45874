// Versions as plugins carry them (Semantic Versioning 2.0.0, section 11): 1.10.0 comes after 1.9.2,
// 1.0.0-beta before 1.0.0. Texts of another form are compared as they stand. Pure.
#pragma once

#include <algorithm>
#include <string_view>

namespace crossdock::host::loader {

namespace detail {

// The part before the separator; `rest` is what follows it.
inline std::string_view cut(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// Numbers by value, and before texts; texts by their bytes.
inline int compare_part(std::string_view a, std::string_view b) {
  const auto is_number = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (is_number(a) != is_number(b)) {
    return is_number(a) ? -1 : 1;
  }
  if (is_number(a)) {
    a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
    b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
    if (a.size() != b.size()) {
      return a.size() < b.size() ? -1 : 1;
    }
  }
  return a.compare(b);
}

inline int compare_parts(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    if (a.empty() != b.empty()) {
      return a.empty() ? -1 : 1;
    }
    const auto left = cut(a, '.');
    const auto right = cut(b, '.');
    if (const int order = compare_part(left, right); order != 0) {
      return order;
    }
  }
  return 0;
}

}  // namespace detail

// Below, at or above zero as `a` comes before, with or after `b`. Build metadata does not count.
inline int compare_versions(std::string_view a, std::string_view b) {
  a = a.substr(0, a.find('+'));
  b = b.substr(0, b.find('+'));
  const auto core_a = detail::cut(a, '-');
  const auto core_b = detail::cut(b, '-');
  if (const int order = detail::compare_parts(core_a, core_b); order != 0) {
    return order;
  }
  if (a.empty() != b.empty()) {
    return a.empty() ? 1 : -1;  // a release comes after what led to it
  }
  return detail::compare_parts(a, b);
}

}  // namespace crossdock::host::loader
