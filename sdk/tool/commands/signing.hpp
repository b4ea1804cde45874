// What keys, sign, verify and pack share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/trust/keys.hpp"

namespace crossdock::tool {

inline constexpr std::string_view kDefaultTrustStore = "/etc/crossdock/trust";

// The first line of the file; empty where no file is named.
std::optional<std::string> read_passphrase(const std::string& file, std::string& fault);
std::optional<trust::PublicKey> read_public_key(const std::string& file, std::string& fault);
// key:ID or sha256:HEX of what is named: as written, a .pub file, a library or a package.
std::string revocable(const std::string& what, std::string& fault);

}  // namespace crossdock::tool
