// An HTTP server whose threads never wait for a client. cpp-httplib reads from a socket on the
// thread that serves it, without a bound on lines, chunks or total time, so that a handful of slow
// clients holds all its threads. Here one thread of epoll collects every request under caps and
// deadlines (Framing decides what a request is); only whole requests reach a serving thread.
//
// Webhooks have serving threads of their own: a flood of them, or a connector that takes long to
// answer, never keeps an operator out.
//
// Threads: the guard's own, and two pools. stop() of the base class, then stop_guard().
#pragma once

#include <httplib.h>

#include <chrono>
#include <memory>
#include <string>

#include "host/http/framing.hpp"

namespace crossdock::host::http {

struct GuardLimits {
  FramingLimits framing;
  std::size_t connections = 1024;  // beyond it a new one is closed at once
  std::size_t requests_per_connection = 100;
  std::chrono::milliseconds head{5000};      // from the first byte, or from the connect
  std::chrono::milliseconds body{10'000};    // from the end of the head
  std::chrono::milliseconds idle{5000};      // between requests
  std::chrono::milliseconds answer{10'000};  // to take the whole answer
  std::size_t operator_threads = 4;
  std::size_t webhook_threads = 4;
};

// A refusal as a whole HTTP answer that closes the connection.
std::string answer_of(const Refusal& refusal);
// The same as a body of application/problem+json (RFC 9457).
std::string problem_of(const Refusal& refusal);

// Handlers of PUT and POST are to be registered with a content reader, and to read request.body
// instead: the guard has the body already, and cpp-httplib would read meaning into form bodies.
class GuardedServer final : public httplib::Server {
 public:
  explicit GuardedServer(GuardLimits limits);
  ~GuardedServer() override;
  // After the bind: lets a burst of clients wait to be accepted; cpp-httplib's own queue holds 5.
  void deepen_backlog();
  // Ends every connection and waits for the requests that are being served.
  void stop_guard();

 private:
  class Guard;
  bool process_and_close_socket(socket_t socket) override;  // hands it to the guard
  // Serves one whole request; true when the connection may go on.
  bool serve(int socket, std::string head, std::string body, bool last);

  GuardLimits limits_;
  std::unique_ptr<Guard> guard_;
};

}  // namespace crossdock::host::http
