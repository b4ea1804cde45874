#include "sdk/conformance/setting.hpp"

#include <algorithm>
#include <set>

namespace crossdock::conformance {
namespace {

namespace json = boost::json;

// Reads the members of one object, says what is wrong with them and which are not known.
class Members {
 public:
  Members(const json::object& object, std::string place, std::vector<std::string>& faults)
      : object_(object), place_(std::move(place)), faults_(faults) {}
  ~Members() {
    for (const auto& [key, value] : object_) {
      if (!known_.contains(std::string(key))) {
        faults_.push_back(place_ + std::string(key) + " is not known");
      }
    }
  }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  const json::value* get(const char* key) {
    known_.insert(key);
    return object_.if_contains(key);
  }
  std::string text(const char* key, std::string otherwise = {}) {
    const auto* found = get(key);
    if (found == nullptr) {
      return otherwise;
    }
    if (!found->is_string()) {
      faults_.push_back(place_ + key + " must be a text");
      return otherwise;
    }
    return std::string(found->get_string());
  }
  // A text as it is, anything else as JSON.
  std::string document(const char* key) {
    const auto* found = get(key);
    return found == nullptr     ? std::string()
           : found->is_string() ? std::string(found->get_string())
                                : json::serialize(*found);
  }
  template <class Each>
  void list(const char* key, const Each& each) {
    const auto* found = get(key);
    if (found == nullptr) {
      return;
    }
    if (!found->is_array()) {
      faults_.push_back(place_ + key + " must be a list");
      return;
    }
    std::size_t i = 0;
    for (const auto& one : found->get_array()) {
      const std::string place = place_ + key + "[" + std::to_string(i++) + "].";
      if (one.is_object()) {
        each(one.get_object(), place);
      } else {
        faults_.push_back(place + " must be an object");
      }
    }
  }
  template <class Each>
  void object(const char* key, const Each& each) {
    const auto* found = get(key);
    if (found == nullptr) {
      return;
    }
    if (!found->is_object()) {
      faults_.push_back(place_ + key + " must be an object");
      return;
    }
    for (const auto& [name, value] : found->get_object()) {
      each(std::string(name),
           value.is_string() ? std::string(value.get_string()) : json::serialize(value));
    }
  }
  void fault(const std::string& text) { faults_.push_back(place_ + text); }

 private:
  const json::object& object_;
  std::string place_;
  std::vector<std::string>& faults_;
  std::set<std::string> known_;
};

WorldRule rule_from(const json::object& object, const std::string& place,
                    std::vector<std::string>& faults) {
  Members in(object, place, faults);
  WorldRule out;
  const auto request = in.text("request");
  const auto space = request.find(' ');
  if (space == std::string::npos || space + 1 >= request.size() || request[space + 1] != '/') {
    in.fault("request must be like \"GET /products\" or \"PUT /products/*\"");
  } else {
    out.method = request.substr(0, space);
    out.path = request.substr(space + 1);
  }
  out.answer = in.document("answer");
  out.type = in.text("type", out.type);
  if (const auto* status = in.get("status")) {
    if (!status->is_int64() || status->get_int64() < 200 || status->get_int64() > 599) {
      in.fault("status must be 200 to 599");
    } else {
      out.status = static_cast<int>(status->get_int64());
    }
  }
  out.effect = in.text("effect");
  if (!out.effect.empty() && out.effect != "each" && out.effect != "path" && out.effect != "body" &&
      !out.effect.starts_with("header ") && !out.effect.starts_with("body ")) {
    in.fault("effect must be each, path, body, \"header NAME\" or \"body MEMBER\"");
  }
  if (const auto* body = in.get("body")) {
    if (body->is_object()) {
      out.body = body->get_object();
    } else {
      in.fault("body must be an object, the members that the request's body must have");
    }
  }
  out.name = in.text("name");
  out.after = in.text("after");
  if (!out.name.empty() && out.effect.empty()) {
    in.fault("name is for rules with an effect");
  }
  return out;
}

GivenMessage message_from(const json::object& object, const std::string& place,
                          std::vector<std::string>& faults) {
  Members in(object, place, faults);
  GivenMessage out{in.text("type"), in.text("subject"), in.text("business_key"),
                   in.document("data")};
  if (out.type.empty() || out.data.empty()) {
    in.fault("type and data are required");
  }
  return out;
}

bool safe_path(const std::string& path) {
  return !path.empty() && path[0] != '/' && path.find("..") == std::string::npos;
}

json::value harmless(const std::string& key, const json::object& schema) {
  const auto text = [&](const char* member) {
    const auto* found = schema.if_contains(member);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
  };
  const auto names = [&](std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return key.find(word) != std::string::npos; });
  };
  if (const auto* list = schema.if_contains("enum");
      list != nullptr && list->is_array() && !list->get_array().empty()) {
    return list->get_array()[0];
  }
  const auto type = text("type");
  if (type == "boolean") {
    return false;
  }
  if (type == "integer" || type == "number") {
    const auto* least = schema.if_contains("minimum");
    return least != nullptr ? *least : json::value(1);
  }
  if (type == "array") {
    return json::array();
  }
  if (text("format") == "length-of-time") {
    return "1s";
  }
  if (schema.if_contains("x-secret") != nullptr) {
    return "a-secret-of-the-conformance-run";  // seen nowhere else, so it is known again
  }
  // Port 1 of this machine: nothing answers there, and nobody is troubled.
  return names({"url", "endpoint"})                            ? "http://127.0.0.1:1"
         : names({"folder", "dir", "path", "inbox", "outbox"}) ? "{scratch}"
                                                               : "conformance";
}

}  // namespace

Setting setting_from(const std::string& text, std::vector<std::string>& faults) {
  Setting out;
  out.given = true;
  json::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_object()) {
    faults.push_back("the file is not a JSON object" + (error ? ": " + error.message() : ""));
    return out;
  }
  const auto& object = value.get_object();
  if (object.if_contains("configuration") == nullptr) {
    out.configuration = object;
    return out;
  }
  Members in(object, "", faults);
  const auto* configuration = in.get("configuration");
  if (configuration->is_object()) {
    out.configuration = configuration->get_object();
  } else {
    in.fault("configuration must be an object");
  }
  in.list("world", [&](const json::object& one, const std::string& place) {
    out.world.push_back(rule_from(one, place, faults));
  });
  for (std::size_t i = 0; i < out.world.size(); ++i) {
    const auto& after = out.world[i].after;
    if (!after.empty() && std::none_of(out.world.begin(), out.world.end(),
                                       [&](const auto& rule) { return rule.name == after; })) {
      in.fault("world[" + std::to_string(i) + "].after: no rule has the name \"" + after + "\"");
    }
  }
  in.list("messages", [&](const json::object& one, const std::string& place) {
    out.messages.push_back(message_from(one, place, faults));
  });
  in.object("files", [&](std::string name, std::string content) {
    if (safe_path(name)) {
      out.files[std::move(name)] = std::move(content);
    } else {
      in.fault("files: \"" + name + "\" must be a path inside the scratch folder");
    }
  });
  in.object("state", [&](std::string key, std::string content) {
    out.state[std::move(key)] = std::move(content);
  });
  out.effects = in.text("effects");
  if (!out.effects.empty() && !safe_path(out.effects)) {
    in.fault("effects must be a folder inside the scratch folder");
  }
  out.cursor = in.text("cursor");
  return out;
}

Setting made_up_setting(const std::string& schema_text) {
  Setting out;
  json::error_code error;
  const auto value = json::parse(schema_text, error);
  const auto* schema = error ? nullptr : value.if_object();
  const auto* required = schema == nullptr ? nullptr : schema->if_contains("required");
  const auto* properties = schema == nullptr ? nullptr : schema->if_contains("properties");
  if (required == nullptr || !required->is_array() || properties == nullptr ||
      !properties->is_object()) {
    return out;
  }
  for (const auto& key : required->get_array()) {
    if (!key.is_string()) {
      continue;
    }
    const auto* property = properties->get_object().if_contains(key.get_string());
    if (property != nullptr && property->is_object()) {
      out.configuration[key.get_string()] =
          harmless(std::string(key.get_string()), property->get_object());
    }
  }
  return out;
}

std::string configuration_text(const Setting& setting, const std::string& world_url,
                               const std::filesystem::path& scratch) {
  std::string text = json::serialize(setting.configuration);
  for (const auto& [from, to] : {std::pair<std::string, std::string>("{world}", world_url),
                                 {"{scratch}", scratch.string()}}) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

}  // namespace crossdock::conformance
