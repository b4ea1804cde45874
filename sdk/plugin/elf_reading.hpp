// Structs of ELF64 read out of a file's bytes, which are hostile: nothing is read past their end.
// Pure.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace crossdock::plugin {

// The struct at an offset of the file; false where it does not lie inside.
template <class T>
bool read_at(std::string_view file, std::uint64_t offset, T& out) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) {
    return false;
  }
  std::memcpy(&out, file.data() + offset, sizeof(T));
  return true;
}

}  // namespace crossdock::plugin
