// SHA-256 (FIPS 180-4), by which libraries are known everywhere: in the host's store, in reports,
// in signatures.
#pragma once

#include <string>
#include <string_view>

namespace crossdock::plugin {

// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace crossdock::plugin
