// Reading other systems' JSON without trust: a member that is absent, null or of another type is
// "not there", never a crash.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::outside {

namespace json = boost::json;

// Bounded in depth; nothing where the text is not JSON.
inline std::optional<json::value> parse(std::string_view text) {
  json::parse_options options;
  options.max_depth = 32;
  json::error_code error;
  auto value = json::parse(text, error, {}, options);
  return error ? std::nullopt : std::optional(std::move(value));
}

inline const json::value* member(const json::value& in, std::string_view key) {
  const auto* object = in.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

// A text, or a number as text; empty where there is neither.
inline std::string text(const json::value& in, std::string_view key) {
  const auto* found = member(in, key);
  if (found == nullptr) {
    return {};
  }
  if (const auto* string = found->if_string()) {
    return std::string(string->data(), string->size());
  }
  return found->is_number() || found->is_bool() ? json::serialize(*found) : std::string();
}

inline const json::array& list(const json::value& in, std::string_view key) {
  static const json::array kNone;
  const auto* found = member(in, key);
  return found == nullptr || !found->is_array() ? kNone : found->get_array();
}

// A whole number of units in ten-thousandths, from a number or a text; nothing for what is neither
// or not below 100 billion.
inline std::optional<std::int64_t> quantity_e4(const json::value& in, std::string_view key) {
  const auto* found = member(in, key);
  if (found == nullptr) {
    return std::nullopt;
  }
  double value = 0;
  if (const auto* string = found->if_string()) {
    char* end = nullptr;
    const std::string copy(string->data(), string->size());
    value = std::strtod(copy.c_str(), &end);
    if (copy.empty() || *end != '\0') {
      return std::nullopt;
    }
  } else if (found->is_number()) {
    value = found->to_number<double>();
  } else {
    return std::nullopt;
  }
  if (!(value > -1e11 && value < 1e11)) {
    return std::nullopt;
  }
  return std::llround(value * 10'000);
}

}  // namespace crossdock::outside
