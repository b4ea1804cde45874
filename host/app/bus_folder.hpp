// The folder of the bus's socket. It lies in the folder for temporary files, because the path of a
// socket is at most 107 bytes long (unix(7)) and that of the data folder may be longer; it has a
// name of its own for each start, because ZeroMQ lets a second host take over an old name. A host
// that was killed leaves its folder behind; where it was is kept in the data folder, and the next
// host on the same data takes it away.
//
// Not thread-safe; one per host, made while the host holds its data.
#pragma once

#include <filesystem>

namespace crossdock::host::app {

class BusFolder {
 public:
  // Throws std::runtime_error where the folder cannot be made.
  explicit BusFolder(const std::filesystem::path& data_dir);
  ~BusFolder();
  BusFolder(const BusFolder&) = delete;
  BusFolder& operator=(const BusFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }  // mode 0700

 private:
  std::filesystem::path note_;  // in the data folder: where path() is
  std::filesystem::path path_;
};

}  // namespace crossdock::host::app
