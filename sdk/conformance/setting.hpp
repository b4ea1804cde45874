// What `crossdock test --config FILE` is given: the configuration, and the small outside world that
// the connector meets while it is judged. docs/guide/testing-connectors.md has the form.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace crossdock::conformance {

// One line of the outside world: how it answers a request, and what of a request makes it one
// effect.
struct WorldRule {
  std::string method;
  std::string path;  // ends with '*' where the rest does not matter
  int status = 200;
  std::string type = "application/json";
  std::string answer;
  // How the other side knows a repeat: "" the request has no effect; "each" it does not know any;
  // "path", "body", "header NAME", "body MEMBER" (of a JSON object).
  std::string effect;
  // Members that the request's JSON body must have, with these values and in their objects alike.
  // How far ends that speak JSON-RPC or GraphQL tell one request from another.
  boost::json::object body;
  std::string name;   // of what an effect of this rule has made
  std::string after;  // passed over until an effect of the rules of that name has happened
};

struct GivenMessage {
  std::string type;
  std::string subject;
  std::string business_key;
  std::string data;
};

struct Setting {
  bool given = false;  // false: made up from the schema, nothing was given
  boost::json::object configuration;
  std::vector<WorldRule> world;
  std::map<std::string, std::string> files;  // of the scratch folder, by path in it
  std::string effects;                       // folder in it whose files are the effects
  std::vector<GivenMessage> messages;
  std::string cursor;
  std::map<std::string, std::string> state;
};

// Every fault in `faults`, each with its place. A file without the member "configuration" is the
// configuration itself.
Setting setting_from(const std::string& json, std::vector<std::string>& faults);

// From the schema alone: what is required, with harmless values.
Setting made_up_setting(const std::string& schema);

// The configuration with {world} and {scratch} filled in.
std::string configuration_text(const Setting& setting, const std::string& world_url,
                               const std::filesystem::path& scratch);

}  // namespace crossdock::conformance
