// Runs one trial in a process of its own, within a time, and collects what it answers. Whatever the
// library does to that process, the judge goes on.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sdk/conformance/launch.hpp"

namespace crossdock::conformance {

struct Trial {
  std::vector<std::string> faults;  // what the library did wrong; a death and a hang are faults too
  std::vector<std::string> notes;
  std::optional<std::string> skip;   // the check has no meaning for this library
  std::optional<std::string> needs;  // the check could not be made; what it needs
  boost::json::object value;
  // Of the connector, as it was durable last; nothing: it changed none.
  std::optional<std::map<std::string, std::string>> state;
  std::multiset<std::string> inside;  // calls into the library that have not returned
  std::string output;                 // the end of what it wrote to its standard output and error
  bool killed = false;
};

// `kill_when`, asked every 20 ms with what has been answered so far, ends the trial by SIGKILL; a
// trial that is killed that way has done what it should.
Trial run_trial(const std::filesystem::path& program, const Launch& launch,
                std::chrono::seconds time,
                const std::function<bool(const Trial&)>& kill_when = nullptr);

}  // namespace crossdock::conformance
