#include "host/security/sandbox/channel.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace crossdock::host::sandbox {
namespace {

constexpr std::size_t kHead = 1 + 2 + 8;  // kind, port, time-out
constexpr std::size_t kLargest = kHead + kLongestHost;
constexpr std::size_t kLargestAnswer = 512;
constexpr std::int64_t kGraceNs = 2'000'000'000;  // for the host to say that time ran out

bool send_with(int socket, std::string_view bytes, int descriptor) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = room;
    message.msg_controllen = sizeof room;
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

// Bytes got, 0 at the end, -1 on error; `descriptor` is the one that came, every other is closed.
ssize_t receive_with(int socket, char* bytes, std::size_t size, int flags, int& descriptor) {
  descriptor = -1;
  iovec part{bytes, size};
  alignas(cmsghdr) char room[CMSG_SPACE(8 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  const auto got = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  if (got < 0) {
    return got;
  }
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
       head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int one = -1;
      std::memcpy(&one, CMSG_DATA(head) + i * sizeof(int), sizeof one);
      if (descriptor < 0) {
        descriptor = one;
      } else {
        close(one);
      }
    }
  }
  return got;
}

}  // namespace

bool make_channel(int (&ends)[2]) {
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0;
}

bool send_listener(int channel, int listener) { return send_with(channel, "L", listener); }

int ask_connection(int channel, std::string_view host, std::uint16_t port, std::int64_t timeout_ns,
                   std::string& reason) {
  int ends[2];
  if (host.empty() || host.size() > kLongestHost || !make_channel(ends)) {
    reason = "the request for a connection cannot be made";
    return -1;
  }
  std::string request = "C";
  request.push_back(static_cast<char>(port & 0xff));
  request.push_back(static_cast<char>(port >> 8));
  for (int i = 0; i < 8; ++i) {
    request.push_back(static_cast<char>(timeout_ns >> (8 * i)));
  }
  request.append(host);
  int descriptor = -1;
  char text[kLargestAnswer];
  ssize_t got = -1;
  const bool sent = send_with(channel, request, ends[1]);
  close(ends[1]);
  if (sent) {
    const auto patience = std::clamp<std::int64_t>(timeout_ns, 0, 3'600'000'000'000) + kGraceNs;
    pollfd ready{ends[0], POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(patience / 1'000'000)) == 1) {
      got = receive_with(ends[0], text, sizeof text, 0, descriptor);
    }
  }
  close(ends[0]);
  if (descriptor < 0) {
    reason = got > 0 ? std::string(text, static_cast<std::size_t>(got))
                     : "the host did not answer the request for a connection";
  }
  return descriptor;
}

Received receive(int channel, Request& out) {
  char bytes[kLargest];
  const auto got = receive_with(channel, bytes, sizeof bytes, MSG_DONTWAIT, out.descriptor);
  if (got <= 0) {
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? Received::nothing : Received::closed;
  }
  const auto size = static_cast<std::size_t>(got);
  if (out.descriptor >= 0 && bytes[0] == 'L' && size == 1) {
    out.kind = Request::Kind::listener;
    return Received::message;
  }
  if (out.descriptor >= 0 && bytes[0] == 'C' && size > kHead) {
    out.kind = Request::Kind::connection;
    out.port = static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[1]) |
                                          static_cast<unsigned char>(bytes[2]) << 8);
    std::uint64_t timeout = 0;
    for (int i = 7; i >= 0; --i) {
      timeout = timeout << 8 | static_cast<unsigned char>(bytes[3 + i]);
    }
    out.timeout_ns = static_cast<std::int64_t>(timeout);
    out.host.assign(bytes + kHead, size - kHead);
    return Received::message;
  }
  if (out.descriptor >= 0) {
    close(out.descriptor);
    out.descriptor = -1;
  }
  return Received::nothing;
}

void answer(int socket, int descriptor, std::string_view reason) {
  (void)send_with(socket,
                  descriptor >= 0 ? std::string_view("K") : reason.substr(0, kLargestAnswer),
                  descriptor);
}

}  // namespace crossdock::host::sandbox
