#include "host/http/framing.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace crossdock::host::http {
namespace {

constexpr std::size_t kLongestChunkLine = 64;  // a size and, at most, a short extension
constexpr std::size_t kMostTrailerBytes = 4096;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool has_control_bytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

// Percent-encoded control bytes would become real ones in a log or a header.
bool hides_control_bytes(std::string_view target) {
  for (std::size_t at = target.find('%'); at != std::string_view::npos;
       at = target.find('%', at + 1)) {
    unsigned value = 0;
    const auto digits = target.substr(at + 1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc{} || end != digits.data() + 2 || value < 0x20 || value == 0x7f) {
      return true;
    }
  }
  return false;
}

// cpp-httplib keeps the addresses of the connection among the headers under these names.
bool is_reserved(std::string_view name) {
  return name == "remote_addr" || name == "remote_port" || name == "local_addr" ||
         name == "local_port";
}

}  // namespace

Framing::State Framing::refuse(int status, std::string code, std::string detail) {
  refusal_ = Refusal{status, std::move(code), "The request was refused", std::move(detail)};
  input_.clear();
  return state_ = State::refused;
}

Framing::State Framing::feed(std::string_view bytes) {
  input_.append(bytes);
  if (state_ == State::head) {
    read_head();
  }
  if (state_ == State::body) {
    return chunked_ ? read_chunks() : read_plain_body();
  }
  return state_;
}

Framing::State Framing::read_head() {
  // Blank lines in front of a request are let be (RFC 9112, section 2.2).
  while (head_.empty() && input_.starts_with("\r\n")) {
    input_.erase(0, 2);
  }
  const auto end = input_.find("\r\n\r\n");
  if (end == std::string::npos || end + 4 > limits_.head_bytes) {
    return std::min(end, input_.size()) <= limits_.head_bytes
               ? state_
               : refuse(431, "head-too-large",
                        "request line and headers may have " + std::to_string(limits_.head_bytes) +
                            " bytes together");
  }
  const std::string head = input_.substr(0, end + 2);
  input_.erase(0, end + 4);
  std::string_view left = head;
  for (bool first = true; !left.empty(); first = false) {
    const auto line_end = left.find("\r\n");
    const auto line = left.substr(0, line_end);
    left.remove_prefix(line_end + 2);
    if (!(first ? read_request_line(line) : read_header(line))) {
      return state_;
    }
  }
  if (hosts_ != 1) {
    return refuse(400, "bad-host", "exactly one Host header is needed");
  }
  if (chunked_ && length_) {
    return refuse(400, "two-lengths", "Content-Length and Transfer-Encoding exclude each other");
  }
  if (length_.value_or(0) > most_body()) {
    return refuse(413, "too-large",
                  "at most " + std::to_string(most_body()) + " bytes of body are taken");
  }
  return state_ = State::body;
}

bool Framing::read_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos || !is_token(line.substr(0, first))) {
    refuse(400, "bad-request-line", "a request begins with METHOD /path HTTP/1.1");
    return false;
  }
  const auto target = line.substr(first + 1, second - first - 1);
  const auto version = line.substr(second + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    refuse(505, "bad-version", "HTTP/1.1 is spoken here");
    return false;
  }
  if (target.size() > limits_.target_bytes) {
    refuse(414, "target-too-long",
           "the address may have " + std::to_string(limits_.target_bytes) + " bytes");
    return false;
  }
  if (target.empty() || target.front() != '/' || has_control_bytes(target) ||
      hides_control_bytes(target)) {
    refuse(400, "bad-target", "the address begins with / and holds no control bytes");
    return false;
  }
  target_ = target;
  head_.append(line).append("\r\n");
  return true;
}

bool Framing::read_header(std::string_view line) {
  const auto colon = line.find(':');
  if (++headers_ > limits_.headers) {
    refuse(431, "too-many-headers", "at most " + std::to_string(limits_.headers) + " headers");
    return false;
  }
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
      has_control_bytes(line)) {
    refuse(400, "bad-header",
           "header " + std::to_string(headers_) + " has no proper name or value");
    return false;
  }
  const std::string name = lower(line.substr(0, colon));
  const auto value = trimmed(line.substr(colon + 1));
  if (is_reserved(name)) {
    refuse(400, "reserved-header", name + " cannot be set by a client");
    return false;
  }
  if (name == "content-encoding" && lower(value) != "identity") {
    refuse(415, "content-encoding", "send the body as it is, without Content-Encoding");
    return false;
  }
  if (name == "range") {
    refuse(400, "no-ranges", "answers come whole; send no Range");
    return false;
  }
  if (name == "transfer-encoding") {
    if (chunked_ || lower(value) != "chunked") {
      refuse(501, "transfer-encoding", "chunked is the one transfer encoding that is taken");
      return false;
    }
    chunked_ = true;
    return true;
  }
  if (name == "content-length") {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (length_ || value.empty() || error != std::errc{} || end != value.data() + value.size()) {
      refuse(400, "bad-length", "exactly one Content-Length, in digits");
      return false;
    }
    length_ = length;
    return true;
  }
  if (name == "expect") {
    expects_ = lower(value) == "100-continue";
    return true;
  }
  hosts_ += name == "host" ? 1 : 0;
  head_.append(line).append("\r\n");
  return true;
}

Framing::State Framing::read_plain_body() {
  const std::size_t length = length_.value_or(0);
  const std::size_t take = std::min(input_.size(), length - body_.size());
  body_.append(input_, 0, take);
  input_.erase(0, take);
  return state_ = body_.size() == length ? State::whole : State::body;
}

// RFC 9112, section 7.1. Extensions and trailers are read over, not passed on.
Framing::State Framing::read_chunks() {
  std::string_view left = input_;
  while (state_ == State::body && (in_trailers_ ? read_trailer(left) : read_chunk(left))) {
  }
  // Once for all chunks that have come: many small ones must not cost the square.
  input_.erase(0, state_ == State::refused ? 0 : input_.size() - left.size());
  return state_;
}

// False when more bytes are needed.
bool Framing::read_chunk(std::string_view& left) {
  const auto line_end = left.find("\r\n");
  if (std::min(line_end, left.size()) > kLongestChunkLine) {
    refuse(400, "bad-chunk", "the size of a chunk does not end");
    return false;
  }
  if (line_end == std::string_view::npos) {
    return false;
  }
  const auto line = trimmed(left.substr(0, std::min(line_end, left.find(';'))));
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (line.empty() || error != std::errc{} || end != line.data() + line.size()) {
    refuse(400, "bad-chunk", "a chunk begins with its size in hexadecimal digits");
    return false;
  }
  if (size > most_body() - body_.size()) {
    refuse(413, "too-large", "at most " + std::to_string(most_body()) + " bytes of body are taken");
    return false;
  }
  if (size == 0) {
    in_trailers_ = true;
    left.remove_prefix(line_end + 2);
    return true;
  }
  if (left.size() < line_end + 2 + size + 2) {
    return false;  // at most one chunk, no larger than a body, is held twice
  }
  if (left.substr(line_end + 2 + size, 2) != "\r\n") {
    refuse(400, "bad-chunk", "a chunk is longer than it says");
    return false;
  }
  body_.append(left.substr(line_end + 2, size));
  left.remove_prefix(line_end + 2 + size + 2);
  return true;
}

bool Framing::read_trailer(std::string_view& left) {
  const auto line_end = left.find("\r\n");
  trailer_bytes_ += line_end == std::string_view::npos ? 0 : line_end;
  if (trailer_bytes_ > kMostTrailerBytes ||
      (line_end == std::string_view::npos && left.size() > kMostTrailerBytes)) {
    refuse(431, "trailers-too-large", "the trailers are too large");
    return false;
  }
  if (line_end == std::string_view::npos) {
    return false;
  }
  left.remove_prefix(line_end + 2);
  if (line_end == 0) {
    state_ = State::whole;
  }
  return true;
}

bool Framing::wants_continue() {
  const bool wants = expects_ && state_ == State::body;
  expects_ = false;
  return wants;
}

}  // namespace crossdock::host::http
