// Bytes as signatures need them: base64 (RFC 4648, section 4), and files read and written whole
// within a limit. Pure but for the files; usable from any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::trust {

// As OpenSSL takes them.
inline const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string base64(std::string_view bytes);
// Nothing where the text is not whole base64 of at most `most` bytes.
std::optional<std::string> from_base64(std::string_view text, std::size_t most);

// The file's bytes. A file that everybody may write, that belongs to neither this user nor root, or
// that is larger than `most` is refused, as are links: `fault` says why and what to do.
std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t most,
                                     std::string& fault);
// Written beside it, synced and renamed, so that a reader sees all of it or nothing. False, and
// `fault`, where that does not work.
bool write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode,
                std::string& fault);

}  // namespace crossdock::trust
