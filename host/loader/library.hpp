// Opens an admitted library and checks its table. Only ever called in a process that may die of it:
// constructors of the library run inside.
#pragma once

#include <crossdock/abi.h>

#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <string>

namespace crossdock::host::loader {

class Library {
 public:
  // Throws std::runtime_error with the linker's own reason.
  explicit Library(const std::filesystem::path& path);

  const xd_plugin_table_v0& table() const { return *table_; }
  // The extension's table, or null; never trusts the plugin to have the slot.
  const void* extension(const char* name) const;

 private:
  boost::dll::shared_library library_;
  const xd_plugin_table_v0* table_ = nullptr;
};

}  // namespace crossdock::host::loader
