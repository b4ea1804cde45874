// Which calls of the kernel a worker may make: those that connectors need, and no others. A call
// that is not on the list fails with EPERM, and the host is told which it was (seccomp_unotify).
// Opening, renaming and removing files is also told to the host, which lets it go on: Landlock
// decides there, and the host only names what was tried.
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "host/security/sandbox/parts.hpp"

namespace crossdock::host::sandbox {
namespace {

constexpr const char* kAllowed[] = {
    // bytes and descriptors
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "lseek",
    "close", "close_range", "dup", "dup2", "dup3", "fcntl", "flock", "fsync", "fdatasync",
    "sync_file_range", "ftruncate", "fallocate", "fadvise64", "copy_file_range", "sendfile",
    "fstat", "newfstatat", "stat", "lstat", "statx", "statfs", "fstatfs", "access", "faccessat",
    "faccessat2", "getdents64", "getcwd", "readlink", "readlinkat", "fchmod", "umask", "pipe",
    "pipe2", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
    // waiting
    "select", "pselect6", "poll", "ppoll", "epoll_create1", "epoll_ctl", "epoll_wait",
    "epoll_pwait", "epoll_pwait2", "eventfd2", "timerfd_create", "timerfd_settime",
    "timerfd_gettime", "nanosleep", "clock_nanosleep", "pause", "restart_syscall", "sched_yield",
    "futex", "futex_waitv",
    // memory
    "munmap", "mremap", "brk", "madvise", "mincore", "msync", "membarrier",
    // time, identity, randomness
    "clock_gettime", "clock_getres", "gettimeofday", "time", "times", "getrusage", "getrandom",
    "uname", "sysinfo", "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid",
    "getpgrp", "getpriority", "sched_getaffinity", "sched_getparam", "sched_getscheduler",
    "sched_get_priority_max", "sched_get_priority_min", "getcpu", "getrlimit",
    // threads and signals within the process
    "set_robust_list", "get_robust_list", "set_tid_address", "rseq", "arch_prctl", "exit",
    "exit_group", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait",
    "rt_sigpending", "sigaltstack",
    // on sockets that the host handed over
    "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "shutdown", "getsockopt",
    "setsockopt", "getsockname", "getpeername"};

// Told to the host, which lets them go on.
constexpr const char* kNamed[] = {"openat", "rename",   "renameat", "renameat2",
                                  "unlink", "unlinkat", "mkdir",    "mkdirat",
                                  "rmdir",  "link",     "linkat"};

struct Release {
  void operator()(void* context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

void allow(scmp_filter_ctx context, const char* name) {
  const int call = seccomp_syscall_resolve_name(name);
  if (call != __NR_SCMP_ERROR) {
    seccomp_rule_add(context, SCMP_ACT_ALLOW, call, 0);
  }
}

// What an argument of a call must be; libseccomp's own macros are C (compound literals).
scmp_arg_cmp equal(unsigned argument, scmp_datum_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

// Calls that are allowed with some arguments only.
void allow_parts(scmp_filter_ctx context) {
  const auto rule = [&](int call, auto... comparisons) {
    seccomp_rule_add(context, SCMP_ACT_ALLOW, call, sizeof...(comparisons), comparisons...);
  };
  // Memory is never writable and executable at once, and never becomes executable later.
  rule(SCMP_SYS(mmap), masked(2, PROT_EXEC, 0));
  rule(SCMP_SYS(mmap), masked(2, PROT_WRITE, 0));
  rule(SCMP_SYS(mprotect), masked(2, PROT_EXEC, 0));
  // Threads, but no processes. clone3 hides its flags; told that it is not there, libc takes clone.
  rule(SCMP_SYS(clone), masked(0, CLONE_THREAD, CLONE_THREAD));
  seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  // ZeroMQ's threads, ours among them, set the scheduling that they have as they begin, which may
  // be after this, and abort at any answer but success. They are told that it is done; nothing is.
  seccomp_rule_add(context, SCMP_ACT_ERRNO(0), SCMP_SYS(sched_setscheduler), 1,
                   equal(1, SCHED_OTHER));
  // Signals to itself only (abort, raise).
  const auto self = static_cast<scmp_datum_t>(getpid());
  rule(SCMP_SYS(kill), equal(0, self));
  rule(SCMP_SYS(tgkill), equal(0, self));
  // Limits may be read, not set.
  rule(SCMP_SYS(prlimit64), equal(0, 0), equal(2, 0));
  rule(SCMP_SYS(prctl), equal(0, PR_SET_NAME));
  rule(SCMP_SYS(prctl), equal(0, PR_GET_NAME));
  rule(SCMP_SYS(prctl), equal(0, 0x53564d41));  // PR_SET_VMA: names for memory
  rule(SCMP_SYS(socketpair), equal(0, AF_UNIX));
  for (const unsigned long request : {FIONREAD, FIONBIO, FIOCLEX, TCGETS}) {
    rule(SCMP_SYS(ioctl), equal(1, request));
  }
  rule(SCMP_SYS(utimensat), equal(1, 0));  // futimens: by descriptor
}

// Installs the program for all threads. With a listener, or without where the kernel has none.
bool install(scmp_filter_ctx context, bool listening, int& listener) {
  const int file = static_cast<int>(syscall(SYS_memfd_create, "filter", 1u /* MFD_CLOEXEC */));
  if (file < 0 || seccomp_export_bpf(context, file) != 0) {
    return false;
  }
  const auto size = lseek(file, 0, SEEK_END);
  const auto count = static_cast<std::size_t>(size) / sizeof(sock_filter);
  const auto program = std::make_unique<sock_filter[]>(count);
  const bool whole = pread(file, program.get(), static_cast<std::size_t>(size), 0) == size;
  close(file);
  const sock_fprog filter{static_cast<unsigned short>(count), program.get()};
  unsigned flags = SECCOMP_FILTER_FLAG_TSYNC;
  if (listening) {
    flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
  }
  const long result = whole ? syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter) : -1;
  if (result >= 0 && listening) {
    listener = static_cast<int>(result);
    fcntl(listener, F_SETFD, FD_CLOEXEC);
  }
  return result >= 0;
}

bool filter(bool listening, int& listener) {
  const Context context(seccomp_init(listening ? SCMP_ACT_NOTIFY : SCMP_ACT_ERRNO(EPERM)));
  if (!context) {
    return false;
  }
  for (const char* name : kAllowed) {
    allow(context.get(), name);
  }
  allow_parts(context.get());
  if (!listening) {
    for (const char* name : kNamed) {
      allow(context.get(), name);
    }
  }
  return install(context.get(), listening, listener);
}

}  // namespace

Walls filter_calls(int& listener) {
  listener = -1;
  bool good = filter(true, listener);
  const bool named = good;
  if (!good) {
    good = filter(false, listener);
  }
  const std::string fault = std::strerror(errno);
  return {{"kernel calls (seccomp)", good, true,
           good ? "no processes, no tracing, no sockets, nothing that is not listed" : fault},
          {"refusals named (seccomp notification)", named, false,
           named ? "what is refused stands in the log" : fault}};
}

}  // namespace crossdock::host::sandbox
