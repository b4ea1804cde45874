#include "sdk/conformance/launch.hpp"

#include <boost/json.hpp>

namespace crossdock::conformance {

namespace json = boost::json;

std::string to_json(const Launch& launch) {
  json::array messages;
  for (const auto& one : launch.messages) {
    messages.push_back({{"type", one.type},
                        {"subject", one.subject},
                        {"business_key", one.business_key},
                        {"data", one.data}});
  }
  return json::serialize(json::object{{"check", launch.check},
                                      {"library", launch.library},
                                      {"manifest", launch.manifest},
                                      {"configuration", launch.configuration},
                                      {"configuration_given", launch.configuration_given},
                                      {"messages", std::move(messages)},
                                      {"messages_given", launch.messages_given},
                                      {"cursor", launch.cursor},
                                      {"state", json::value_from(launch.state)},
                                      {"secrets", json::value_from(launch.secrets)},
                                      {"folder", launch.folder},
                                      {"seed", launch.seed},
                                      {"cases", launch.cases},
                                      {"patience_s", launch.patience_s},
                                      {"world_is_slow", launch.world_is_slow},
                                      {"in_doubt", launch.in_doubt}});
}

std::optional<Launch> launch_from_json(std::string_view text) {
  try {
    const auto value = json::parse({text.data(), text.size()});
    const auto& in = value.as_object();
    const auto text_of = [](const json::object& object, const char* key) {
      return std::string(object.at(key).as_string());
    };
    Launch out;
    out.check = text_of(in, "check");
    out.library = text_of(in, "library");
    out.manifest = text_of(in, "manifest");
    out.configuration = text_of(in, "configuration");
    out.configuration_given = in.at("configuration_given").as_bool();
    for (const auto& one : in.at("messages").as_array()) {
      const auto& message = one.as_object();
      out.messages.push_back({text_of(message, "type"), text_of(message, "subject"),
                              text_of(message, "business_key"), text_of(message, "data")});
    }
    out.messages_given = in.at("messages_given").as_bool();
    out.cursor = text_of(in, "cursor");
    out.state = json::value_to<std::map<std::string, std::string>>(in.at("state"));
    out.secrets = json::value_to<std::vector<std::string>>(in.at("secrets"));
    out.folder = text_of(in, "folder");
    out.seed = json::value_to<std::uint64_t>(in.at("seed"));
    out.cases = json::value_to<int>(in.at("cases"));
    out.patience_s = json::value_to<int>(in.at("patience_s"));
    out.world_is_slow = in.at("world_is_slow").as_bool();
    out.in_doubt = in.at("in_doubt").as_bool();
    return out;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace crossdock::conformance
