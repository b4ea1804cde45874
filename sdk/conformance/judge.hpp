// The judge of connectors: looks at a library without running it, then runs it check by check, each
// in a process of its own, and reports. It needs no host; docs/guide/testing-connectors.md lists
// the checks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "sdk/conformance/report.hpp"
#include "sdk/conformance/setting.hpp"

namespace crossdock::conformance {

struct Order {
  std::filesystem::path library;
  std::filesystem::path trial;     // the program crossdock-trial
  std::optional<Setting> setting;  // none: made up from the schema in the manifest
  std::filesystem::path golden;    // folder of golden pairs; empty: none
  std::uint64_t seed = 1;
  int cases = 200;      // hostile messages
  int patience_s = 20;  // for one answer of the library; a check has six times that
  std::string only;     // the one check to make; empty: all
  std::string tool;     // version, for the report
};

// Tells of each check as it is done. Throws std::runtime_error where nothing can be judged at all:
// the library cannot be read, or this machine does not give what judging needs.
Report judge(const Order& order, const std::function<void(const CheckResult&)>& tell);

// The names of the checks in their order, for --only.
std::vector<std::string> check_names();

}  // namespace crossdock::conformance
