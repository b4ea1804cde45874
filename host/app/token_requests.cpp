#include "host/app/token_requests.hpp"

#include <crossdock/http.hpp>

namespace crossdock::host::app {

security::Tokens::Reply post_form(const security::TokenAccount& account, const std::string& form,
                                  const std::string& authorization) {
  const auto scheme = account.url.find("://");
  const auto slash = account.url.find('/', scheme + 3);
  HttpOptions options;
  options.base_url = account.url.substr(0, slash);
  options.connect_timeout = std::chrono::seconds(5);
  options.timeout = std::chrono::seconds(15);
  options.most_answer_bytes = 64u << 10;
  options.ca_file = account.ca_file;
  options.headers = {{"Accept", "application/json"}};
  if (!authorization.empty()) {
    options.headers.emplace_back("Authorization", authorization);
  }
  const auto result =
      HttpClient(options).post(slash == std::string::npos ? "/" : account.url.substr(slash), form,
                               "application/x-www-form-urlencoded");
  if (result.failure != HttpFailure::none) {
    return {0, {}, result.detail};
  }
  return {result.status, result.body, {}};
}

}  // namespace crossdock::host::app
