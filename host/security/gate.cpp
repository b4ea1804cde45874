#include "host/security/gate.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "host/security/sandbox/channel.hpp"
#include "host/security/sandbox/confine.hpp"

namespace crossdock::host::security {
namespace {

namespace fs = std::filesystem;

// Which arguments of a call are paths, and whether it changes what is there.
struct PathCall {
  int number;
  int folder;  // index of the descriptor that a relative path is meant from; -1: the working folder
  int path;
  int other_folder;  // a second path; -1: none
  int other_path;
};
const PathCall kPathCalls[] = {
    {SCMP_SYS(openat), 0, 1, -1, -1},  {SCMP_SYS(rename), -1, 0, -1, 1},
    {SCMP_SYS(renameat), 0, 1, 2, 3},  {SCMP_SYS(renameat2), 0, 1, 2, 3},
    {SCMP_SYS(unlink), -1, 0, -1, -1}, {SCMP_SYS(unlinkat), 0, 1, -1, -1},
    {SCMP_SYS(mkdir), -1, 0, -1, -1},  {SCMP_SYS(mkdirat), 0, 1, -1, -1},
    {SCMP_SYS(rmdir), -1, 0, -1, -1},  {SCMP_SYS(link), -1, 0, -1, 1},
    {SCMP_SYS(linkat), 0, 1, 2, 3}};

const PathCall* path_call(int number) {
  const auto* found = std::find_if(std::begin(kPathCalls), std::end(kPathCalls),
                                   [&](const auto& one) { return one.number == number; });
  return found == std::end(kPathCalls) ? nullptr : found;
}

std::string name_of(int number) {
  char* name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
  std::string out = name != nullptr ? name : "call " + std::to_string(number);
  std::free(name);
  return out;
}

// Text out of the worker's memory; what it is by the time the kernel reads it is another matter, so
// this is for the log only.
std::string text_at(pid_t pid, std::uint64_t address) {
  char buffer[PATH_MAX];
  std::size_t have = 0;
  while (have < sizeof buffer) {
    // Up to the end of the page: the next one may not be there.
    const std::size_t page = 4096 - (address + have) % 4096;
    iovec local{buffer + have, std::min(page, sizeof buffer - have)};
    iovec remote{reinterpret_cast<void*>(address + have), local.iov_len};
    const auto got = process_vm_readv(pid, &local, 1, &remote, 1, 0);
    if (got <= 0) {
      break;
    }
    const auto* end = std::memchr(buffer + have, 0, static_cast<std::size_t>(got));
    if (end != nullptr) {
      return std::string(static_cast<const char*>(buffer), static_cast<const char*>(end));
    }
    have += static_cast<std::size_t>(got);
  }
  return {};
}

// The path as this process sees it, with links resolved as far as it exists.
std::string resolved(pid_t pid, int folder, const std::string& text) {
  fs::path path(text);
  std::error_code error;
  if (!path.is_absolute()) {
    const auto base =
        folder == AT_FDCWD
            ? fs::path("/")
            : fs::read_symlink("/proc/" + std::to_string(pid) + "/fd/" + std::to_string(folder),
                               error);
    path = base / path;
  }
  const auto real = fs::weakly_canonical(path, error);
  return error ? path.lexically_normal().string() : real.string();
}

bool is_system(const std::string& path, pid_t pid) {
  const std::string own = "/proc/" + std::to_string(pid);
  return path == "/dev/null" || path.starts_with(own + "/") || path == own ||
         std::any_of(sandbox::system_paths().begin(), sandbox::system_paths().end(),
                     [&](const std::string& one) {
                       return path.starts_with(one) &&
                              (path.size() == one.size() || path[one.size()] == '/');
                     });
}

}  // namespace

Gate::Guest::~Guest() {
  for (const int fd : {channel, listener}) {
    if (fd >= 0) {
      close(fd);
    }
  }
}

Gate::Gate(Log log) : log_(std::move(log)) {
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  thread_ = std::thread([this] { run(); });
}

Gate::~Gate() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  thread_.join();
  while (connecting_ > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  close(wake_fd_);
}

void Gate::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

void Gate::add(const std::string& connector, int channel, Grants grants) {
  auto guest = std::make_shared<Guest>();
  guest->connector = connector;
  guest->grants = std::move(grants);
  guest->channel = channel;
  {
    const std::lock_guard lock(mutex_);
    arrived_.push_back(std::move(guest));
  }
  wake();
}

void Gate::say(Guest& guest, const std::string& text) {
  if (guest.said.size() < 200 && guest.said.insert(text).second) {
    log_("warning", guest.connector, text);
  }
}

void Gate::run() {
  for (;;) {
    std::vector<pollfd> items{{wake_fd_, POLLIN, 0}};
    for (const auto& guest : guests_) {
      items.push_back({guest->channel, POLLIN, 0});
      items.push_back({guest->listener, POLLIN, 0});  // -1 is skipped by the kernel
    }
    poll(items.data(), items.size(), -1);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = read(wake_fd_, &count, sizeof count);
    for (std::size_t i = 0; i < guests_.size(); ++i) {
      // A call that waits for an answer comes first: its thread stands still.
      if ((items[2 + 2 * i].revents & POLLIN) != 0) {
        take_notification(*guests_[i]);
      } else if ((items[2 + 2 * i].revents & (POLLHUP | POLLERR)) != 0) {
        close(std::exchange(guests_[i]->listener, -1));
      }
      if (items[1 + 2 * i].revents != 0) {
        take_requests(guests_[i]);
      }
    }
    std::erase_if(guests_, [](const auto& guest) { return guest->channel < 0; });
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      guests_.clear();
      return;
    }
    guests_.insert(guests_.end(), arrived_.begin(), arrived_.end());
    arrived_.clear();
  }
}

void Gate::take_requests(const GuestRef& guest) {
  for (int i = 0; i < 16; ++i) {
    sandbox::Request request;
    switch (sandbox::receive(guest->channel, request)) {
      case sandbox::Received::nothing:
        return;
      case sandbox::Received::closed:
        close(std::exchange(guest->channel, -1));
        return;
      case sandbox::Received::message:
        break;
    }
    if (request.kind == sandbox::Request::Kind::listener) {
      if (guest->listener >= 0) {
        close(request.descriptor);  // there is one filter, so there is one listener
      } else {
        guest->listener = request.descriptor;
      }
      continue;
    }
    const auto refuse = [&](const std::string& reason) {
      sandbox::answer(request.descriptor, -1, reason);
      close(request.descriptor);
      say(*guest, "refused: " + reason);
    };
    const auto endpoint = request.host + ":" + std::to_string(request.port);
    if (!guest->grants.may_connect(request.host, request.port)) {
      refuse("a connection to " + endpoint + " is not granted; to grant it, add allow { host \"" +
             endpoint + "\" } to the connector");
    } else if (guest->connecting >= kMostAtOnce) {
      refuse("more than " + std::to_string(kMostAtOnce) + " connections are being opened at once");
    } else {
      ++guest->connecting;
      ++connecting_;
      std::thread([this, guest, request] {
        connect(guest, request.descriptor, request.host, request.port, request.timeout_ns);
        --guest->connecting;
        --connecting_;
      }).detach();
    }
  }
}

void Gate::connect(const GuestRef& guest, int socket, const std::string& host, std::uint16_t port,
                   std::int64_t timeout_ns) {
  std::string reason;
  const int fd = open_connection(host, port, timeout_ns, reason);
  sandbox::answer(socket, fd, reason);
  close(socket);
  if (fd >= 0) {
    close(fd);
  } else {
    log_("debug", guest->connector, reason);
  }
}

void Gate::take_notification(Guest& guest) {
  seccomp_notif* request = nullptr;
  seccomp_notif_resp* response = nullptr;
  if (seccomp_notify_alloc(&request, &response) != 0) {
    return;
  }
  if (seccomp_notify_receive(guest.listener, request) == 0) {
    response->id = request->id;
    const auto pid = static_cast<pid_t>(request->pid);
    const auto& call = request->data;
    const auto* paths = path_call(call.nr);
    if (paths == nullptr) {
      response->error = -EPERM;
      std::string what = name_of(call.nr);
      if (call.nr == SCMP_SYS(socket) || call.nr == SCMP_SYS(connect)) {
        what +=
            ", a connection of its own; connectors get theirs from the host (crossdock.connect/1)";
      } else if (call.nr == SCMP_SYS(clone) || call.nr == SCMP_SYS(fork) ||
                 call.nr == SCMP_SYS(vfork)) {
        what += ", a process of its own";
      }
      say(guest, "refused: " + what);
    } else {
      response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
      const auto flags = call.nr == SCMP_SYS(openat) ? static_cast<int>(call.args[2]) : O_RDWR;
      const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
      const auto look = [&](int folder, int path) {
        if (path < 0) {
          return;
        }
        const auto text = text_at(pid, call.args[path]);
        const int from = folder < 0 ? AT_FDCWD : static_cast<int>(call.args[folder]);
        const auto real = resolved(pid, from, text);
        std::error_code error;
        // What is not there and is only asked for is a library's look around, not an attempt.
        if (guest.grants.may_open(real, writes) || (!writes && is_system(real, pid)) ||
            (writes && real == "/dev/null") || (!writes && !fs::exists(real, error))) {
          return;
        }
        say(guest, "refused: " + name_of(call.nr) + " " + real.substr(0, 300) +
                       (writes ? " to change it" : " to read it") + ", which is not granted");
      };
      look(paths->folder, paths->path);
      look(paths->other_folder, paths->other_path);
      // Before Linux 6.2 Landlock does not know truncation: opened to read, and emptied.
      if (call.nr == SCMP_SYS(openat) && (flags & O_TRUNC) != 0 &&
          (flags & O_ACCMODE) == O_RDONLY) {
        response->flags = 0;
        response->error = -EACCES;
      }
    }
    (void)seccomp_notify_respond(guest.listener, response);
  }
  seccomp_notify_free(request, response);
}

}  // namespace crossdock::host::security
