#include "host/scenario/values.hpp"

#include <cstdlib>

#include "crossdock/canonical/money.hpp"
#include "crossdock/canonical/quantity.hpp"
#include "host/scenario/events.hpp"

namespace crossdock::host::scenario {

namespace c = canonical;

std::int64_t e4(const Node& node) {
  const auto value = c::parse_decimal(node.text, 4);
  if (!value) {
    throw CannotPlay(node, "`" + node.text + "` is no quantity of at most four decimals");
  }
  return *value;
}

std::int64_t minor(const Node& node, const std::string& currency) {
  const auto value = c::parse_decimal(node.text, c::minor_digits(currency));
  if (!value) {
    throw CannotPlay(node, "`" + node.text + "` is no amount of " + currency);
  }
  return *value;
}

std::int64_t instant_ns(const Node& node) {
  const auto value = c::parse_instant(node.text);
  if (!value) {
    throw CannotPlay(node, "`" + node.text + "` is no instant");
  }
  return value->ns;
}

c::LocalDate date(const Node& node) {
  const auto value = c::parse_date(node.text);
  if (!value) {
    throw CannotPlay(node, "`" + node.text + "` is no day of the calendar");
  }
  return *value;
}

c::Address address(const Node& node, const std::string& fallback_name) {
  c::Address out;
  out.name = node.text_of("name", fallback_name);
  out.street = node.text_of("street");
  out.city = node.text_of("city");
  out.region = node.text_of("region");
  out.postal_code = node.text_of("postal_code");
  out.country = node.text_of("country", "US");
  if (node.find("latitude") != nullptr && node.find("longitude") != nullptr) {
    out.geo = c::GeoPoint{std::strtod(node.find("latitude")->text.c_str(), nullptr),
                          std::strtod(node.find("longitude")->text.c_str(), nullptr),
                          {}};
  }
  return out;
}

bool is_true(const Node& node, const char* key, bool fallback) {
  const auto* found = node.find(key);
  return found == nullptr ? fallback : found->text == "true";
}

c::Quantity quantity_of(const Node& node, const char* key) {
  const auto* found = node.find(key);
  return {found == nullptr ? 0 : e4(*found), "EA"};
}

std::optional<std::string> said(const Node& node, const char* key) {
  const auto* found = node.find(key);
  return found == nullptr ? std::nullopt : std::optional(found->text);
}

std::int64_t duration_ns(const Node& node) {
  const auto unit = node.text.find_first_not_of("0123456789");
  const auto count = std::strtoll(node.text.substr(0, unit).c_str(), nullptr, 10);
  const auto word = unit == std::string::npos ? std::string("s") : node.text.substr(unit);
  const std::int64_t one = word == "us"   ? 1'000
                           : word == "ms" ? 1'000'000
                           : word == "s"  ? 1'000'000'000
                           : word == "m"  ? 60'000'000'000
                           : word == "h"  ? 3'600'000'000'000
                                          : 86'400'000'000'000;
  return count * one;
}

}  // namespace crossdock::host::scenario
