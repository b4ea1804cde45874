// The smallest source and sink: short enough to be read at a glance, and they run.
#include <gtest/gtest.h>
#include <httplib.h>

#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace json = boost::json;

std::size_t lines_of(const std::string& kind) {
  std::ifstream in(std::string(CROSSDOCK_TEMPLATES) + "/cpp/" + kind + "/connector.cpp");
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line);) {
    ++lines;
  }
  return lines;
}

// A catalogue that is read and a shelf that is filled.
class WebService {
 public:
  WebService() {
    server_.Get("/products", [](const httplib::Request&, httplib::Response& response) {
      response.set_content(
          R"([{"code":"A-1","name":"First","unit":"EA","barcode":"10614141001016","madeIn":"US","changed":7},)"
          R"({"code":"A-2","name":"Second","unit":"EA","barcode":"10614141001023","madeIn":"CA","changed":9}])",
          "application/json");
    });
    server_.Put(R"(/products/(.+))", [this](const httplib::Request& request, httplib::Response&) {
      const std::lock_guard lock(mutex_);
      shelf_[request.matches[1].str()] = request.body;
      ++puts_;
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) {
      std::this_thread::yield();  // stop() of a server that has not begun is lost
    }
  }
  ~WebService() {
    server_.stop();
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::map<std::string, std::string> shelf() {
    const std::lock_guard lock(mutex_);
    return shelf_;
  }
  int puts() {
    const std::lock_guard lock(mutex_);
    return puts_;
  }

 private:
  httplib::Server server_;
  std::mutex mutex_;
  std::map<std::string, std::string> shelf_;
  int puts_ = 0;
  int port_ = 0;
  std::thread thread_;
};

TEST(Templates, AreShort) {
  EXPECT_LE(lines_of("source"), 30u);
  EXPECT_LE(lines_of("sink"), 25u);
  EXPECT_GT(lines_of("sink"), 0u);
}

TEST(Templates, BringWhatTheSourceReadsToTheSinkOnce) {
  const Folder folder("templates");
  WebService service;
  BareHost host(
      folder.path(),
      "connector catalogue {\n  plugin template_source\n  poll_interval 50ms\n  config {\n"
      "    url \"" +
          service.url() +
          "\"\n  }\n}\nconnector shelf {\n  plugin template_sink\n  config {\n    url \"" +
          service.url() + "\"\n  }\n}\n",
      {template_connector("template_source"), template_connector("template_sink")});
  host.start();
  ASSERT_TRUE(
      Stack::wait_until([&] { return service.shelf().size() == 2; }, std::chrono::seconds(10)))
      << host.log();
  EXPECT_EQ(
      json::parse(service.shelf().at("A-1")),
      json::parse(
          R"({"code":"A-1","name":"First","unit":"EA","barcode":"10614141001016","madeIn":"US"})"));
  // Read again every 50 ms, it is still one message: it has not changed.
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  EXPECT_EQ(service.puts(), 2);
  EXPECT_EQ(host.stop(), 0);
}

}  // namespace
}  // namespace crossdock::support
