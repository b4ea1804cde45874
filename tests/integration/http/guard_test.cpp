// The guard in front of cpp-httplib, attacked over real sockets: nobody else waits.
#include "host/http/guard.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>

namespace crossdock::host::http {
namespace {

using namespace std::chrono_literals;

class Guarded : public ::testing::Test {
 protected:
  void start(GuardLimits limits) {
    server_ = std::make_unique<GuardedServer>(limits);
    server_->Get("/hello", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("hello", "text/plain");
    });
    const httplib::Server::HandlerWithContentReader echo = [this](const httplib::Request& request,
                                                                  httplib::Response& response,
                                                                  const httplib::ContentReader&) {
      if (request.path == "/webhooks/slow") {
        released_.get_future().wait();
      }
      response.set_content(request.body, "application/octet-stream");
    };
    server_->Post("/echo", echo);
    server_->Post("/webhooks/slow", echo);
    port_ = server_->bind_to_any_port("127.0.0.1");
    server_->deepen_backlog();
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) {
      std::this_thread::sleep_for(1ms);
    }
  }
  void TearDown() override {
    server_->stop();
    thread_.join();
    server_->stop_guard();
  }

  int connect() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return socket;
  }
  static void send(int socket, const std::string& text) {
    [[maybe_unused]] const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
  }
  // Until the other side closes.
  static std::string receive(int socket) {
    std::string out;
    char buffer[4096];
    for (pollfd wait{socket, POLLIN, 0}; ::poll(&wait, 1, 20'000) > 0;) {
      const auto got = ::recv(socket, buffer, sizeof buffer, 0);
      if (got <= 0) {
        break;
      }
      out.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(socket);
    return out;
  }
  std::string exchange(const std::string& text) const {
    const int socket = connect();
    send(socket, text);
    return receive(socket);
  }
  bool answers() const {
    httplib::Client client("127.0.0.1", port_);
    client.set_read_timeout(10);
    const auto result = client.Get("/hello");
    return result && result->body == "hello";
  }

  std::unique_ptr<GuardedServer> server_;
  std::thread thread_;
  int port_ = 0;
  std::promise<void> released_;
};

GuardLimits quick() {
  GuardLimits limits;
  limits.head = 300ms;
  limits.body = 300ms;
  limits.idle = 300ms;
  return limits;
}

TEST_F(Guarded, ServesBodiesAsTheyAreWhateverTheirTypeAndFraming) {
  start({});
  httplib::Client client("127.0.0.1", port_);
  client.set_keep_alive(true);
  const std::string large(900'000, 'x');
  for (const char* type : {"application/json", "application/x-www-form-urlencoded",
                           "multipart/form-data; boundary=b"}) {
    const auto result = client.Post("/echo", large, type);
    ASSERT_TRUE(result) << type;
    EXPECT_EQ(result->body, large) << type;
  }
  const auto chunked = exchange(
      "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\n\r\n");
  EXPECT_TRUE(chunked.ends_with("\r\n\r\nabc")) << chunked;
}

TEST_F(Guarded, RequestsOfOneConnectionAreServedInTurn) {
  start({});
  const auto answers = exchange(
      "GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\nConnection: "
      "close\r\n\r\n");
  EXPECT_NE(answers.find("hello"), answers.rfind("hello")) << answers;
}

TEST_F(Guarded, AFloodOfSlowClientsKeepsNobodyWaiting) {
  start({});
  std::vector<int> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(connect());
    send(slow.back(), "GET /hello HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  }
  EXPECT_TRUE(answers());
  for (const int socket : slow) {
    ::close(socket);
  }
}

TEST_F(Guarded, ClientsThatDoNotComeToAnEndAreToldAndClosed) {
  start(quick());
  EXPECT_TRUE(exchange("GET /hello HTTP/1.1\r\nHost:").starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
                  .starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(exchange(""), "") << "who says nothing gets no answer";
  EXPECT_TRUE(answers());
}

TEST_F(Guarded, FloodsAreRefusedWithTheReason) {
  start({});
  const auto line = exchange("GET /" + std::string(300'000, 'a'));
  EXPECT_TRUE(line.starts_with("HTTP/1.1 431 ")) << line.substr(0, 100);
  EXPECT_NE(line.find("head-too-large"), std::string::npos);
  std::string chunks;
  for (int i = 0; i < 40; ++i) {
    chunks += "ffff\r\n" + std::string(0xffff, 'a') + "\r\n";
  }
  const auto chunked =
      exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
  EXPECT_TRUE(chunked.starts_with("HTTP/1.1 413 ")) << chunked.substr(0, 100);
  EXPECT_TRUE(answers());
}

TEST_F(Guarded, ConnectionsAreCounted) {
  auto limits = quick();
  limits.connections = 10;
  limits.head = 60s;
  start(limits);
  std::vector<int> idle;
  for (int i = 0; i < 10; ++i) {
    idle.push_back(connect());
    send(idle.back(), "G");
  }
  // Beyond the limit it is closed at once; with one less it is served.
  EXPECT_EQ(exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  ::close(idle.back());
  idle.pop_back();
  bool served = false;
  for (int i = 0; i < 100 && !served; ++i) {
    served = answers();
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_TRUE(served);
  for (const int socket : idle) {
    ::close(socket);
  }
}

TEST_F(Guarded, WebhooksThatWaitKeepNoOperatorOut) {
  GuardLimits limits;
  limits.webhook_threads = 1;
  start(limits);
  const std::string call =
      "POST /webhooks/slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
      "Content-Length: 2\r\n\r\nok";
  const int first = connect();
  send(first, call);
  EXPECT_TRUE(answers());
  released_.set_value();
  EXPECT_TRUE(receive(first).ends_with("ok"));
}

}  // namespace
}  // namespace crossdock::host::http
