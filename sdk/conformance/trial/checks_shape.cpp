// Whether the library is what its manifest says, and whether its configuration is honest.
#include <crossdock/ext/config.h>
#include <crossdock/ext/find.h>
#include <crossdock/ext/mapping.h>
#include <crossdock/ext/poll.h>
#include <crossdock/ext/webhook.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "sdk/conformance/trial/answers.hpp"
#include "sdk/conformance/trial/checks.hpp"

namespace crossdock::trial {
namespace {

namespace json = boost::json;

// The extensions that a plugin offers and a host asks for.
constexpr std::array<std::string_view, 5> kOfPlugins = {XD_EXT_CONFIG, XD_EXT_FIND, XD_EXT_MAPPING,
                                                        XD_EXT_POLL, XD_EXT_WEBHOOK};

std::vector<std::string> faults_of(const xd_config_v1& extension,
                                   const std::string& configuration) {
  std::vector<std::string> out;
  const Inside inside("crossdock.config/1 check");
  extension.check(bytes(configuration), &out, [](void* reader, xd_bytes path, xd_bytes message) {
    static_cast<std::vector<std::string>*>(reader)->push_back(
        std::string(path.data == nullptr ? "" : path.data, path.size) + " " +
        std::string(message.data == nullptr ? "" : message.data, message.size));
  });
  return out;
}

bool created(const Plugin& plugin, const Launch& launch, const std::string& configuration) {
  Host host(plugin, launch);
  return host.create(configuration);
}

// Must be refused, by check() and by create() alike.
void must_refuse(const Plugin& plugin, const Launch& launch, const xd_config_v1& extension,
                 const json::object& wrong, const std::string& what) {
  const auto text = json::serialize(wrong);
  if (faults_of(extension, text).empty()) {
    fault("its schema forbids " + what + ", but check() finds no fault in it");
  }
  if (created(plugin, launch, text)) {
    fault("its schema forbids " + what + ", but create takes it");
  }
}

// A value that does not fit the property; nothing where any text does.
std::optional<json::value> misfit(const json::object& property) {
  const auto* type = property.if_contains("type");
  const auto* list = property.if_contains("enum");
  const auto* format = property.if_contains("format");
  const bool needs_form = type != nullptr && type->is_string() &&
                          (type->get_string() == "integer" || type->get_string() == "number" ||
                           type->get_string() == "boolean");
  if (needs_form || (list != nullptr && list->is_array()) ||
      (format != nullptr && *format == json::value("length-of-time"))) {
    return "certainly not this";
  }
  return type != nullptr && *type == json::value("string")
             ? std::optional<json::value>(json::object{{"a", "block"}})
             : std::nullopt;
}

void check_given(const Plugin& plugin, const Launch& launch, const xd_config_v1& extension) {
  const auto faults = faults_of(extension, launch.configuration);
  const bool taken = created(plugin, launch, launch.configuration);
  if (launch.configuration_given) {
    for (const auto& one : faults) {
      fault("check() finds a fault in the given configuration: " + one);
    }
    if (!taken) {
      fault("create refuses the given configuration");
    }
  } else if (!taken) {
    needs(
        "a configuration that it takes (--config FILE); the one made up from its schema was "
        "refused");
  }
  if (taken != faults.empty() && launch.configuration_given) {
    fault("check() and create do not agree about the given configuration");
  }
}

}  // namespace

void check_loads(const Plugin& plugin, const Launch&) {
  const auto& table = *plugin.table;
  constexpr std::size_t kFirstTable =
      offsetof(xd_plugin_table_v0, extension) + sizeof(xd_plugin_table_v0::extension);
  if (table.struct_size < kFirstTable) {
    fault("its table is smaller than the first release's");
    return;
  }
  const std::array<std::pair<const char*, bool>, 5> needed{{{"create", table.create != nullptr},
                                                            {"destroy", table.destroy != nullptr},
                                                            {"start", table.start != nullptr},
                                                            {"stop", table.stop != nullptr},
                                                            {"deliver", table.deliver != nullptr}}};
  for (const auto& [name, there] : needed) {
    if (!there) {
      fault(std::string(name) + " is missing in its table");
    }
  }
  const Inside inside("extension");
  for (const auto& name : plugin.manifest.extensions) {
    // The manifest lists what it uses; what the host offers (state, clock) is not for it to offer.
    const bool its_own = std::find(kOfPlugins.begin(), kOfPlugins.end(), name) != kOfPlugins.end();
    if (its_own && plugin.extension<void>(name.c_str()) == nullptr) {
      fault("its manifest lists " + name + ", but the library does not offer it");
    }
  }
  if (plugin.extension<void>("crossdock.not_there/1") != nullptr ||
      plugin.extension<void>("") != nullptr) {
    fault("extension() answers for a name that it cannot know");
  }
}

void check_configuration(const Plugin& plugin, const Launch& launch) {
  const auto* extension = plugin.extension<xd_config_v1>(XD_EXT_CONFIG);
  for (const char* nonsense : {"", "[]", "7", "{\"a\":", "\xff\xfe", "null"}) {
    if (created(plugin, launch, nonsense)) {
      fault(std::string("create takes a configuration that is no JSON object: ") + nonsense);
    }
  }
  if (created(plugin, launch, std::string(50'000, '['))) {
    fault("create takes 50,000 open brackets as a configuration");
  }
  if (extension == nullptr) {
    skip("it does not offer crossdock.config/1, so nothing can be checked before it starts");
    return;
  }
  std::string text;
  {
    const Inside inside("crossdock.config/1 schema");
    extension->schema(&text, [](void* reader, xd_bytes schema) {
      static_cast<std::string*>(reader)->assign(schema.data, schema.size);
    });
  }
  json::error_code error;
  const auto schema = json::parse(text, error);
  if (error || !schema.is_object()) {
    fault("its configuration schema is not a JSON object");
    return;
  }
  const auto manifest = json::parse(launch.manifest);
  const auto* embedded = manifest.as_object().if_contains("configuration");
  if (embedded == nullptr || *embedded != schema) {
    fault("the schema in its manifest is not the one that the code gives; build it again");
  }
  check_given(plugin, launch, *extension);
  const auto base = json::parse(launch.configuration).as_object();
  if (const auto* required = schema.get_object().if_contains("required");
      required != nullptr && required->is_array()) {
    for (const auto& key : required->get_array()) {
      auto without = base;
      without.erase(key.as_string());
      must_refuse(plugin, launch, *extension, without,
                  "a configuration without " + std::string(key.as_string()));
    }
  }
  if (const auto* more = schema.get_object().if_contains("additionalProperties");
      more != nullptr && *more == json::value(false)) {
    auto with = base;
    with["conformance_unknown"] = "x";
    must_refuse(plugin, launch, *extension, with, "settings that it does not know");
  }
  if (const auto* properties = schema.get_object().if_contains("properties");
      properties != nullptr && properties->is_object()) {
    for (const auto& [key, property] : properties->get_object()) {
      const auto wrong = property.is_object() ? misfit(property.get_object()) : std::nullopt;
      if (wrong) {
        auto with = base;
        with[key] = *wrong;
        must_refuse(plugin, launch, *extension, with,
                    json::serialize(*wrong) + " as " + std::string(key));
      }
    }
  }
}

}  // namespace crossdock::trial
