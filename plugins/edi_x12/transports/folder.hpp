// The folder transport. Nothing is ever half read, half written or lost: a file is read once it
// stays unchanged, and written under another name first.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugins/edi_x12/transports/transport.hpp"

namespace crossdock::edi {

class Inbox {
 public:
  Inbox(std::filesystem::path folder, std::filesystem::path archive,
        std::chrono::milliseconds settle);

  // Names of files that have stayed unchanged long enough, oldest name first. Hidden files and
  // those that end in .tmp or .part are still being written and are left alone.
  std::vector<std::string> settled();
  // The file's bytes; nothing where it is not a regular file of a sensible size.
  std::optional<std::string> read(const std::string& name) const;
  // Moves the file to the archive, under a name of its own; true also where it is there already.
  bool archive(const std::string& name, const std::string& digest) const;

 private:
  struct Seen {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type changed;
    std::chrono::steady_clock::time_point since;
  };
  std::filesystem::path folder_;
  std::filesystem::path archive_;
  std::chrono::milliseconds settle_;
  std::map<std::string, Seen> seen_;
};

// An inbox, an outbox and an archive on this machine.
class FolderTransport final : public Transport {
 public:
  FolderTransport(std::filesystem::path inbox, std::filesystem::path outbox,
                  std::filesystem::path archive, std::chrono::milliseconds settle);

  void open() override;
  std::vector<std::string> arrived() override { return inbox_.settled(); }
  std::optional<std::string> fetch(const std::string& name) override { return inbox_.read(name); }
  bool put_away(const std::string& name, const std::string& digest) override {
    return inbox_.archive(name, digest);
  }
  Outcome send(const Parcel& parcel) override;

 private:
  std::filesystem::path in_;
  std::filesystem::path outbox_;
  std::filesystem::path archive_;
  Inbox inbox_;
};

// Writes the file whole: temporary name, sync, rename, sync of the folder. Throws
// std::system_error.
void write_whole(const std::filesystem::path& folder, const std::string& name,
                 const std::string& bytes);

}  // namespace crossdock::edi
