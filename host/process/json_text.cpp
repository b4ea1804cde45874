#include "host/process/json_text.hpp"

#include <array>
#include <charconv>

#include "crossdock/canonical/plain_text.hpp"

namespace crossdock::host::process {

// Whether no comma is wanted before what comes.
bool JsonText::separated() const {
  return out_.empty() || out_.back() == '{' || out_.back() == '[' || out_.back() == ':';
}

void JsonText::separate() {
  if (!separated()) {
    out_.push_back(',');
  }
}

// In one piece: keys are most of a record's text.
JsonText& JsonText::known_key(std::string_view name) {
  std::array<char, 40> text{};
  auto* at = text.data();
  if (!separated()) {
    *at++ = ',';
  }
  *at++ = '"';
  const auto size = name.copy(at, text.size() - 4);
  at += size;
  if (size == name.size()) {
    *at++ = '"';
    *at++ = ':';
    out_.append(text.data(), at);
  } else {
    out_.append(text.data(), at);
    out_.append(name.substr(size)).append("\":");
  }
  return *this;
}

JsonText& JsonText::open(char bracket) {
  separate();
  out_.push_back(bracket);
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_.push_back(bracket);
  return *this;
}

void JsonText::append(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out_.push_back('"');
  for (std::size_t at = 0;;) {
    const auto plain = canonical::plain_bytes(text, at);
    out_.append(text, at, plain);
    at += plain;
    if (at == text.size()) {
      break;
    }
    const auto c = static_cast<unsigned char>(text[at++]);
    if (c >= 0x20) {
      out_.push_back('\\');
      out_.push_back(static_cast<char>(c));
    } else {
      out_.append("\\u00");
      out_.push_back(kHex[c >> 4]);
      out_.push_back(kHex[c & 15]);
    }
  }
  out_.push_back('"');
}

JsonText& JsonText::key(std::string_view name) {
  separate();
  append(name);
  out_.push_back(':');
  return *this;
}

JsonText& JsonText::value(std::string_view text) {
  separate();
  append(text);
  return *this;
}

JsonText& JsonText::value(std::int64_t number) {
  separate();
  char digits[24];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  return *this;
}

JsonText& JsonText::value(double number) {
  separate();
  char digits[32];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  return *this;
}

JsonText& JsonText::value(bool yes) {
  separate();
  out_.append(yes ? "true" : "false");
  return *this;
}

}  // namespace crossdock::host::process
