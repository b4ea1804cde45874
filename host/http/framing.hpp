// Where an HTTP/1.1 request ends (RFC 9112), decided strictly and under caps before anything else
// looks at it. What two readers could understand differently (two lengths, a length beside chunks,
// no Host, control bytes) is refused, so that nobody can smuggle a request through a proxy.
//
// Pure; one object per request. Fed with whatever bytes have come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/http/operations.hpp"

namespace crossdock::host::http {

struct FramingLimits {
  std::size_t head_bytes = 16u << 10;   // request line and headers
  std::size_t target_bytes = 8u << 10;  // beyond it cpp-httplib refuses too
  std::size_t headers = 64;
  std::size_t body_bytes = 1u << 20;          // after chunks are taken out
  std::size_t webhook_body_bytes = 1u << 20;  // of requests below /webhooks/
};

class Framing {
 public:
  enum class State : std::uint8_t {
    head,     // the head is not whole yet
    body,     // the head is; the body is not
    whole,    // take_head() and take_body() give the request
    refused,  // refusal() says why
  };

  explicit Framing(const FramingLimits& limits) : limits_(limits) {}

  // Takes bytes as they come; those after the request's end are left for the next one (rest()).
  State feed(std::string_view bytes);
  State state() const { return state_; }
  bool begun() const { return !input_.empty() || state_ != State::head; }

  // The head of the whole request, without what framed its body (lengths, chunks, Expect).
  std::string take_head() { return std::move(head_) + "\r\n"; }
  std::string take_body() { return std::move(body_); }
  // Bytes that came after it.
  std::string rest() { return std::move(input_); }
  const Refusal& refusal() const { return *refusal_; }
  const std::string& target() const { return target_; }
  // True once, when the client waits for a word before it sends the body.
  bool wants_continue();

 private:
  std::size_t most_body() const {
    return target_.starts_with("/webhooks/") ? limits_.webhook_body_bytes : limits_.body_bytes;
  }
  State refuse(int status, std::string code, std::string detail);
  State read_head();
  bool read_request_line(std::string_view line);
  bool read_header(std::string_view line);
  State read_plain_body();
  State read_chunks();
  bool read_chunk(std::string_view& left);
  bool read_trailer(std::string_view& left);

  FramingLimits limits_;
  State state_ = State::head;
  std::string input_;  // not understood yet
  std::string head_;   // as cpp-httplib gets it, without its last blank line
  std::string body_;
  std::string target_;
  std::optional<Refusal> refusal_;
  std::optional<std::size_t> length_;
  std::size_t headers_ = 0;
  std::size_t hosts_ = 0;
  std::size_t trailer_bytes_ = 0;
  bool chunked_ = false;
  bool in_trailers_ = false;
  bool expects_ = false;
};

}  // namespace crossdock::host::http
