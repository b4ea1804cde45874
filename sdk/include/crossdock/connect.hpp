// The one way in which connectors open connections: through the host where it offers that (a worker
// has no network of its own then), directly where it does not. HttpClient goes this way; libraries
// that bring their own protocol take the descriptor (libssh: SSH_OPTIONS_FD, libpq: not at all).
//
// Thread-safe.
#pragma once

#include <crossdock/ext/connect.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace crossdock {

// A connected, blocking TCP socket, or the reason why there is none. Closes itself unless released.
class Connection {
 public:
  Connection() = default;
  explicit Connection(int descriptor) : descriptor_(descriptor) {}
  explicit Connection(std::string reason) : reason_(std::move(reason)) {}
  Connection(Connection&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), reason_(std::move(other.reason_)) {}
  Connection& operator=(Connection&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(reason_, other.reason_);
    return *this;
  }
  ~Connection() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  bool open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }
  const std::string& reason() const { return reason_; }

 private:
  int descriptor_ = -1;
  std::string reason_;
};

namespace detail {

// What the host offers to this library. One worker holds one connector, so one place is enough.
struct OfferedConnections {
  std::atomic<const xd_connect_v1*> table{nullptr};
  std::atomic<void*> context{nullptr};
};
inline OfferedConnections& offered_connections() {
  static OfferedConnections offered;
  return offered;
}
inline void offer_connections(const xd_host_v0* host) {
  offered_connections().context = host->context;
  offered_connections().table =
      static_cast<const xd_connect_v1*>(host->extension(host->context, XD_EXT_CONNECT));
}

inline Connection connect_directly(const std::string& host, std::uint16_t port,
                                   std::chrono::milliseconds timeout) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int fault = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (fault != 0) {
    return Connection(host + ": " + gai_strerror(fault));
  }
  int error = 0;
  int connected = -1;
  for (const addrinfo* one = found; one != nullptr && connected < 0; one = one->ai_next) {
    const int fd = ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    error = fd >= 0 && ::connect(fd, one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      pollfd ready{fd, POLLOUT, 0};
      socklen_t size = sizeof error;
      if (::poll(&ready, 1, static_cast<int>(timeout.count())) != 1) {
        error = ETIMEDOUT;
      } else {
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
      }
    }
    if (error == 0) {
      ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
      connected = fd;
    } else if (fd >= 0) {
      ::close(fd);
    }
  }
  freeaddrinfo(found);
  return connected >= 0 ? Connection(connected)
                        : Connection(host + ":" + std::to_string(port) +
                                     " cannot be reached: " + std::strerror(error));
}

}  // namespace detail

// Opens a TCP connection to host:port, waiting at most `timeout`.
inline Connection open_connection(const std::string& host, std::uint16_t port,
                                  std::chrono::milliseconds timeout) {
  const auto& offered = detail::offered_connections();
  const xd_connect_v1* table = offered.table;
  if (table == nullptr) {
    return detail::connect_directly(host, port, timeout);
  }
  std::string reason;
  const xd_error_sink sink{&reason, [](void* text, xd_bytes words) {
                             static_cast<std::string*>(text)->assign(words.data, words.size);
                           }};
  std::int32_t descriptor = -1;
  const xd_status status = table->open(
      offered.context, {host.data(), host.size()}, port,
      std::chrono::duration_cast<std::chrono::nanoseconds>(timeout).count(), &descriptor, &sink);
  return status == XD_OK && descriptor >= 0 ? Connection(static_cast<int>(descriptor))
                                            : Connection(reason);
}

}  // namespace crossdock
