// The launch document: all that a worker is told, handed over a pipe before anything else. It may
// hold secrets, so it never stands on a command line, in an environment or in a file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::host::worker {

struct Launch {
  std::string endpoint;  // of the host's bus
  std::string connector;
  std::string token;          // proves to the host that this is the worker it started
  std::string library;        // in the private store
  std::string configuration;  // JSON for the plugin, secrets resolved
  std::string cursor;
  std::map<std::string, std::string> state;
  bool standby = false;  // open the library, then wait for go, which brings cursor and state
  std::int64_t poll_interval_ms = 1000;
  bool polls = false;                   // the manifest offers crossdock.poll/1
  bool finds = false;                   // crossdock.find/1
  bool webhooks = false;                // crossdock.webhook/1
  std::int64_t memory_limit_bytes = 0;  // address space; 0: none
  std::int64_t descriptor_limit = 256;
  std::string sandbox = "preferred";  // off, preferred, required
  std::vector<std::string> read;      // granted paths
  std::vector<std::string> write;
  std::int64_t niceness = 0;
  std::int64_t parent = 0;  // pid of the host
};

std::string to_json(const Launch& launch);
std::optional<Launch> launch_from_json(std::string_view json);

}  // namespace crossdock::host::worker
