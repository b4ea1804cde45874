#include "host/loader/admission.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include "sdk/plugin/hash.hpp"

namespace crossdock::host::loader {
namespace {

namespace fs = std::filesystem;
constexpr auto kReadingTime = std::chrono::seconds(5);

// Closes itself.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) {
      close(fd);
    }
  }
};

// The file's bytes; a file that others may write is refused, because it may change after the check.
std::string read_library(const fs::path& path, std::string& bytes) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  struct stat info {};
  if (file.fd < 0 || fstat(file.fd, &info) != 0) {
    return std::string("cannot be read: ") + std::strerror(errno);
  }
  if (!S_ISREG(info.st_mode)) {
    return "is not a regular file";
  }
  if ((info.st_mode & S_IWOTH) != 0) {
    return "may be written by everybody; chmod o-w it";
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return "belongs to another user; it must belong to the host's user or to root";
  }
  if (static_cast<std::uintmax_t>(info.st_size) > plugin::kLargestLibrary) {
    return "is larger than 64 MiB";
  }
  bytes.resize(static_cast<std::size_t>(info.st_size));
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto got = ::read(file.fd, bytes.data() + have, bytes.size() - have);
    if (got <= 0) {
      return "changed while it was read; copy it under another name and rename it";
    }
    have += static_cast<std::size_t>(got);
  }
  return {};
}

// The same bytes under their hash, written whole or not at all.
std::string store_library(const fs::path& target, const std::string& bytes) {
  std::error_code error;
  if (fs::file_size(target, error) == bytes.size() && !error) {
    std::string there;
    if (read_library(target, there).empty() && there == bytes) {
      return {};
    }
  }
  const fs::path temporary = target.string() + ".part";
  fs::remove(temporary, error);
  const Descriptor file{open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500)};
  std::size_t put = 0;
  while (file.fd >= 0 && put < bytes.size()) {
    const auto wrote = write(file.fd, bytes.data() + put, bytes.size() - put);
    if (wrote <= 0) {
      break;
    }
    put += static_cast<std::size_t>(wrote);
  }
  if (file.fd < 0 || put != bytes.size() || fsync(file.fd) != 0 ||
      rename(temporary.c_str(), target.c_str()) != 0) {
    return "cannot be kept in " + target.parent_path().string() + ": " + std::strerror(errno);
  }
  return {};
}

// Runs the reader on the stored copy and takes its output, within time and size.
std::string read_in_child(const fs::path& reader, const fs::path& library, std::string& manifest) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return std::string("cannot be looked at: ") + std::strerror(errno);
  }
  Descriptor in{ends[0]};
  Descriptor out{ends[1]};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.fd, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  std::string program = reader.string();
  std::string option = "--read-manifest";
  std::string file = library.string();
  char* const arguments[] = {program.data(), option.data(), file.data(), nullptr};
  char* const environment[] = {nullptr};
  pid_t child = 0;
  const int error = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return "cannot be looked at, because " + program + " does not start: " + std::strerror(error);
  }
  close(std::exchange(out.fd, -1));
  const auto deadline = std::chrono::steady_clock::now() + kReadingTime;
  char buffer[16384];
  bool in_time = true;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd ready{in.fd, POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) {
      in_time = false;
      break;
    }
    const auto got = ::read(in.fd, buffer, sizeof buffer);
    if (got <= 0) {
      break;
    }
    manifest.append(buffer, static_cast<std::size_t>(got));
    if (manifest.size() > plugin::kLargestManifest) {
      in_time = false;
      break;
    }
  }
  if (!in_time) {
    kill(child, SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!in_time) {
    return "took too long or gave too much while its manifest was read";
  }
  if (!WIFEXITED(status)) {
    return "made the reader of its manifest crash; the file is damaged or hostile";
  }
  // The reader says on its output what is wrong.
  return WEXITSTATUS(status) == 0 ? std::string() : manifest;
}

std::string admit_one(const fs::path& path, const fs::path& store, const fs::path& reader,
                      Admission& out) {
  std::string bytes;
  if (auto reason = read_library(path, bytes); !reason.empty()) {
    return reason;
  }
  Admitted plugin;
  plugin.origin = path;
  plugin.sha256 = plugin::sha256_hex(bytes);
  plugin.stored = store / (plugin.sha256 + ".so");
  if (auto reason = store_library(plugin.stored, bytes); !reason.empty()) {
    return reason;
  }
  std::string json;
  if (auto reason = read_in_child(reader, plugin.stored, json); !reason.empty()) {
    return reason;
  }
  std::string fault;
  auto manifest = plugin::parse_manifest(json, fault);
  if (!manifest) {
    return fault;
  }
  if (auto mismatch = plugin::abi_mismatch(*manifest); !mismatch.empty()) {
    return mismatch;
  }
  // The place for signatures: manifest, hash and publisher's key are known here, and no code of the
  // library has run.
  plugin.manifest = std::move(*manifest);
  const auto [there, added] = out.plugins.emplace(plugin.manifest.id, plugin);
  if (!added) {
    return "has the id " + plugin.manifest.id + ", as " + there->second.origin.string() +
           " has; keep one of them";
  }
  return {};
}

}  // namespace

Admission admit_folder(const fs::path& folder, const fs::path& store, const fs::path& reader) {
  Admission out;
  std::error_code error;
  fs::create_directories(store, error);
  fs::permissions(store, fs::perms::owner_all, error);
  std::vector<fs::path> found;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".so") {
      found.push_back(it->path());
    }
  }
  if (error) {
    out.refused.push_back({folder, "cannot be listed: " + error.message()});
  }
  std::sort(found.begin(), found.end());
  for (const auto& path : found) {
    if (auto reason = admit_one(path, store, reader, out); !reason.empty()) {
      out.refused.push_back({path, std::move(reason)});
    }
  }
  return out;
}

}  // namespace crossdock::host::loader
