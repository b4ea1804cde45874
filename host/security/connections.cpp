// Opening a granted connection: the name is resolved once, its addresses are judged, and one of
// them is connected to; nobody looks the name up a second time.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "host/security/gate.hpp"

namespace crossdock::host::security {
namespace {

using Clock = std::chrono::steady_clock;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

// An address that a name may not lead to: this machine, its neighbourhood, everybody. The metadata
// services of clouds are among them. IPv4 in IPv6 form is judged as IPv4.
bool is_inside(const sockaddr* address) {
  std::uint32_t v4 = 0;
  if (address->sa_family == AF_INET) {
    v4 = ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
  } else {
    const auto& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (!IN6_IS_ADDR_V4MAPPED(&v6)) {
      return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6) ||
             IN6_IS_ADDR_MULTICAST(&v6) || IN6_IS_ADDR_UNSPECIFIED(&v6);
    }
    std::memcpy(&v4, v6.s6_addr + 12, sizeof v4);
    v4 = ntohl(v4);
  }
  return v4 >> 24 == 127 || v4 >> 24 == 0 || v4 >> 16 == 0xa9fe || v4 >> 28 >= 0xe;
}

bool is_literal(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

// 0, or the reason as errno has it.
int finish_connecting(int fd, const addrinfo& address, Clock::time_point deadline) {
  if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) {
    return 0;
  }
  if (errno != EINPROGRESS) {
    return errno;
  }
  pollfd ready{fd, POLLOUT, 0};
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) != 1) {
    return ETIMEDOUT;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

int open_connection(const std::string& host, std::uint16_t port, std::int64_t timeout_ns,
                    std::string& reason) {
  const auto deadline = Clock::now() + std::chrono::nanoseconds(std::clamp<std::int64_t>(
                                           timeout_ns, 1'000'000, 300'000'000'000));
  const std::string endpoint = host + ":" + std::to_string(port);
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int fault = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (fault != 0) {
    reason = endpoint + " cannot be reached: " + gai_strerror(fault);
    return -1;
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  const bool inside_is_meant = is_literal(host) || host == "localhost";
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (!inside_is_meant && is_inside(one->ai_addr)) {
      reason = endpoint +
               " leads to an address of this machine or its neighbourhood, which is "
               "refused for a name; grant the address itself where that is meant";
      continue;
    }
    const int fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
      reason = endpoint + " cannot be reached: " + std::strerror(errno);
      continue;
    }
    if (const int error = finish_connecting(fd, *one, deadline); error != 0) {
      reason = endpoint + " cannot be reached: " + std::strerror(error);
      close(fd);
      continue;
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    const int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
  }
  return -1;
}

}  // namespace crossdock::host::security
