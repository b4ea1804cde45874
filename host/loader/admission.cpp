#include "host/loader/admission.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <crossdock/canonical/instant.hpp>
#include <csignal>
#include <cstring>
#include <utility>

#include "sdk/trust/bytes.hpp"
#include "sdk/trust/plugin_file.hpp"

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

// The same bytes under their hash, written whole or not at all.
std::string store_bytes(const fs::path& target, const std::string& bytes, unsigned mode) {
  std::string fault;
  std::error_code error;
  if (fs::file_size(target, error) == bytes.size() && !error &&
      trust::read_file(target, bytes.size(), fault) == bytes) {
    return {};
  }
  return trust::write_file(target, bytes, mode, fault)
             ? std::string()
             : "cannot be kept in " + target.parent_path().string() + ": it " + fault;
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

// What the reader found in a stored copy is kept beside it: the same bytes are read once, not at
// every start. The store is the host's own, as the copy is that is opened.
std::string manifest_of(const Places& places, const fs::path& stored, std::string& manifest) {
  const fs::path kept = stored.string() + ".manifest.json";
  std::string fault;
  if (auto known = trust::read_file(kept, plugin::kLargestManifest, fault)) {
    manifest = std::move(*known);
    return {};
  }
  fault = read_in_child(places.reader, stored, manifest);
  return fault.empty() ? store_bytes(kept, manifest, 0400) : fault;
}

std::int64_t changed_at(const fs::path& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0
             ? info.st_ctim.tv_sec * 1'000'000'000LL + info.st_ctim.tv_nsec
             : 0;
}

// Empty where the policy lets it in; `out.remark` is what an operator should know all the same.
std::string against_policy(const Policy& policy, const trust::Verdict& verdict, Admitted& out) {
  out.standing = verdict.standing;
  out.publisher = verdict.publisher;
  out.certified = verdict.certified;
  switch (verdict.standing) {
    case trust::Standing::signed_:
      break;
    case trust::Standing::modified:
    case trust::Standing::revoked:
      return verdict.reason;
    default:
      if (policy.unsigned_plugins == UnsignedPolicy::refuse) {
        return verdict.reason + ". To run it all the same: trust { unsigned warn }";
      }
      if (policy.unsigned_plugins == UnsignedPolicy::warn) {
        out.remark = verdict.reason;
      }
  }
  if (!verdict.certified && policy.certified == CertifiedPolicy::required) {
    return "is not certified by anyone whom this host trusts with it, and trust { certified "
           "required } asks for that; get it certified (crossdock test, crossdock sign --certify)";
  }
  return {};
}

}  // namespace

Decision admit(const fs::path& path, const Places& places, const Policy& policy,
               const trust::TrustStore& trusted) {
  Decision out;
  std::string fault;
  // From here on only these bytes count: what is checked is what is stored is what is opened.
  const auto file = trust::read_plugin_file(path, fault);
  if (!file) {
    out.reason = fault;
    return out;
  }
  auto plugin = std::make_shared<Admitted>();
  plugin->origin = path;
  plugin->sha256 = file->sha256;
  plugin->stored = places.store / (file->sha256 + ".so");
  plugin->dropped_at_ns = changed_at(path);
  out.reason = store_bytes(plugin->stored, file->library, 0500);
  if (out.reason.empty() && file->envelope) {
    out.reason = store_bytes(plugin->stored.string() + std::string(trust::kSignatureEnding),
                             trust::to_json(*file->envelope), 0400);
  }
  std::string json;
  if (out.reason.empty()) {
    out.reason = manifest_of(places, plugin->stored, json);
  }
  if (!out.reason.empty()) {
    return out;
  }
  auto manifest = plugin::parse_manifest(json, out.reason);
  if (!manifest) {
    return out;
  }
  out.reason = plugin::abi_mismatch(*manifest);
  if (out.reason.empty() && file->package) {
    const auto shown = file->package->find(std::string(trust::kPackageManifest));
    if (shown != file->package->end() && shown->second != json) {
      out.reason = "shows a manifest.json that is not the one in its library; pack it anew";
    }
  }
  if (out.reason.empty()) {
    out.reason = against_policy(policy,
                                trusted.verdict(file->envelope, file->sha256, manifest->id,
                                                manifest->version, canonical::now().ns),
                                *plugin);
  }
  if (out.reason.empty()) {
    plugin->manifest = std::move(*manifest);
    out.plugin = std::move(plugin);
  }
  return out;
}

}  // namespace crossdock::host::loader
