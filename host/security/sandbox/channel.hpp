// The socket pair between a worker and the host, beside the bus: descriptors travel here. A worker
// hands over its seccomp listener and asks for connections; the host opens what was granted and
// hands the connected socket back. TLS stays in the worker, so the host never sees what is said.
//
// One datagram per message (SOCK_SEQPACKET); a request brings the socket on which it is answered,
// so that any number of threads may ask at once. All functions may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::host::sandbox {

inline constexpr int kChannelDescriptor = 4;  // in the worker
inline constexpr std::size_t kLongestHost = 255;

// Both ends, close-on-exec; false where the kernel gives none.
bool make_channel(int (&ends)[2]);

// --- in the worker ---

bool send_listener(int channel, int listener);
// A connected, blocking TCP socket that the caller owns, or -1 and the reason.
int ask_connection(int channel, std::string_view host, std::uint16_t port, std::int64_t timeout_ns,
                   std::string& reason);

// --- in the host: everything from a worker is hostile ---

struct Request {
  enum class Kind : std::uint8_t { listener = 'L', connection = 'C' } kind = Kind::listener;
  int descriptor = -1;  // the listener, or the socket for the answer; the receiver owns it
  std::string host;
  std::uint16_t port = 0;
  std::int64_t timeout_ns = 0;
};
enum class Received : std::uint8_t { message, nothing, closed };
// Does not block. A message that makes no sense is dropped and counts as nothing.
Received receive(int channel, Request& out);
// Hands over the socket, or the reason why there is none (descriptor -1).
void answer(int socket, int descriptor, std::string_view reason);

}  // namespace crossdock::host::sandbox
