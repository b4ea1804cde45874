// What the judge tells a trial process, over its standard input, and how the trial answers.
//
// The answers are lines of JSON on descriptor 3: {"phase": ...} before each call into the library
// and
// {"left": ...} after it, so that a death has a place; {"fault": ...}, {"note": ...}, {"skip":
// ...}, {"needs": ...} as they are found; {"value": {...}} for the judge; {"state": {...}} when a
// change of the connector's state became durable; {"end": true} last.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/conformance/setting.hpp"

namespace crossdock::conformance {

inline constexpr int kAnswerDescriptor = 3;

struct Launch {
  std::string check;
  std::string library;
  std::string manifest;       // JSON, as embedded
  std::string configuration;  // JSON
  bool configuration_given = false;
  std::vector<GivenMessage> messages;
  bool messages_given = false;
  std::string cursor;
  std::map<std::string, std::string> state;
  std::vector<std::string> secrets;  // values that must not be seen
  std::string folder;                // golden pairs
  std::uint64_t seed = 1;
  int cases = 200;
  int patience_s = 20;  // for one answer of the library
  bool world_is_slow = false;
  bool in_doubt = false;  // the first delivery may have got through before
};

std::string to_json(const Launch& launch);
std::optional<Launch> launch_from_json(std::string_view json);

}  // namespace crossdock::conformance
