// An HTTP client for connectors, on cpp-httplib: TLS is verified, every step has a deadline,
// answers are bounded, redirects are not followed, content encodings not asked for. And the one
// thing that libraries forget: whether a failed request can have had an effect.
//
// Thread-safe: each call has a connection of its own.
#pragma once

#include <httplib.h>

#include <charconv>
#include <chrono>
#include <crossdock/types.hpp>
#include <optional>
#include <string>

namespace crossdock {

struct HttpOptions {
  std::string base_url;  // http://host:port or https://host, without a path
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};  // for each read and write
  std::size_t most_answer_bytes = 8u << 20;
  std::string ca_file{};  // empty: the system's
  Headers headers{};      // sent with every request
};

enum class HttpFailure : std::uint8_t {
  none,
  not_sent,  // nothing can have happened
  unknown,   // it was sent, the answer is lost: it may have happened
  too_large,
  tls,  // the other side is not who it should be; nothing was sent
};

struct HttpResult {
  HttpFailure failure = HttpFailure::none;
  int status = 0;
  Headers headers;
  std::string body;
  std::string detail;  // of a failure, in words

  bool ok() const { return failure == HttpFailure::none && status >= 200 && status < 300; }
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key.size() == name.size() &&
          std::equal(key.begin(), key.end(), name.begin(),
                     [](char a, char b) { return std::tolower(a) == std::tolower(b); })) {
        return value;
      }
    }
    return {};
  }
  // Retry-After in seconds; dates are not understood.
  std::optional<std::chrono::nanoseconds> retry_after() const {
    const auto text = header("retry-after");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || seconds < 0) {
      return std::nullopt;
    }
    return std::chrono::seconds(seconds);
  }
};

class HttpClient {
 public:
  explicit HttpClient(HttpOptions options) : options_(std::move(options)) {}

  HttpResult get(const std::string& path) const { return request("GET", path, {}, {}); }
  HttpResult post(const std::string& path, const std::string& body,
                  const std::string& type = "application/json") const {
    return request("POST", path, body, type);
  }
  HttpResult put(const std::string& path, const std::string& body,
                 const std::string& type = "application/json") const {
    return request("PUT", path, body, type);
  }

  HttpResult request(const std::string& method, const std::string& path, const std::string& body,
                     const std::string& type, const Headers& more = {}) const {
    httplib::Client client(options_.base_url);
    client.set_connection_timeout(options_.connect_timeout);
    client.set_read_timeout(options_.timeout);
    client.set_write_timeout(options_.timeout);
    client.set_follow_location(false);
    client.set_decompress(false);
    client.enable_server_certificate_verification(true);
    if (!options_.ca_file.empty()) {
      client.set_ca_cert_path(options_.ca_file.c_str());
    }
    httplib::Request request;
    request.method = method;
    request.path = path;
    for (const auto* list : {&options_.headers, &more}) {
      for (const auto& [name, value] : *list) {
        request.headers.emplace(name, value);
      }
    }
    if (!type.empty()) {
      request.headers.emplace("Content-Type", type);
      request.body = body;
    }
    HttpResult out;
    bool too_large = false;
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t,
                                   std::uint64_t) {
      if (out.body.size() + size > options_.most_answer_bytes) {
        too_large = true;
        return false;
      }
      out.body.append(data, size);
      return true;
    };
    httplib::Response response;
    httplib::Error error = httplib::Error::Success;
    const bool sent = client.send(request, response, error);
    if (!sent) {
      out.failure = too_large ? HttpFailure::too_large : failure_of(error);
      out.detail = method + " " + options_.base_url + path + ": " +
                   (too_large ? "the answer is larger than allowed" : httplib::to_string(error));
      return out;
    }
    out.status = response.status;
    for (const auto& [name, value] : response.headers) {
      out.headers.emplace_back(name, value);
    }
    return out;
  }

 private:
  static HttpFailure failure_of(httplib::Error error) {
    switch (error) {
      case httplib::Error::Connection:
      case httplib::Error::BindIPAddress:
      case httplib::Error::ConnectionTimeout:
        return HttpFailure::not_sent;
      case httplib::Error::SSLConnection:
      case httplib::Error::SSLLoadingCerts:
      case httplib::Error::SSLServerVerification:
        return HttpFailure::tls;
      default:
        return HttpFailure::unknown;
    }
  }

  HttpOptions options_;
};

enum class HttpEffect : std::uint8_t { read, write };

// The usual translation of an answer into what to do next. `writes`: a lost answer is in doubt.
inline Outcome outcome_of(const HttpResult& result, HttpEffect effect) {
  switch (result.failure) {
    case HttpFailure::not_sent:
    case HttpFailure::tls:
      return Outcome::retry(result.detail);
    case HttpFailure::unknown:
    case HttpFailure::too_large:
      return effect == HttpEffect::write ? Outcome::unknown(result.detail)
                                         : Outcome::retry(result.detail);
    case HttpFailure::none:
      break;
  }
  const std::string said =
      "HTTP " + std::to_string(result.status) + ": " + result.body.substr(0, 500);
  if (result.ok()) {
    return Outcome::done();
  }
  if (result.status == 401 || result.status == 403) {
    return Outcome::unauthorised(said);
  }
  if (result.status == 408 || result.status == 429) {
    return Outcome::throttled(said, result.retry_after().value_or(std::chrono::seconds(5)));
  }
  if (result.status >= 500) {
    return effect == HttpEffect::write ? Outcome::unknown(said) : Outcome::retry(said);
  }
  return Outcome::rejected(said);
}

}  // namespace crossdock
