#include "plugins/edi_x12/transports/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>

namespace crossdock::edi {
namespace {

namespace fs = std::filesystem;

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) {
      close(fd);
    }
  }
};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool is_still_written(const std::string& name) {
  return name.starts_with('.') || name.ends_with(".tmp") || name.ends_with(".part");
}

}  // namespace

Inbox::Inbox(fs::path folder, fs::path archive, std::chrono::milliseconds settle)
    : folder_(std::move(folder)), archive_(std::move(archive)), settle_(settle) {}

std::vector<std::string> Inbox::settled() {
  std::map<std::string, Seen> now;
  std::vector<std::string> out;
  const auto time = std::chrono::steady_clock::now();
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    std::error_code error;
    if (is_still_written(name) || !fs::is_regular_file(entry.symlink_status(error))) {
      continue;
    }
    Seen one{entry.file_size(error), entry.last_write_time(error), time};
    if (error) {
      continue;
    }
    const auto earlier = seen_.find(name);
    if (earlier != seen_.end() && earlier->second.size == one.size &&
        earlier->second.changed == one.changed) {
      one.since = earlier->second.since;
    }
    if (time - one.since >= settle_) {
      out.push_back(name);
    }
    now.emplace(name, one);
  }
  seen_ = std::move(now);
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<std::string> Inbox::read(const std::string& name) const {
  const Descriptor folder{open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  const Descriptor file{openat(folder.fd, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
  struct stat info {};
  if (file.fd < 0 || fstat(file.fd, &info) != 0 || !S_ISREG(info.st_mode) ||
      static_cast<std::uintmax_t>(info.st_size) > kLargestFile) {
    return std::nullopt;
  }
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto got = ::read(file.fd, bytes.data() + have, bytes.size() - have);
    if (got <= 0) {
      return std::nullopt;
    }
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

bool Inbox::archive(const std::string& name, const std::string& digest) const {
  std::string safe;
  for (const char c : name) {
    safe.push_back(
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_' ? c
                                                                                             : '_');
  }
  std::error_code error;
  fs::rename(folder_ / name, archive_ / (digest.substr(0, 16) + "-" + safe), error);
  return !error || !fs::exists(folder_ / name);
}

FolderTransport::FolderTransport(fs::path inbox, fs::path outbox, fs::path archive,
                                 std::chrono::milliseconds settle)
    : in_(std::move(inbox)),
      outbox_(std::move(outbox)),
      archive_(std::move(archive)),
      inbox_(in_, archive_, settle) {}

void FolderTransport::open() {
  for (const auto& folder : {in_, outbox_, archive_}) {
    if (!fs::is_directory(folder)) {
      throw std::runtime_error("the folder " + folder.string() +
                               " is not there; make it, or name another");
    }
  }
}

// Written again after a doubt, it is the same file.
Outcome FolderTransport::send(const Parcel& parcel) {
  write_whole(outbox_, parcel.name, parcel.bytes);
  return Outcome::done().reference(parcel.name);
}

void write_whole(const fs::path& folder, const std::string& name, const std::string& bytes) {
  const Descriptor directory{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.fd < 0) {
    fail("the folder " + folder.string() + " cannot be opened");
  }
  const std::string temporary = "." + name + ".tmp";
  {
    const Descriptor file{openat(directory.fd, temporary.c_str(),
                                 O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640)};
    if (file.fd < 0) {
      fail("a file in " + folder.string() + " cannot be made");
    }
    std::size_t put = 0;
    while (put < bytes.size()) {
      const auto wrote = write(file.fd, bytes.data() + put, bytes.size() - put);
      if (wrote <= 0) {
        fail("a file in " + folder.string() + " cannot be written");
      }
      put += static_cast<std::size_t>(wrote);
    }
    if (fsync(file.fd) != 0) {
      fail("a file in " + folder.string() + " cannot be synced");
    }
  }
  if (renameat(directory.fd, temporary.c_str(), directory.fd, name.c_str()) != 0 ||
      fsync(directory.fd) != 0) {
    fail("a file in " + folder.string() + " cannot be put in place");
  }
}

}  // namespace crossdock::edi
