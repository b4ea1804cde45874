// An outside system with an API: it counts requests in a token bucket and refuses what is too much,
// takes access tokens, and hands them out as an OAuth 2.0 issuer, with refresh tokens that are good
// for one use. A real HTTP server on 127.0.0.1, in the test's own process, so that a test sees what
// the vendor saw.
//
// Thread-safe.
#pragma once

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crossdock::support {

class Vendor {
 public:
  struct Rules {
    double rate = 1e6;  // requests that come back each second
    double burst = 1e6;
    bool tells = false;        // X-RateLimit-Limit, -Remaining and -Reset in every answer
    bool wants_token = false;  // 401 without a good one
    std::chrono::milliseconds token_delay{0};  // between rotating and answering
    int token_life_s = 3600;
  };
  explicit Vendor(Rules rules);
  ~Vendor();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string token_url() const { return url() + "/token"; }

  // What was asked for and done, in order: "PUT /items/7".
  std::vector<std::string> done() const;
  std::size_t refused() const;                  // for too much
  std::size_t token_requests() const;           // that came
  std::vector<std::string> complaints() const;  // requests for tokens that were refused
  void revoke_access();                         // every access token that was given out
  // Called with the newest refresh token before the first request with the access token that came
  // with it is answered.
  std::function<void(const std::string& refresh_token)> on_first_use;

 private:
  void answer_request(const httplib::Request& request, httplib::Response& response);
  void answer_token(const httplib::Request& request, httplib::Response& response);

  Rules rules_;
  // The library's backlog of five connections would refuse for reasons of its own.
  struct Server final : httplib::Server {
    void deepen_backlog() { ::listen(svr_sock_, 256); }
  };
  Server server_;
  int port_ = 0;
  std::thread thread_;
  mutable std::mutex mutex_;
  double level_;
  std::chrono::steady_clock::time_point flowed_;
  std::vector<std::string> done_;
  std::size_t refused_ = 0;
  std::size_t token_requests_ = 0;
  std::vector<std::string> complaints_;
  std::map<std::string, std::string> access_;  // good access tokens, with their refresh token
  std::map<std::string, bool> used_;
  int next_ = 1;
  std::string refresh_ = "first";
  std::string before_;  // taken again until the newer one is used
};

}  // namespace crossdock::support
