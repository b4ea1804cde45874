// The names that a library lets out, read from its ELF dynamic symbols without running it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::plugin {

struct Export {
  std::string name;
  bool unique = false;  // STB_GNU_UNIQUE: shared between libraries, keeps this one from unloading
};

// At most 10,000 are read. Trusts no offset or size in the file; on failure `fault` says what is
// wrong.
std::optional<std::vector<Export>> exports_of(std::string_view library, std::string& fault);

}  // namespace crossdock::plugin
