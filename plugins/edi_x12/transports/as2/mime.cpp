#include "plugins/edi_x12/transports/as2/mime.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace crossdock::edi::as2 {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Takes one line off the front, without its line break; false at the end.
bool next_line(std::string_view& rest, std::string_view& line) {
  if (rest.empty()) {
    return false;
  }
  const auto end = rest.find('\n');
  line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (!line.empty() && line.back() == '\r') {
    line.remove_suffix(1);
  }
  return true;
}

int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                : -1;
}

std::optional<std::string> from_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out.push_back(text[i]);
    } else if (text.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else if (text.substr(i + 1, 1) == "\n") {
      i += 1;
    } else if (i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view HeaderValue::parameter(std::string_view name) const {
  for (const auto& [key, text] : parameters) {
    if (key == name) {
      return text;
    }
  }
  return {};
}

HeaderValue parse_header_value(std::string_view text) {
  HeaderValue out;
  const auto semicolon = text.find(';');
  out.value = lowered(trimmed(text.substr(0, semicolon)));
  std::size_t at = semicolon == std::string_view::npos ? text.size() : semicolon + 1;
  while (at < text.size()) {
    const auto equals = text.find('=', at);
    if (equals == std::string_view::npos) {
      break;
    }
    const auto name = trimmed(text.substr(at, equals - at));
    std::string value;
    at = equals + 1;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) {
      ++at;
    }
    if (at < text.size() && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) {
          ++at;
        }
        value.push_back(text[at]);
      }
      const auto next = text.find(';', at);
      at = next == std::string_view::npos ? text.size() : next + 1;
    } else {
      const auto end = std::min(text.find(';', at), text.size());
      value = trimmed(text.substr(at, end - at));
      at = end + 1;
    }
    out.parameters.emplace_back(lowered(name), std::move(value));
  }
  return out;
}

std::string_view Entity::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

HeaderValue Entity::content_type() const {
  const auto given = header("content-type");
  return parse_header_value(given.empty() ? "text/plain" : given);
}

std::optional<Entity> parse_entity(std::string_view bytes) {
  Entity out;
  out.whole = bytes;
  std::string_view rest = bytes;
  std::string_view line;
  while (next_line(rest, line)) {
    if (bytes.size() - rest.size() > kLargestHead || out.headers.size() > kMostHeaderFields) {
      return std::nullopt;
    }
    if (line.empty()) {
      out.body = rest;
      return out;
    }
    if (line.front() == ' ' || line.front() == '\t') {
      if (out.headers.empty()) {
        return std::nullopt;
      }
      out.headers.back().second += " " + std::string(trimmed(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      return std::nullopt;
    }
    out.headers.emplace_back(lowered(trimmed(line.substr(0, colon))),
                             std::string(trimmed(line.substr(colon + 1))));
  }
  return std::nullopt;
}

std::optional<std::vector<std::string_view>> split_parts(std::string_view body,
                                                         std::string_view boundary) {
  if (boundary.empty() || boundary.size() > 70) {
    return std::nullopt;
  }
  const std::string delimiter = "--" + std::string(boundary);
  std::vector<std::string_view> parts;
  std::optional<std::size_t> begin;  // of the part that is open
  std::size_t at = 0;
  for (;;) {
    at = body.find(delimiter, at);
    if (at == std::string_view::npos) {
      return std::nullopt;
    }
    const bool line_start = at == 0 || body[at - 1] == '\n';
    auto after = body.substr(at + delimiter.size());
    const bool closing = after.starts_with("--");
    if (closing) {
      after.remove_prefix(2);
    }
    const auto line_end = after.find('\n');
    const auto rest = trimmed(after.substr(0, line_end));
    if (!line_start || !rest.empty()) {
      at += delimiter.size();
      continue;
    }
    if (begin) {
      std::size_t end = at > *begin ? at - 1 : *begin;  // the line feed belongs to the boundary
      if (end > *begin && body[end - 1] == '\r') {
        --end;
      }
      parts.push_back(body.substr(*begin, end - *begin));
    }
    if (closing) {
      return parts;
    }
    if (line_end == std::string_view::npos || parts.size() >= kMostParts) {
      return std::nullopt;
    }
    begin = static_cast<std::size_t>(after.data() - body.data()) + line_end + 1;
    at = *begin;
  }
}

std::optional<std::string> decode_transfer(std::string_view body, std::string_view encoding) {
  const std::string name = lowered(trimmed(encoding));
  if (name.empty() || name == "binary" || name == "8bit" || name == "7bit") {
    return std::string(body);
  }
  if (name == "base64") {
    return from_base64(body);
  }
  return name == "quoted-printable" ? from_quoted_printable(body) : std::nullopt;
}

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string base64_lines(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 48) {
    out += base64(bytes.substr(at, 48)) + "\r\n";
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  static const auto kValues = [] {
    std::array<signed char, 256> out{};
    out.fill(-1);
    for (int i = 0; i < 64; ++i) {
      out[static_cast<unsigned char>(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[i])] =
          static_cast<signed char>(i);
    }
    return out;
  }();
  std::string out;
  out.reserve(text.size() / 4 * 3);
  unsigned value = 0;
  int bits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n' || c == ' ' || c == '\t') {
      continue;
    }
    if (c == '=') {
      ++padding;
      continue;
    }
    const signed char six = kValues[static_cast<unsigned char>(c)];
    if (six < 0 || padding > 0) {
      return std::nullopt;
    }
    value = (value << 6) | static_cast<unsigned char>(six);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<char>((value >> bits) & 0xff));
    }
  }
  return padding > 2 || bits >= 6 ? std::nullopt : std::optional(std::move(out));
}

}  // namespace crossdock::edi::as2
