#include "host/http/guard.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace crossdock::host::http {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadAtOnce = 64u << 10;
constexpr auto kLookAround = std::chrono::milliseconds(250);  // how late a deadline may be noticed
constexpr auto kLinger = std::chrono::milliseconds(1000);
constexpr std::size_t kMostDrained = 4u << 20;  // of a body that was refused

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
    }
    out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
  }
  return out + "\"";
}

// The head as read, and the socket for the answer.
class RequestStream final : public httplib::Stream {
 public:
  RequestStream(int socket, std::string request, std::chrono::milliseconds answer)
      : socket_(socket), request_(std::move(request)), answer_(answer) {}

  bool is_readable() const override { return at_ < request_.size(); }
  bool is_writable() const override { return wait_writable(Clock::now() + answer_); }
  ssize_t read(char* out, std::size_t size) override {
    const auto take = std::min(size, request_.size() - at_);
    request_.copy(out, take, at_);
    at_ += take;
    return static_cast<ssize_t>(take);
  }
  ssize_t write(const char* data, std::size_t size) override {
    if (!deadline_) {
      deadline_ = Clock::now() + answer_;
    }
    for (std::size_t done = 0; done < size;) {
      const auto sent = ::send(socket_, data + done, size - done, MSG_NOSIGNAL);
      if (sent > 0) {
        done += static_cast<std::size_t>(sent);
      } else if (errno != EINTR && (errno != EAGAIN || !wait_writable(*deadline_))) {
        return -1;
      }
    }
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      name(address, size, ip, port);
    }
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      name(address, size, ip, port);
    }
  }
  socket_t socket() const override { return socket_; }

 private:
  bool wait_writable(Clock::time_point deadline) const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wait{socket_, POLLOUT, 0};
    return left > 0 && ::poll(&wait, 1, static_cast<int>(left)) > 0;
  }
  static void name(const sockaddr_storage& address, socklen_t size, std::string& ip, int& port) {
    char host[NI_MAXHOST];
    char service[NI_MAXSERV];
    if (::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, service,
                      sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
      ip = host;
      port = std::atoi(service);
    }
  }

  int socket_;
  std::string request_;
  std::size_t at_ = 0;
  std::chrono::milliseconds answer_;
  std::optional<Clock::time_point> deadline_;  // from the first byte of the answer
};

}  // namespace

std::string problem_of(const Refusal& refusal) {
  return "{\"type\":\"urn:crossdock:problem:" + refusal.code +
         "\",\"title\":" + json_text(refusal.title) +
         ",\"status\":" + std::to_string(refusal.status) +
         ",\"detail\":" + json_text(refusal.detail) + "}";
}

std::string answer_of(const Refusal& refusal) {
  const std::string body = problem_of(refusal);
  return "HTTP/1.1 " + std::to_string(refusal.status) + " " + refusal.title +
         "\r\n"
         "Content-Type: application/problem+json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

// The thread of epoll and the connections it watches. A connection belongs to the guard's thread,
// but while its request is served to the serving thread, which gives it back.
class GuardedServer::Guard {
 public:
  Guard(GuardedServer& server, const GuardLimits& limits)
      : server_(server),
        limits_(limits),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
        operators_(std::make_unique<httplib::ThreadPool>(limits.operator_threads)),
        webhooks_(std::make_unique<httplib::ThreadPool>(limits.webhook_threads)) {
    if (epoll_ < 0 || wake_ < 0) {
      throw std::runtime_error("HTTP cannot watch its connections: no descriptors are left");
    }
    watch(wake_, EPOLL_CTL_ADD);
    thread_ = std::thread([this] { run(); });
  }

  ~Guard() {
    operators_->shutdown();
    webhooks_->shutdown();
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake();
    thread_.join();
    for (const auto& [socket, connection] : connections_) {
      ::close(socket);
    }
    for (const auto& one : arrived_) {
      ::close(one.socket);
    }
    ::close(wake_);
    ::close(epoll_);
  }

  // [any] A connection that was accepted, or whose request was served.
  void take(int socket, std::size_t served, std::string rest) {
    {
      const std::lock_guard lock(mutex_);
      arrived_.push_back({socket, served, std::move(rest)});
    }
    wake();
  }
  // [any] A connection that ended while it was served.
  void ended() {
    const std::lock_guard lock(mutex_);
    --serving_;
  }

 private:
  struct Arrival {
    int socket;
    std::size_t served;
    std::string rest;
  };
  struct Connection {
    Framing framing;
    std::size_t served = 0;  // requests before this one
    Clock::time_point deadline;
    bool draining = false;  // it was refused; what still comes is thrown away for a moment
    std::size_t drained = 0;
  };

  void wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  }

  void watch(int socket, int operation) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.fd = socket;
    ::epoll_ctl(epoll_, operation, socket, &event);
  }

  void run() {
    std::vector<epoll_event> events(256);
    auto next_look = Clock::now() + kLookAround;
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                     static_cast<int>(kLookAround.count()));
      for (int i = 0; i < count; ++i) {
        const int socket = events[static_cast<std::size_t>(i)].data.fd;
        if (socket == wake_) {
          std::uint64_t ignored = 0;
          [[maybe_unused]] const auto got = ::read(wake_, &ignored, sizeof ignored);
        } else {
          readable(socket);
        }
      }
      if (!take_arrived()) {
        return;
      }
      if (const auto now = Clock::now(); now >= next_look) {
        next_look = now + kLookAround;
        end_late_ones(now);
      }
    }
  }

  bool take_arrived() {
    std::vector<Arrival> arrived;
    std::size_t serving = 0;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) {
        return false;
      }
      arrived.swap(arrived_);
      for (const auto& one : arrived) {
        serving_ -= one.served > 0 ? 1 : 0;
      }
      serving = serving_;
    }
    for (auto& one : arrived) {
      if (connections_.size() + serving >= limits_.connections) {
        ::close(one.socket);
        continue;
      }
      const auto wait = one.served == 0 || !one.rest.empty() ? limits_.head : limits_.idle;
      connections_.emplace(one.socket,
                           Connection{Framing(limits_.framing), one.served, Clock::now() + wait});
      watch(one.socket, EPOLL_CTL_ADD);
      if (!one.rest.empty()) {
        fed(one.socket, one.rest);
      }
    }
    return true;
  }

  void readable(int socket) {
    const auto found = connections_.find(socket);
    if (found == connections_.end()) {
      return;
    }
    char buffer[kReadAtOnce];
    const auto got = ::recv(socket, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    if (got <= 0) {
      close(socket);
      return;
    }
    const auto size = static_cast<std::size_t>(got);
    if (found->second.draining) {
      found->second.drained += size;
      if (found->second.drained > kMostDrained) {
        close(socket);
      }
      return;
    }
    fed(socket, {buffer, size});
  }

  void fed(int socket, std::string_view bytes) {
    Connection& connection = connections_.at(socket);
    const auto before = connection.framing.state();
    if (!connection.framing.begun()) {
      connection.deadline = Clock::now() + limits_.head;
    }
    switch (connection.framing.feed(bytes)) {
      case Framing::State::head:
        return;
      case Framing::State::body:
        if (before == Framing::State::head) {
          connection.deadline = Clock::now() + limits_.body;
        }
        if (connection.framing.wants_continue()) {
          say(socket, "HTTP/1.1 100 Continue\r\n\r\n");
        }
        return;
      case Framing::State::refused:
        refuse(socket, connection.framing.refusal());
        return;
      case Framing::State::whole:
        hand_over(socket);
        return;
    }
  }

  void hand_over(int socket) {
    Connection connection = std::move(connections_.at(socket));
    forget(socket);
    {
      const std::lock_guard lock(mutex_);
      ++serving_;
    }
    auto& pool = connection.framing.target().starts_with("/webhooks/") ? *webhooks_ : *operators_;
    const auto served = connection.served + 1;
    pool.enqueue([this, socket, served, head = connection.framing.take_head(),
                  body = connection.framing.take_body(),
                  rest = connection.framing.rest()]() mutable {
      const bool last = served >= limits_.requests_per_connection;
      if (server_.serve(socket, std::move(head), std::move(body), last) && !last) {
        take(socket, served, std::move(rest));
      } else {
        ::shutdown(socket, SHUT_RDWR);
        ::close(socket);
        ended();
      }
    });
  }

  void refuse(int socket, const Refusal& refusal) {
    say(socket, answer_of(refusal));
    ::shutdown(socket, SHUT_WR);
    // Closed at once, a client that is still sending would never read why.
    Connection& connection = connections_.at(socket);
    connection.draining = true;
    connection.deadline = Clock::now() + kLinger;
  }

  static void say(int socket, const std::string& text) {
    [[maybe_unused]] const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
  }

  void end_late_ones(Clock::time_point now) {
    std::vector<int> late;
    for (const auto& [socket, connection] : connections_) {
      if (connection.deadline <= now) {
        late.push_back(socket);
      }
    }
    for (const int socket : late) {
      const Connection& connection = connections_.at(socket);
      if (connection.draining || !connection.framing.begun()) {
        close(socket);
      } else {
        refuse(socket,
               {408, "too-slow", "The request came too slowly",
                "send the head within " + std::to_string(limits_.head.count()) +
                    " ms and the body within " + std::to_string(limits_.body.count()) + " ms"});
      }
    }
  }

  void forget(int socket) {
    watch(socket, EPOLL_CTL_DEL);
    connections_.erase(socket);
  }
  void close(int socket) {
    forget(socket);
    ::close(socket);
  }

  GuardedServer& server_;
  GuardLimits limits_;
  int epoll_;
  int wake_;
  std::unordered_map<int, Connection> connections_;  // guard thread
  std::mutex mutex_;
  std::vector<Arrival> arrived_;
  std::size_t serving_ = 0;
  bool stopping_ = false;
  std::unique_ptr<httplib::ThreadPool> operators_;
  std::unique_ptr<httplib::ThreadPool> webhooks_;
  std::thread thread_;
};

GuardedServer::GuardedServer(GuardLimits limits)
    : limits_(limits), guard_(std::make_unique<Guard>(*this, limits)) {
  // Its pool only hands connections over.
  new_task_queue = [] { return new httplib::ThreadPool(1); };
  set_payload_max_length(std::max(limits.framing.body_bytes, limits.framing.webhook_body_bytes));
}

GuardedServer::~GuardedServer() { stop_guard(); }

void GuardedServer::deepen_backlog() { ::listen(svr_sock_, SOMAXCONN); }

void GuardedServer::stop_guard() { guard_.reset(); }

bool GuardedServer::process_and_close_socket(socket_t socket) {
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  guard_->take(socket, 0, {});
  return true;
}

bool GuardedServer::serve(int socket, std::string head, std::string body, bool last) {
  RequestStream stream(socket, std::move(head), limits_.answer);
  bool closed = false;
  const bool served = process_request(
      stream, last, closed, [&](httplib::Request& request) { request.body = std::move(body); });
  return served && !closed;
}

}  // namespace crossdock::host::http
