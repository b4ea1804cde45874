// The manifest of a plugin: what it is, what it takes and gives, what it asks for. It is read from
// the library's ELF section .crossdock.manifest without running any code of the library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::plugin {

inline constexpr std::string_view kManifestSection = ".crossdock.manifest";
inline constexpr std::size_t kLargestManifest = 256u << 10;  // bytes
inline constexpr std::size_t kLargestLibrary = 64u << 20;    // bytes

struct Manifest {
  std::string id;
  std::string version;
  std::string vendor;
  std::string description;
  std::string abi_min;
  std::string abi_max;
  std::vector<std::string> takes;
  std::vector<std::string> gives;
  std::vector<std::string> extensions;
  // What the outside system counts and limits. Units are its own; zero: not said.
  struct Operation {
    std::string name;                // or a prefix that ends in `*`
    double rate = 0;                 // units that come back each second
    double burst = 0;                // most units at once
    double window_s = 0;             // instead of a rate: `burst` units in any so many seconds
    double cost = 1;                 // of one delivery
    std::vector<std::string> takes;  // types whose deliveries are this operation
  };
  std::vector<Operation> operations;
  std::uint32_t max_in_flight = 1;
  std::string effect;                // idempotent_key, lookup_before_write, at_least_once
  std::string configuration_schema;  // JSON Schema
  std::string json;                  // as embedded

  bool offers(std::string_view extension) const;
};

// The section's bytes out of a whole library in memory. Trusts no offset or size in it; on failure
// `fault` says what is wrong.
std::optional<std::string_view> manifest_section(std::string_view library, std::string& fault);

// Checks form and required members; `fault` names the first that is wrong.
std::optional<Manifest> parse_manifest(std::string_view json, std::string& fault);

// Whether this host's ABI lies in what the manifest asks for; else why not.
std::string abi_mismatch(const Manifest& manifest);

}  // namespace crossdock::plugin
