#include "host/app/schema_check.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

// The SDK's own format (crossdock/config.hpp): a whole number and ms, s, m or h.
constexpr const char* kLengthOfTime = "length-of-time";

bool is_length_of_time(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto unit = text.substr(digits);
  return digits > 0 && digits < 13 && (unit == "ms" || unit == "s" || unit == "m" || unit == "h");
}

struct Checker {
  const std::string& file;
  Problems& problems;

  void fault(const std::string& path, std::string message) const {
    problems.push_back({file, path, std::move(message)});
  }

  void check(const json::value& value, const json::object& schema, const std::string& path) const {
    const auto* type = schema.if_contains("type");
    const std::string_view kind = type != nullptr && type->is_string()
                                      ? std::string_view(type->get_string())
                                      : std::string_view();
    if (kind == "object") {
      check_object(value, schema, path);
    } else if (kind == "array") {
      check_list(value, schema, path);
    } else {
      check_leaf(value, schema, kind, path);
    }
  }

  void check_object(const json::value& value, const json::object& schema,
                    const std::string& path) const {
    const auto* object = value.if_object();
    // `warehouse EWR` alone is the block of that name with nothing else said.
    json::object named;
    if (object == nullptr && value.is_string()) {
      const auto* known = schema.if_contains("properties");
      if (known != nullptr && known->is_object() && known->get_object().contains("name")) {
        named["name"] = value;
        object = &named;
      }
    }
    if (object == nullptr) {
      fault(path, "is one value where a block { ... } is expected");
      return;
    }
    const auto* found = schema.if_contains("properties");
    const json::object none;
    const auto& properties = found != nullptr && found->is_object() ? found->get_object() : none;
    std::set<std::string> known;
    for (const auto& [key, child] : properties) {
      known.emplace(key.data(), key.size());
    }
    for (const auto& [key, child] : *object) {
      const std::string name(key.data(), key.size());
      if (const auto* rules = properties.if_contains(key); rules != nullptr && rules->is_object()) {
        check(child, rules->get_object(), path + "." + name);
      } else {
        const auto near = suggestion(name, known);
        fault(path + "." + name, "is not known to the plugin" +
                                     (near ? "; did you mean `" + *near + "`?" : std::string()));
      }
    }
    if (const auto* required = schema.if_contains("required");
        required != nullptr && required->is_array()) {
      for (const auto& name : required->get_array()) {
        if (!object->contains(name.as_string())) {
          fault(path + "." + std::string(name.as_string()), "is missing");
        }
      }
    }
  }

  void check_list(const json::value& value, const json::object& schema,
                  const std::string& path) const {
    const auto* items = schema.if_contains("items");
    if (items == nullptr || !items->is_object()) {
      return;
    }
    const auto* array = value.if_array();
    const std::size_t count = array != nullptr ? array->size() : 1;
    for (std::size_t i = 0; i < count; ++i) {
      check(array != nullptr ? (*array)[i] : value, items->get_object(),
            path + "[" + std::to_string(i) + "]");
    }
  }

  void check_leaf(const json::value& value, const json::object& schema, std::string_view kind,
                  const std::string& path) const {
    if (value.is_object() || value.is_array()) {
      fault(path, "is a block or stands several times where one value is expected");
      return;
    }
    const std::string text = value.is_string()
                                 ? std::string(value.get_string().data(), value.get_string().size())
                                 : json::serialize(value);
    if (kind == "integer" || kind == "number") {
      double number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc{} || end != text.data() + text.size()) {
        fault(path, "is \"" + text + "\"; give a number");
        return;
      }
      const auto bound = [&](const char* key, bool least) {
        const auto* limit = schema.if_contains(key);
        if (limit != nullptr && limit->is_number()) {
          const double edge = limit->to_number<double>();
          if (least ? number < edge : number > edge) {
            fault(path, "is " + text + "; " + (least ? "at least " : "at most ") +
                            json::serialize(*limit) + " is taken");
          }
        }
      };
      bound("minimum", true);
      bound("maximum", false);
    } else if (kind == "boolean") {
      if (text != "true" && text != "false" && text != "yes" && text != "no" && text != "on" &&
          text != "off") {
        fault(path, "is \"" + text + "\"; give true or false");
      }
    }
    if (const auto* form = schema.if_contains("format");
        form != nullptr && *form == json::value(kLengthOfTime) && !is_length_of_time(text)) {
      fault(path, "is \"" + text + "\"; give a length of time such as 250ms, 30s or 5m");
    }
    if (const auto* values = schema.if_contains("enum"); values != nullptr && values->is_array()) {
      std::string list;
      for (const auto& one : values->get_array()) {
        if (one.is_string() && std::string_view(one.get_string()) == text) {
          return;
        }
        list += (list.empty() ? "" : ", ") + json::serialize(one);
      }
      fault(path, "is \"" + text + "\"; give one of " + list);
    }
  }
};

}  // namespace

void check_against_schema(std::string_view configuration, std::string_view schema,
                          const std::string& file, const std::string& path, Problems& problems) {
  json::error_code error;
  const auto value = json::parse({configuration.data(), configuration.size()}, error);
  if (error) {
    problems.push_back({file, path, "is not JSON: " + error.message()});
    return;
  }
  const auto rules = json::parse({schema.data(), schema.size()}, error);
  if (error || !rules.is_object()) {
    return;  // the plugin declares nothing
  }
  Checker{file, problems}.check(value, rules.get_object(), path);
}

}  // namespace crossdock::host::app
