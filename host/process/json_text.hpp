// JSON written straight into a text, for records that are made with every order (a tree of values
// that is serialized afterwards costs several times as much). Read back with Boost.JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace crossdock::host::process {

// Calls follow the structure; commas come by themselves. The caller closes what it opens.
class JsonText {
 public:
  JsonText& open_object() { return open('{'); }
  JsonText& close_object() { return close('}'); }
  JsonText& open_array() { return open('['); }
  JsonText& close_array() { return close(']'); }
  JsonText& key(std::string_view name);
  JsonText& value(std::string_view text);  // UTF-8
  JsonText& value(std::int64_t number);
  JsonText& value(double number);  // finite; the shortest text that gives it back
  JsonText& value(bool yes);
  // A bare char* would become a bool.
  JsonText& value(const char* text) { return value(std::string_view(text)); }

  template <class T>
  JsonText& member(std::string_view name, const T& one) {
    return key(name).value(one);
  }
  // A name that stands in the program is an identifier: nothing in it to escape.
  template <std::size_t N, class T>
  JsonText& member(const char (&name)[N], const T& one) {
    return known_key({name, N - 1}).value(one);
  }
  template <std::size_t N>
  JsonText& key(const char (&name)[N]) {
    return known_key({name, N - 1});
  }

  std::string take() { return std::move(out_); }

 private:
  JsonText& open(char bracket);
  JsonText& close(char bracket);
  bool separated() const;
  void separate();
  JsonText& known_key(std::string_view name);
  void append(std::string_view text);

  std::string out_;
};

}  // namespace crossdock::host::process
