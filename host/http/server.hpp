// HTTP on loopback: administration, reading, webhooks, metrics and the page. Everything it knows of
// the host goes through Operations.
//
// Every request passes the guard (guard.hpp: caps on heads, bodies, connections and times). The
// public edge in front is nginx.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "host/http/operations.hpp"

namespace crossdock::host::http {

class GuardedServer;

class HttpServer {
 public:
  // Binds at once (port 0: any free one) and serves on threads of its own. Throws
  // std::runtime_error where the address cannot be had.
  HttpServer(Operations& operations, const std::string& address, int port,
             std::size_t largest_webhook_bytes);
  ~HttpServer();

  int port() const { return port_; }
  void stop();

 private:
  Operations& operations_;
  std::unique_ptr<GuardedServer> server_;
  int port_ = 0;
  std::thread thread_;
};

// The routes that are served, as "METHOD /path/{parameter}", for the test that holds the API
// description to them.
std::vector<std::string> served_routes();

}  // namespace crossdock::host::http
