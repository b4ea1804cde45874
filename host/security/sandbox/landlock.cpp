// Landlock (Linux 5.13 on): the files a worker may reach. Its newer abilities are numbers here,
// because Debian 12's headers are those of 6.1; the kernel's own version decides what is asked of
// it.
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/security/sandbox/parts.hpp"

namespace crossdock::host::sandbox {
namespace {

// struct landlock_ruleset_attr as of ABI 6; older kernels take the beginning of it.
struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t network = 0;  // ABI 4
  std::uint64_t scoped = 0;   // ABI 6
};
constexpr std::uint64_t kTruncate = 1ULL << 14;          // ABI 3
constexpr std::uint64_t kIoctlDevice = 1ULL << 15;       // ABI 5
constexpr std::uint64_t kBindAndConnectTcp = 3;          // ABI 4
constexpr std::uint64_t kAbstractSocketsAndSignals = 3;  // ABI 6
constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWrite = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | kTruncate;
// What may be granted on a file that is not a folder.
constexpr std::uint64_t kOnFiles =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;

std::uint64_t known_to(int abi) {
  std::uint64_t all = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1;  // ABI 1: everything up to MAKE_SYM
  all |= abi >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0;
  all |= abi >= 3 ? kTruncate : 0;
  all |= abi >= 5 ? kIoctlDevice : 0;
  return all;
}

bool allow(int ruleset, const char* path, std::uint64_t access) {
  const int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) {
    return errno == ENOENT;  // what is not there needs no right
  }
  struct stat info {};
  fstat(fd, &info);
  landlock_path_beneath_attr rule{S_ISDIR(info.st_mode) ? access : access & kOnFiles, fd};
  const bool good =
      syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  close(fd);
  return good;
}

}  // namespace

// What every program needs to open libraries, verify TLS and know the time.
const std::vector<std::string>& system_paths() {
  static const std::vector<std::string> kPaths = {"/usr/lib",
                                                  "/usr/lib64",
                                                  "/usr/local/lib",
                                                  "/lib",
                                                  "/lib64",
                                                  "/etc/ld.so.cache",
                                                  "/etc/ssl",
                                                  "/usr/share/ca-certificates",
                                                  "/usr/local/share/ca-certificates",
                                                  "/usr/share/zoneinfo",
                                                  "/etc/localtime",
                                                  "/etc/timezone",
                                                  "/dev/urandom",
                                                  "/dev/zero",
                                                  "/proc/self",
                                                  "/proc/meminfo",
                                                  "/proc/cpuinfo",
                                                  "/proc/sys/vm/overcommit_memory",
                                                  "/sys/devices/system/cpu"};
  return kPaths;
}

Walls limit_files(const Confinement& confinement) {
  const int abi = static_cast<int>(
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
  if (abi < 1) {
    return {{"files (Landlock)", false, true,
             std::string(std::strerror(errno)) + "; needs Linux 5.13 with lsm=...,landlock"}};
  }
  RulesetAttributes attributes;
  attributes.files = known_to(abi);
  attributes.network = abi >= 4 ? kBindAndConnectTcp : 0;
  attributes.scoped = abi >= 6 ? kAbstractSocketsAndSignals : 0;
  const std::size_t size = abi >= 6   ? sizeof attributes
                           : abi >= 4 ? 2 * sizeof(std::uint64_t)
                                      : sizeof(std::uint64_t);
  const int ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
  bool good = ruleset >= 0;
  const auto rights = attributes.files;
  for (const auto& path : system_paths()) {
    good = good && allow(ruleset, path.c_str(), kRead & rights);
  }
  good = good && allow(ruleset, "/dev/null", (kRead | kWrite) & rights);
  for (const auto& path : confinement.read) {
    good = good && allow(ruleset, path.c_str(), kRead & rights);
  }
  for (const auto& path : confinement.write) {
    good = good && allow(ruleset, path.c_str(), (kRead | kWrite) & rights);
  }
  good = good && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  const std::string fault = std::strerror(errno);
  if (ruleset >= 0) {
    close(ruleset);
  }
  const auto version = "Landlock ABI " + std::to_string(abi);
  return {{"files (Landlock)", good, true, good ? version + ": granted paths only" : fault},
          {"signals and abstract sockets (Landlock)", good && abi >= 6, false,
           abi >= 6 ? version + ": own process only"
                    : version + " has not got it (6 has); the "
                                "call filter refuses signals to others"},
          {"TCP ports (Landlock)", good && abi >= 4, false,
           abi >= 4 ? version + ": none"
                    : version + " has not got it (4 has); the network "
                                "namespace keeps everything out"}};
}

}  // namespace crossdock::host::sandbox
