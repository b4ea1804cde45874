// Decides on a library before any of its code runs: reads it once, takes the manifest out of those
// very bytes in a limited child process, asks the trust store about its signature, and keeps
// exactly those bytes in a private store, named by their hash. What is opened later is the private
// copy, so a file that is overwritten in the plugin folder harms nothing that runs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "sdk/plugin/manifest.hpp"
#include "sdk/trust/trust_store.hpp"

namespace crossdock::host::loader {

// What happens to a plugin without a signature that counts. Modified and revoked ones are refused
// under every policy.
enum class UnsignedPolicy : std::uint8_t { refuse, warn, allow };
enum class CertifiedPolicy : std::uint8_t { required, preferred };

struct Policy {
  UnsignedPolicy unsigned_plugins = UnsignedPolicy::refuse;
  CertifiedPolicy certified = CertifiedPolicy::preferred;
};

struct Places {
  std::filesystem::path folder;  // where plugins are dropped
  std::filesystem::path store;   // private copies, mode 0700
  std::filesystem::path reader;  // crossdock-worker, which reads a manifest in a limited process
};

struct Admitted {
  plugin::Manifest manifest;
  std::string sha256;            // hexadecimal, of the library's bytes
  std::filesystem::path origin;  // where it was dropped
  std::filesystem::path stored;  // the private copy that is opened
  std::int64_t dropped_at_ns = 0;
  trust::Standing standing = trust::Standing::unsigned_;
  bool certified = false;
  std::string publisher;  // as the trust store calls it
  std::string remark;     // what an operator should know although it is let in
};
using Plugin = std::shared_ptr<const Admitted>;

struct Refused {
  std::filesystem::path origin;
  std::string reason;  // what is wrong and what to do
};

struct Decision {
  Plugin plugin;       // null: refused
  std::string reason;  // of a refusal
};

// Looks at one library or package. Blocks for as long as the reader takes, 5 s at most.
Decision admit(const std::filesystem::path& file, const Places& places, const Policy& policy,
               const trust::TrustStore& trusted);

}  // namespace crossdock::host::loader
