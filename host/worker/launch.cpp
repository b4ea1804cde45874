#include "host/worker/launch.hpp"

#include <boost/json.hpp>

namespace crossdock::host::worker {
namespace {

namespace json = boost::json;

// State values are bytes, JSON is text: they travel in hexadecimal.
std::string hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
    out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}
std::string unhex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out.push_back(static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1])));
  }
  return out;
}

}  // namespace

std::string to_json(const Launch& launch) {
  json::object state;
  for (const auto& [key, value] : launch.state) {
    state[hex(key)] = hex(value);
  }
  return json::serialize(json::object{{"endpoint", launch.endpoint},
                                      {"connector", launch.connector},
                                      {"token", launch.token},
                                      {"library", launch.library},
                                      {"configuration", launch.configuration},
                                      {"cursor", hex(launch.cursor)},
                                      {"state", std::move(state)},
                                      {"standby", launch.standby},
                                      {"poll_interval_ms", launch.poll_interval_ms},
                                      {"polls", launch.polls},
                                      {"finds", launch.finds},
                                      {"webhooks", launch.webhooks},
                                      {"memory_limit_bytes", launch.memory_limit_bytes},
                                      {"descriptor_limit", launch.descriptor_limit},
                                      {"sandbox", launch.sandbox},
                                      {"read", json::value_from(launch.read)},
                                      {"write", json::value_from(launch.write)},
                                      {"niceness", launch.niceness},
                                      {"parent", launch.parent}});
}

std::optional<Launch> launch_from_json(std::string_view text) {
  try {
    const auto value = json::parse({text.data(), text.size()});
    const auto& in = value.as_object();
    const auto text_of = [&](const char* key) { return std::string(in.at(key).as_string()); };
    Launch out;
    out.endpoint = text_of("endpoint");
    out.connector = text_of("connector");
    out.token = text_of("token");
    out.library = text_of("library");
    out.configuration = text_of("configuration");
    out.cursor = unhex(text_of("cursor"));
    for (const auto& [key, one] : in.at("state").as_object()) {
      const auto& bytes = one.as_string();
      out.state[unhex({key.data(), key.size()})] = unhex({bytes.data(), bytes.size()});
    }
    out.standby = in.at("standby").as_bool();
    out.poll_interval_ms = in.at("poll_interval_ms").as_int64();
    out.polls = in.at("polls").as_bool();
    out.finds = in.at("finds").as_bool();
    out.webhooks = in.at("webhooks").as_bool();
    out.memory_limit_bytes = in.at("memory_limit_bytes").as_int64();
    out.descriptor_limit = in.at("descriptor_limit").as_int64();
    out.sandbox = text_of("sandbox");
    out.read = json::value_to<std::vector<std::string>>(in.at("read"));
    out.write = json::value_to<std::vector<std::string>>(in.at("write"));
    out.niceness = in.at("niceness").as_int64();
    out.parent = in.at("parent").as_int64();
    return out;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace crossdock::host::worker
