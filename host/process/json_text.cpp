#include "host/process/json_text.hpp"

#include <charconv>

namespace crossdock::host::process {

void JsonText::separate() {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') {
    out_.push_back(',');
  }
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

// Quotes, backslashes and controls are escaped (RFC 8259, section 7); runs of others go as they
// are.
void JsonText::append(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out_.push_back('"');
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') {
      continue;
    }
    out_.append(text, from, i - from);
    from = i + 1;
    if (c >= 0x20) {
      out_.push_back('\\');
      out_.push_back(text[i]);
    } else {
      out_.append("\\u00");
      out_.push_back(kHex[c >> 4]);
      out_.push_back(kHex[c & 15]);
    }
  }
  out_.append(text, from);
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
