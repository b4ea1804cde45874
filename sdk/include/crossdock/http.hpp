// An HTTP client for connectors, on cpp-httplib: TLS is verified, every step has a deadline,
// answers are bounded, redirects are not followed, content encodings not asked for. And the one
// thing that libraries forget: whether a failed request can have had an effect.
//
// Thread-safe: each call has a connection of its own.
#pragma once

#include <httplib.h>

#include <charconv>
#include <chrono>
#include <crossdock/connect.hpp>
#include <crossdock/types.hpp>
#include <crossdock/words.hpp>
#include <ctime>
#include <memory>
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
  tls,   // the other side is not who it should be; nothing was sent
  held,  // the account's budget had no room (paced_http.hpp); nothing was sent
};

namespace detail {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7); older forms are not understood.
inline std::optional<std::time_t> http_date(std::string_view text) {
  std::tm time{};
  const std::string copy(text);
  const char* end = text.size() > 40 || text.empty()
                        ? nullptr
                        : ::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  return end == nullptr || *end != '\0' ? std::nullopt : std::optional(::timegm(&time));
}

}  // namespace detail

struct HttpResult {
  HttpFailure failure = HttpFailure::none;
  int status = 0;
  Headers headers;
  std::string body;
  std::string detail;                    // of a failure, in words
  std::chrono::nanoseconds held_for{0};  // HttpFailure::held: not before

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
  // Retry-After (RFC 9110, section 10.2.3): seconds, or a date, which is counted from the answer's
  // own Date where it has one, so that a clock that goes wrong does no harm.
  std::optional<std::chrono::nanoseconds> retry_after() const {
    const auto text = header("retry-after");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (!text.empty() && error == std::errc{} && end == text.data() + text.size() && seconds >= 0) {
      return std::chrono::seconds(seconds);
    }
    const auto then = detail::http_date(text);
    if (!then) {
      return std::nullopt;
    }
    const auto now = detail::http_date(header("date")).value_or(std::time(nullptr));
    return std::chrono::seconds(std::max<std::time_t>(0, *then - now));
  }
};

namespace detail {

// cpp-httplib's clients with the one thing changed that matters here: where sockets come from.
template <class Base>
class HttpOverConnection final : public Base {
 public:
  HttpOverConnection(const std::string& host, int port, const HttpOptions& options)
      : Base(host, port), host_name_(host), port_number_(port), options_(options) {}
  const std::string& reason() const { return reason_; }

 private:
  bool create_and_connect_socket(httplib::ClientImpl::Socket& socket,
                                 httplib::Error& error) override {
    auto connection = open_connection(host_name_, static_cast<std::uint16_t>(port_number_),
                                      options_.connect_timeout);
    if (!connection.open()) {
      reason_ = connection.reason();
      error = httplib::Error::Connection;
      return false;
    }
    // The client's own deadlines go by poll; these hold for TLS, which reads by itself.
    const auto limit = options_.timeout.count();
    const timeval time{static_cast<time_t>(limit / 1000),
                       static_cast<suseconds_t>(limit % 1000 * 1000)};
    ::setsockopt(connection.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    ::setsockopt(connection.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    socket.sock = connection.release();
    return true;
  }

  std::string host_name_;
  int port_number_;
  const HttpOptions& options_;
  std::string reason_;
};

// Scheme, host and port of http://host[:port] or https://...; false where it is neither.
struct HttpPlace {
  bool tls = false;
  std::string host;
  int port = 0;
};
inline bool place_of(std::string_view url, HttpPlace& out) {
  out.tls = url.starts_with("https://");
  if (!out.tls && !url.starts_with("http://")) {
    return false;
  }
  url.remove_prefix(out.tls ? 8 : 7);
  url = url.substr(0, url.find_first_of("/?#"));
  out.port = out.tls ? 443 : 80;
  auto host = url;
  std::string_view digits;
  if (url.starts_with('[')) {  // an IPv6 address
    const auto end = std::min(url.find(']'), url.size() - 1);
    host = url.substr(1, end - 1);
    digits = url.substr(end + 1);
  } else if (const auto colon = url.find(':'); colon != std::string_view::npos) {
    host = url.substr(0, colon);
    digits = url.substr(colon);
  }
  out.host = host;
  if (digits.empty()) {
    return !host.empty();
  }
  const auto [end, error] =
      std::from_chars(digits.data() + 1, digits.data() + digits.size(), out.port);
  return !host.empty() && digits.front() == ':' && error == std::errc{} &&
         end == digits.data() + digits.size() && out.port > 0 && out.port < 65536;
}

}  // namespace detail

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
    detail::HttpPlace place;
    if (!detail::place_of(options_.base_url, place)) {
      HttpResult out;
      out.failure = HttpFailure::not_sent;
      out.detail = options_.base_url + " is not of the form http://host:port or https://host";
      return out;
    }
    if (place.tls) {
      detail::HttpOverConnection<httplib::SSLClient> client(place.host, place.port, options_);
      return request_over(client, method, path, body, type, more);
    }
    detail::HttpOverConnection<httplib::ClientImpl> client(place.host, place.port, options_);
    return request_over(client, method, path, body, type, more);
  }

 private:
  template <class Client>
  HttpResult request_over(Client& client, const std::string& method, const std::string& path,
                          const std::string& body, const std::string& type,
                          const Headers& more) const {
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
                   (too_large                  ? "the answer is larger than allowed"
                    : !client.reason().empty() ? client.reason()
                                               : httplib::to_string(error));
      return out;
    }
    out.status = response.status;
    for (const auto& [name, value] : response.headers) {
      out.headers.emplace_back(name, value);
    }
    return out;
  }

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
    case HttpFailure::held:
      return Outcome::throttled(result.detail, result.held_for);
    case HttpFailure::none:
      break;
  }
  const std::string said =
      "HTTP " + std::to_string(result.status) + ": " + outside::words(result.body, 500);
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
