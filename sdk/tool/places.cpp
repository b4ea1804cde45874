#include "sdk/tool/places.hpp"

#include <stdexcept>
#include <vector>

namespace crossdock::tool {
namespace {

namespace fs = std::filesystem;

// The program's own folder and those above it, nearest first.
std::vector<fs::path> folders_above() {
  std::vector<fs::path> out;
  auto folder = fs::read_symlink("/proc/self/exe").parent_path();
  for (int i = 0; i < 5 && folder != folder.root_path(); ++i, folder = folder.parent_path()) {
    out.push_back(folder);
  }
  return out;
}

}  // namespace

fs::path shared_files() {
  for (const auto& folder : folders_above()) {
    if (fs::is_directory(folder / "share" / "crossdock" / "templates")) {
      return folder / "share" / "crossdock";
    }
  }
  throw std::runtime_error(
      "share/crossdock is not where this program was installed; install the SDK whole");
}

fs::path helper_program(const std::string& name) {
  for (const auto& folder : folders_above()) {
    for (const char* place : {"", "sdk", "lib/crossdock/sdk"}) {
      if (fs::is_regular_file(folder / place / name)) {
        return folder / place / name;
      }
    }
  }
  throw std::runtime_error(name +
                           " is not where this program was installed; install the SDK whole");
}

}  // namespace crossdock::tool
