// What a connector may reach: what its manifest asks for, as far as the operator grants it. The
// operator grants in two ways: by an allow block, and by a setting that the manifest points at
// (config:base_url): whoever writes an address into the configuration wants it to be reached. What
// a manifest asks for by name needs an allow block; what is asked for and not granted is said.
//
// Values; usable from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::host::security {

struct Grants {
  std::vector<std::string> hosts;  // name:port, lower-case
  std::vector<std::string> read;   // absolute paths
  std::vector<std::string> write;
  std::vector<std::string> missing;  // asked for, not granted

  bool may_connect(std::string_view host, std::uint16_t port) const;
  bool may_open(std::string_view path, bool to_write) const;
};

// The operator's allow block.
struct Allowed {
  std::vector<std::string> hosts;
  std::vector<std::string> read;
  std::vector<std::string> write;
};

// What the operator lets a worker have of the machine (the limits block).
struct Limits {
  std::uint64_t memory_bytes = UINT64_MAX;
  std::uint64_t descriptors = UINT64_MAX;
  std::uint64_t threads = UINT64_MAX;
  std::uint64_t processor_percent = 0;  // of one processor; 0: as much as there is
};

// `manifest` as embedded, `configuration` as the plugin will get it; both JSON objects. Makes the
// folders and files that settings name where they are not there: a right needs something to be on.
Grants grants_of(std::string_view manifest, std::string_view configuration, const Allowed& allowed,
                 const Limits& limits = {});

// name:port of a URL or of name:port, lower-case; empty where it is neither.
std::string endpoint_of(std::string_view text);

}  // namespace crossdock::host::security
