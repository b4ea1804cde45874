// A connector's configuration, declared once: parsing with every fault at once, JSON Schema and the
// reference page follow from the same rows. Needs Boost.JSON.
//
//   struct Config { std::string base_url; std::int64_t page_size = 50; };
//   const auto& config_schema() {
//     static const auto kSchema = schema<Config>(field("base_url", &Config::base_url).required(),
//                                                field("page_size", &Config::page_size).range(1,
//                                                500));
//     return kSchema;
//   }
//
// Leaves may come as text (INFO files know nothing else) or as JSON numbers and booleans.
#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <crossdock/secret.hpp>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock {

struct ConfigFault {
  std::string path;
  std::string message;
};

inline std::string to_text(const std::vector<ConfigFault>& faults) {
  std::string out;
  for (const auto& fault : faults) {
    out += (out.empty() ? "" : "; ") + fault.path + " " + fault.message;
  }
  return out;
}

namespace detail {

// The text of a leaf, whatever JSON type it came as.
inline bool leaf_text(const boost::json::value& in, std::string& out) {
  if (const auto* text = in.if_string()) {
    out.assign(text->data(), text->size());
  } else if (in.is_bool() || in.is_number()) {
    out = boost::json::serialize(in);
  } else {
    return false;
  }
  return true;
}

template <class Number>
bool whole(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

// Each returns what it expected, or null when the text fitted.
inline const char* read_leaf(const std::string& text, std::string& out) {
  out = text;
  return nullptr;
}
inline const char* read_leaf(const std::string& text, Secret& out) {
  out = Secret(text);
  return nullptr;
}
inline const char* read_leaf(const std::string& text, std::int64_t& out) {
  return whole(text, out) ? nullptr : "a whole number";
}
inline const char* read_leaf(const std::string& text, double& out) {
  return whole(text, out) ? nullptr : "a number";
}
inline const char* read_leaf(const std::string& text, bool& out) {
  if (text == "true" || text == "yes" || text == "on") {
    out = true;
  } else if (text == "false" || text == "no" || text == "off") {
    out = false;
  } else {
    return "true or false";
  }
  return nullptr;
}
inline const char* read_leaf(const std::string& text, std::chrono::milliseconds& out) {
  static constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error == std::errc{} && count >= 0) {
    for (const auto& [suffix, factor] : kUnits) {
      if (unit == suffix && count <= INT64_MAX / factor) {
        out = std::chrono::milliseconds(count * factor);
        return nullptr;
      }
    }
  }
  return "a length of time such as 250ms, 30s or 5m";
}

template <class T>
constexpr const char* schema_type() {
  if constexpr (std::is_same_v<T, bool>) {
    return "boolean";
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return "integer";
  } else if constexpr (std::is_same_v<T, double>) {
    return "number";
  } else {
    return "string";
  }
}

}  // namespace detail

// One row of the declaration.
template <class Config>
class ConfigField {
 public:
  using Read = std::function<void(const boost::json::value&, Config&, const std::string& path,
                                  std::vector<ConfigFault>&)>;

  ConfigField(std::string key, boost::json::object schema, Read read)
      : key_(std::move(key)), schema_(std::move(schema)), read_(std::move(read)) {}

  ConfigField&& required() && {
    required_ = true;
    return std::move(*this);
  }
  ConfigField&& describe(std::string_view text) && {
    schema_["description"] = text;
    return std::move(*this);
  }
  // Marks a value that is given by reference (file:..., env:...) and never shown.
  ConfigField&& secret() && {
    schema_["writeOnly"] = true;
    schema_["x-secret"] = true;
    return std::move(*this);
  }
  ConfigField&& range(std::int64_t least, std::int64_t most) && {
    schema_["minimum"] = least;
    schema_["maximum"] = most;
    auto inner = std::move(read_);
    read_ = [inner, least, most](const boost::json::value& in, Config& out, const std::string& path,
                                 std::vector<ConfigFault>& faults) {
      inner(in, out, path, faults);
      std::string text;
      std::int64_t number = 0;
      if (detail::leaf_text(in, text) && detail::whole(text, number) &&
          (number < least || number > most)) {
        faults.push_back({path, "is " + text + "; give a whole number from " +
                                    std::to_string(least) + " to " + std::to_string(most)});
      }
    };
    return std::move(*this);
  }
  ConfigField&& one_of(std::vector<std::string> values) && {
    schema_["enum"] = boost::json::value_from(values);
    auto inner = std::move(read_);
    read_ = [inner, values](const boost::json::value& in, Config& out, const std::string& path,
                            std::vector<ConfigFault>& faults) {
      inner(in, out, path, faults);
      std::string text;
      if (detail::leaf_text(in, text) &&
          std::find(values.begin(), values.end(), text) == values.end()) {
        std::string list;
        for (const auto& value : values) {
          list += (list.empty() ? "" : ", ") + value;
        }
        faults.push_back({path, "is \"" + text + "\"; give one of " + list});
      }
    };
    return std::move(*this);
  }

  const std::string& key() const { return key_; }
  bool is_required() const { return required_; }
  const boost::json::object& schema() const { return schema_; }
  const Read& read() const { return read_; }

 private:
  std::string key_;
  boost::json::object schema_;
  Read read_;
  bool required_ = false;
};

template <class Config>
class ConfigSchema {
 public:
  explicit ConfigSchema(std::vector<ConfigField<Config>> fields) : fields_(std::move(fields)) {}

  // All faults, with paths; the result is meaningful only where there are none.
  Config parse(std::string_view json, std::vector<ConfigFault>& faults) const {
    boost::json::error_code error;
    const auto value = boost::json::parse({json.data(), json.size()}, error);
    if (error) {
      faults.push_back({"", "the configuration is not JSON: " + error.message()});
      return {};
    }
    return parse(value, "", faults);
  }

  Config parse(const boost::json::value& in, const std::string& path,
               std::vector<ConfigFault>& faults) const {
    Config out{};
    const auto* object = in.if_object();
    // `warehouse EWR` alone is the block of that name with nothing else said.
    boost::json::object named;
    if (object == nullptr && in.is_string() && knows("name")) {
      named["name"] = in;
      object = &named;
    }
    if (object == nullptr) {
      faults.push_back({path, "is not a block of settings"});
      return out;
    }
    const auto at = [&](std::string_view key) {
      return path.empty() ? std::string(key) : path + "." + std::string(key);
    };
    for (const auto& field : fields_) {
      const auto* found = object->if_contains(field.key());
      if (found != nullptr) {
        field.read()(*found, out, at(field.key()), faults);
      } else if (field.is_required()) {
        faults.push_back({at(field.key()), "is missing"});
      }
    }
    for (const auto& [key, value] : *object) {
      const std::string name(key.data(), key.size());
      if (!knows(name)) {
        faults.push_back({at(name), "is not known; known are " + known()});
      }
    }
    return out;
  }

  boost::json::object schema_object() const {
    boost::json::object properties;
    boost::json::array required;
    for (const auto& field : fields_) {
      properties[field.key()] = field.schema();
      if (field.is_required()) {
        required.emplace_back(field.key());
      }
    }
    boost::json::object out{
        {"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
    if (!required.empty()) {
      out["required"] = required;
    }
    return out;
  }

  std::string json_schema() const {
    auto out = schema_object();
    out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    return boost::json::serialize(out);
  }

 private:
  bool knows(std::string_view key) const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const auto& field) { return field.key() == key; });
  }
  std::string known() const {
    std::string out;
    for (const auto& field : fields_) {
      out += (out.empty() ? "" : ", ") + field.key();
    }
    return out;
  }
  std::vector<ConfigField<Config>> fields_;
};

template <class Config, class T>
ConfigField<Config> field(std::string key, T Config::*member) {
  boost::json::object form{{"type", detail::schema_type<T>()}};
  if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
    form["format"] = "length-of-time";  // a whole number and ms, s, m or h
  }
  return {std::move(key), std::move(form),
          [member](const boost::json::value& in, Config& out, const std::string& path,
                   std::vector<ConfigFault>& faults) {
            std::string text;
            if (!detail::leaf_text(in, text)) {
              faults.push_back({path, "is a block or a list where one value is expected"});
              return;
            }
            if (const char* expected = detail::read_leaf(text, out.*member)) {
              faults.push_back({path, "is \"" + text + "\"; give " + expected});
            }
          }};
}

// A block that may stand several times: `partner north { ... }`. One block is a list of one.
template <class Config, class Element>
ConfigField<Config> list(std::string key, std::vector<Element> Config::*member,
                         ConfigSchema<Element> element) {
  boost::json::object schema{{"type", "array"}, {"items", element.schema_object()}};
  return {std::move(key), std::move(schema),
          [member, element](const boost::json::value& in, Config& out, const std::string& path,
                            std::vector<ConfigFault>& faults) {
            const auto* array = in.if_array();
            const std::size_t count = array != nullptr ? array->size() : 1;
            for (std::size_t i = 0; i < count; ++i) {
              (out.*member)
                  .push_back(element.parse(array != nullptr ? (*array)[i] : in,
                                           path + "[" + std::to_string(i) + "]", faults));
            }
          }};
}

template <class Config, class... Fields>
ConfigSchema<Config> schema(Fields&&... fields) {
  std::vector<ConfigField<Config>> rows;
  (rows.push_back(std::forward<Fields>(fields)), ...);
  return ConfigSchema<Config>(std::move(rows));
}

}  // namespace crossdock
