// The codec over the descriptions: writing, reading and the schema of any described struct. Only
// the files that instantiate it include this.
#pragma once

#include <array>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <cmath>
#include <string_view>
#include <type_traits>
#include <utility>

#include "canonical/src/checked_json.hpp"
#include "canonical/src/describe.hpp"
#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/money.hpp"
#include "crossdock/canonical/unknown.hpp"

namespace crossdock::canonical::detail {

namespace json = boost::json;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
concept DescribedStruct = boost::describe::has_describe_members<T>::value && !std::is_enum_v<T>;
template <class T>
concept DescribedEnum = std::is_enum_v<T>;

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
template <class T, class Member>
inline constexpr bool kRequired =
    required_of(static_cast<const T*>(nullptr)).contains(Member::name);

// --- writing ------------------------------------------------------------------------------------

void write_string(std::string_view text, std::string& out);

inline void write(const std::string& value, std::string& out) { write_string(value, out); }
inline void write(bool value, std::string& out) { out += value ? "true" : "false"; }
inline void write(std::int64_t value, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}
void write(double value, std::string& out);
inline void write(Instant value, std::string& out) { write_string(to_string(value), out); }
inline void write(LocalDate value, std::string& out) { write_string(to_string(value), out); }
void write(const Quantity& value, std::string& out);
void write(const Money& value, std::string& out);
void write(const UnitPrice& value, std::string& out);

template <DescribedEnum T>
void write(T value, std::string& out) {
  write_string(boost::describe::enum_to_string(value, "unknown"), out);
}
template <DescribedStruct T>
void write(const T& value, std::string& out);
template <class T>
void write(const std::optional<T>& value, std::string& out) {
  write(*value, out);
}
template <class T>
void write(const std::vector<T>& values, std::string& out) {
  out.push_back('[');
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i != 0) {
      out.push_back(',');
    }
    write(values[i], out);
  }
  out.push_back(']');
}

// What an optional member looks like when it has nothing to say, and is left out.
template <class T>
bool is_blank(const T& value) {
  if constexpr (kIsOptional<T>) {
    return !value.has_value();
  } else if constexpr (kIsVector<T> || std::is_same_v<T, std::string>) {
    return value.empty();
  } else if constexpr (std::is_same_v<T, Instant> || std::is_same_v<T, LocalDate>) {
    return !value.known();
  } else if constexpr (std::is_same_v<T, Quantity>) {
    return value.e4 == 0;
  } else if constexpr (std::is_same_v<T, Money>) {
    return value.currency.empty();
  } else if constexpr (std::is_same_v<T, UnitPrice>) {
    return value.currency.empty();
  } else {
    return false;
  }
}

inline bool holds(const Unknown& unknown, std::string_view name) {
  for (const auto& [key, text] : unknown) {
    if (key == name) {
      return true;
    }
  }
  return false;
}

// `,"name":` of a member, made by the compiler. A name is an identifier, nothing to escape.
template <class Member>
struct KeyText {
  static constexpr std::string_view kName = Member::name;
  static constexpr auto kText = [] {
    std::array<char, kName.size() + 4> out{};
    auto* at = out.data();
    *at++ = ',';
    *at++ = '"';
    for (const char c : kName) {
      *at++ = c;
    }
    *at++ = '"';
    *at = ':';
    return out;
  }();
  static void append(std::string& out, bool with_comma) {
    out.append(kText.data() + (with_comma ? 0 : 1), kText.size() - (with_comma ? 0 : 1));
  }
};

template <DescribedStruct T>
void write(const T& value, std::string& out) {
  bool first = true;
  out.push_back('{');
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const auto& field = value.*member.pointer;
    using Field = std::decay_t<decltype(field)>;
    if (!kRequired<T, decltype(member)> && is_blank(field)) {
      return;
    }
    if constexpr (std::is_enum_v<Field>) {
      // A word that this version does not know goes out as it came in.
      if (holds(value.unknown, member.name)) {
        return;
      }
    }
    KeyText<decltype(member)>::append(out, !std::exchange(first, false));
    write(field, out);
  });
  for (const auto& [name, text] : value.unknown) {
    if (!std::exchange(first, false)) {
      out.push_back(',');
    }
    write_string(name, out);
    out.push_back(':');
    out += text;
  }
  out.push_back('}');
}

// --- reading ------------------------------------------------------------------------------------

// Where in the document a value stands, and where faults are collected. A place knows the one it is
// in, and its path is written only where there is a fault: it may not outlive that one.
class Place {
 public:
  explicit Place(Problems* problems) : problems_(problems) {}

  Place member(std::string_view name) const { return {this, name, 0}; }
  Place element(std::size_t index) const { return {this, {}, index}; }
  void fault(std::string message) const { problems_->push_back({path(), std::move(message)}); }

 private:
  Place(const Place* around, std::string_view name, std::size_t index)
      : problems_(around->problems_), around_(around), name_(name), index_(index) {}

  std::string path() const {
    if (around_ == nullptr) {
      return {};
    }
    auto out = around_->path();
    if (name_.empty()) {
      return out + "[" + std::to_string(index_) + "]";
    }
    return (out.empty() ? out : out + ".").append(name_);
  }

  Problems* problems_;
  const Place* around_ = nullptr;  // none: the document itself
  std::string_view name_;          // empty: an element
  std::size_t index_ = 0;
};

std::string shown(const json::value& value);  // quoted and cut, for messages

void read(const json::value& in, std::string& out, const Place& place);
void read(const json::value& in, bool& out, const Place& place);
void read(const json::value& in, std::int64_t& out, const Place& place);
void read(const json::value& in, double& out, const Place& place);
void read(const json::value& in, Instant& out, const Place& place);
void read(const json::value& in, LocalDate& out, const Place& place);
void read(const json::value& in, Quantity& out, const Place& place);
void read(const json::value& in, Money& out, const Place& place);
void read(const json::value& in, UnitPrice& out, const Place& place);

template <DescribedEnum T>
void read(const json::value& in, T& out, const Place& place) {
  const auto* text = in.if_string();
  if (text == nullptr) {
    place.fault("is " + shown(in) + "; expected a word");
    return;
  }
  if (!boost::describe::enum_from_string(std::string(text->data(), text->size()).c_str(), out)) {
    out = T{};  // `unknown` stands first in every enumeration that came from outside
  }
}
template <DescribedStruct T>
void read(const json::value& in, T& out, const Place& place);
template <class T>
void read(const json::value& in, std::optional<T>& out, const Place& place) {
  if (in.is_null()) {
    out.reset();
    return;
  }
  read(in, out.emplace(), place);
}
template <class T>
void read(const json::value& in, std::vector<T>& out, const Place& place) {
  const auto* array = in.if_array();
  if (array == nullptr) {
    place.fault("is " + shown(in) + "; expected a list");
    return;
  }
  out.resize(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    read((*array)[i], out[i], place.element(i));
  }
}

template <DescribedStruct T>
void read(const json::value& in, T& out, const Place& place) {
  const auto* object = in.if_object();
  if (object == nullptr) {
    place.fault("is " + shown(in) + "; expected an object");
    return;
  }
  std::size_t known = 0;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const auto* found = object->if_contains(member.name);
    auto& field = out.*member.pointer;
    using Field = std::decay_t<decltype(field)>;
    if (found == nullptr) {
      if (kRequired<T, decltype(member)>) {
        place.member(member.name).fault("is missing");
      }
      return;
    }
    ++known;
    read(*found, field, place.member(member.name));
    if constexpr (std::is_enum_v<Field>) {
      const auto* text = found->if_string();
      if (text != nullptr && boost::describe::enum_to_string(field, "") !=
                                 std::string_view(text->data(), text->size())) {
        out.unknown.emplace_back(member.name, json::serialize(*found));
      }
    }
  });
  if (known == object->size()) {
    return;
  }
  for (const auto& [name, value] : *object) {
    bool ours = false;
    boost::mp11::mp_for_each<Members<T>>([&, key = std::string_view(name.data(), name.size())](
                                             auto member) { ours = ours || key == member.name; });
    if (!ours) {
      out.unknown.emplace_back(std::string(name.data(), name.size()), json::serialize(value));
    }
  }
}

}  // namespace crossdock::canonical::detail
