#include "tests/support/vendor/vendor.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace crossdock::support {

using std::chrono::steady_clock;

Vendor::Vendor(Rules rules) : rules_(rules), level_(rules.burst), flowed_(steady_clock::now()) {
  server_.new_task_queue = [] { return new httplib::ThreadPool(24); };
  server_.set_keep_alive_max_count(1);
  const auto api = [this](const httplib::Request& in, httplib::Response& out) {
    answer_request(in, out);
  };
  server_.Get("/orders", api);
  server_.Put(R"(/items/([^/]+))", api);
  server_.Post("/token", [this](const httplib::Request& in, httplib::Response& out) {
    answer_token(in, out);
  });
  port_ = server_.bind_to_any_port("127.0.0.1");
  server_.deepen_backlog();
  thread_ = std::thread([this] { server_.listen_after_bind(); });
  while (!server_.is_running()) {
    std::this_thread::yield();
  }
}

Vendor::~Vendor() {
  server_.stop();
  thread_.join();
}

void Vendor::answer_request(const httplib::Request& request, httplib::Response& response) {
  std::string first_use;
  {
    const std::lock_guard lock(mutex_);
    if (rules_.wants_token) {
      const auto header = request.get_header_value("Authorization");
      const auto token = header.starts_with("Bearer ") ? header.substr(7) : std::string();
      const auto found = access_.find(token);
      if (found == access_.end()) {
        response.status = 401;
        return;
      }
      if (!std::exchange(used_[token], true)) {
        first_use = found->second;
        if (found->second == refresh_) {
          before_.clear();  // whoever uses the newer one has it
        }
      }
    }
    const auto now = steady_clock::now();
    level_ = std::min(rules_.burst,
                      level_ + rules_.rate * std::chrono::duration<double>(now - flowed_).count());
    flowed_ = now;
    if (level_ < 1) {
      ++refused_;
      response.status = 429;
      response.set_header("Retry-After", "1");
      return;
    }
    level_ -= 1;
    done_.push_back(request.method + " " + request.path);
    if (rules_.tells) {
      response.set_header("X-RateLimit-Limit", std::to_string(static_cast<int>(rules_.burst)));
      response.set_header("X-RateLimit-Remaining", std::to_string(static_cast<int>(level_)));
      response.set_header(
          "X-RateLimit-Reset",
          std::to_string(static_cast<int>(std::ceil((rules_.burst - level_) / rules_.rate))));
    }
  }
  if (!first_use.empty() && on_first_use) {
    on_first_use(first_use);
  }
  response.set_content("{}", "application/json");
}

void Vendor::answer_token(const httplib::Request& request, httplib::Response& response) {
  {
    const std::lock_guard lock(mutex_);
    ++token_requests_;
    const auto grant = request.get_param_value("grant_type");
    const auto given = request.get_param_value("refresh_token");
    if (request.get_header_value("Authorization") != "Basic Y3Jvc3Nkb2NrOndvcmQ=") {
      complaints_.push_back("invalid_client");
      response.status = 401;
      response.set_content(R"({"error":"invalid_client"})", "application/json");
      return;
    }
    if (grant == "refresh_token" && given != refresh_ && (given != before_ || before_.empty())) {
      complaints_.push_back("invalid_grant " + given);
      response.status = 400;
      response.set_content(R"({"error":"invalid_grant"})", "application/json");
      return;
    }
    const auto number = std::to_string(next_++);
    std::string answer = R"({"token_type":"Bearer","access_token":"access-)" + number +
                         R"(","expires_in":)" + std::to_string(rules_.token_life_s);
    if (grant == "refresh_token") {
      before_ = given;
      refresh_ = "refresh-" + number;
      answer += R"(,"refresh_token":")" + refresh_ + "\"";
    }
    access_["access-" + number] = grant == "refresh_token" ? refresh_ : "none";
    response.set_content(answer + "}", "application/json");
  }
  std::this_thread::sleep_for(rules_.token_delay);
}

std::vector<std::string> Vendor::done() const {
  const std::lock_guard lock(mutex_);
  return done_;
}
std::size_t Vendor::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}
std::size_t Vendor::token_requests() const {
  const std::lock_guard lock(mutex_);
  return token_requests_;
}
std::vector<std::string> Vendor::complaints() const {
  const std::lock_guard lock(mutex_);
  return complaints_;
}
void Vendor::revoke_access() {
  const std::lock_guard lock(mutex_);
  access_.clear();
}

}  // namespace crossdock::support
