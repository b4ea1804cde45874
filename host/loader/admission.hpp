// Decides on a library before any of its code runs: reads it once, takes the manifest out of those
// very bytes in a limited child process, checks what it asks for, and keeps exactly those bytes in
// a private store, named by their hash. What is opened later is the private copy, so a file that is
// overwritten in the plugin folder harms nothing that runs.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sdk/plugin/manifest.hpp"

namespace crossdock::host::loader {

struct Admitted {
  plugin::Manifest manifest;
  std::string sha256;            // hexadecimal, of the library's bytes
  std::filesystem::path origin;  // where it was dropped
  std::filesystem::path stored;  // the private copy that is opened
};

struct Refused {
  std::filesystem::path origin;
  std::string reason;  // what is wrong and what to do
};

struct Admission {
  std::map<std::string, Admitted> plugins;  // by id
  std::vector<Refused> refused;
};

// Looks at every *.so of the folder. `reader` is the program that reads a manifest in a limited
// process (crossdock-worker); `store` is made with mode 0700.
Admission admit_folder(const std::filesystem::path& folder, const std::filesystem::path& store,
                       const std::filesystem::path& reader);

}  // namespace crossdock::host::loader
