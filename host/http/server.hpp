// HTTP on loopback: administration, reading, webhooks, metrics and the page. Everything it knows of
// the host goes through Operations.
//
// Bounds: bodies 1 MiB (webhooks too), heads and lines as cpp-httplib has them (8 KiB), 5 s to read
// a request, no content encodings, no ranges. The public edge in front is nginx.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "host/http/operations.hpp"

namespace httplib {
class Server;
}

namespace crossdock::host::http {

class HttpServer {
 public:
  // Binds at once (port 0: any free one) and serves on threads of its own. Throws
  // std::runtime_error where the address cannot be had.
  HttpServer(Operations& operations, const std::string& address, int port);
  ~HttpServer();

  int port() const { return port_; }
  void stop();

 private:
  Operations& operations_;
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

// The routes that are served, as "METHOD /path/{parameter}", for the test that holds the API
// description to them.
std::vector<std::string> served_routes();

}  // namespace crossdock::host::http
