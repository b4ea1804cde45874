// How the journal's rows look as bytes: big-endian numbers in keys (so that they sort), short
// length-prefixed texts in values. Reading is bounded and says false on damage.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crossdock::host::journal {

inline void put_u64(std::uint64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}
inline void put_u32(std::uint32_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}
inline void put_text(std::string_view text, std::string& out) {
  put_u32(static_cast<std::uint32_t>(text.size()), out);
  out.append(text);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t u64() { return number(8); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::string_view text() { return bytes(u32()); }
  std::string_view bytes(std::size_t count) {
    if (count > rest_.size()) {
      good_ = false;
      return {};
    }
    const auto out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
  }
  std::string_view rest() const { return rest_; }
  bool good() const { return good_; }

 private:
  std::uint64_t number(std::size_t count) {
    std::uint64_t value = 0;
    for (const char c : bytes(count)) {
      value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
  }
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace crossdock::host::journal
