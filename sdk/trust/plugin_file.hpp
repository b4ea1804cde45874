// A plugin as it is handed around: a library with or without NAME.so.xdsig beside it, or a package.
// Read from the disk into memory without running anything, in one form for all who look at it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sdk/plugin/manifest.hpp"
#include "sdk/trust/package.hpp"
#include "sdk/trust/statement.hpp"

namespace crossdock::trust {

struct PluginFile {
  std::string library_name;  // NAME.so
  std::string library;       // its bytes
  std::string sha256;        // of the library
  std::optional<Envelope> envelope;
  std::optional<PackageFiles> package;  // all files, where it came as a package
};

// Nothing, and `fault` (what is wrong and what to do), where the file cannot be used. A package
// whose files are not those that were signed is refused here.
std::optional<PluginFile> read_plugin_file(const std::filesystem::path& path, std::string& fault);

// The manifest embedded in the library; reads its bytes only.
std::optional<plugin::Manifest> manifest_of(const PluginFile& file, std::string& fault);

}  // namespace crossdock::trust
