#include "tests/support/stack/http_json.hpp"

#include <httplib.h>

namespace crossdock::support {

namespace json = boost::json;

std::optional<json::value> http_json(int port, const char* method, const std::string& path,
                                     const std::string& body) {
  httplib::Client client("127.0.0.1", port);
  client.set_connection_timeout(2);
  client.set_read_timeout(30);
  const std::string name = method;
  const auto answer = name == "GET"   ? client.Get(path)
                      : name == "PUT" ? client.Put(path, body, "application/json")
                                      : client.Post(path, body, "application/json");
  if (!answer || answer->status >= 400) {
    return std::nullopt;
  }
  json::error_code error;
  auto value = json::parse(answer->body, error);
  return error ? std::optional(json::value(answer->body)) : std::optional(std::move(value));
}

}  // namespace crossdock::support
