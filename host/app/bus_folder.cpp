#include "host/app/bus_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <crossdock/canonical/instant.hpp>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace crossdock::host::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "crossdock-";

// Only what a host can have made itself is taken away, whatever the note says.
bool is_left_behind(const fs::path& path) {
  struct stat about {};
  return path.parent_path() == fs::temp_directory_path() &&
         path.filename().string().starts_with(kPrefix) && lstat(path.c_str(), &about) == 0 &&
         S_ISDIR(about.st_mode) && about.st_uid == geteuid();
}

}  // namespace

BusFolder::BusFolder(const fs::path& data_dir) : note_(data_dir / "bus-folder") {
  std::string last;
  std::ifstream note(note_);
  std::getline(note, last);
  std::error_code error;
  if (is_left_behind(last)) {
    fs::remove_all(last, error);
  }
  path_ = fs::temp_directory_path() / (kPrefix + std::to_string(getpid()) + "-" +
                                       std::to_string(canonical::now().ns % 1'000'000'000));
  if (mkdir(path_.c_str(), 0700) != 0) {
    throw std::runtime_error("the folder for the bus, " + path_.string() +
                             ", cannot be made: " + std::strerror(errno));
  }
  std::ofstream(note_) << path_.string() << '\n';
}

BusFolder::~BusFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
  fs::remove(note_, error);
}

}  // namespace crossdock::host::app
