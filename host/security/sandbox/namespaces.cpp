// A user namespace that maps only this user, and in it a network with nothing in it. The worker
// gives up every capability afterwards, those over its own namespaces too.
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/security/sandbox/parts.hpp"

namespace crossdock::host::sandbox {
namespace {

bool write_text(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  const bool good =
      fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) {
    close(fd);
  }
  return good;
}

}  // namespace

Walls enter_namespaces() {
  const auto uid = std::to_string(geteuid());
  const auto gid = std::to_string(getegid());
  constexpr int kOwn = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  std::string why;
  bool user = unshare(CLONE_NEWUSER | kOwn) == 0;
  bool network = user;
  if (user) {
    user = write_text("/proc/self/setgroups", "deny") &&
           write_text("/proc/self/uid_map", uid + " " + uid + " 1") &&
           write_text("/proc/self/gid_map", gid + " " + gid + " 1");
    why = std::strerror(errno);
  } else {
    why = std::strerror(errno);
    network = unshare(kOwn) == 0;  // as root it works without
  }
  const std::string help =
      why +
      "; the kernel or a container forbids it (kernel.unprivileged_userns_clone, "
      "user.max_user_namespaces)";
  return {{"user namespace", user, false, user ? "no rights over what is outside" : help},
          {"network namespace", network, true,
           network ? "no network: the host opens granted connections" : help}};
}

Wall drop_capabilities() {
  for (int capability = 0; capability <= 63; ++capability) {
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2] = {};
  const bool gone = syscall(SYS_capset, &head, none) == 0;
  return {"capabilities", gone, true, gone ? "none left" : std::strerror(errno)};
}

}  // namespace crossdock::host::sandbox
