// Holds the guide to scenarios to the format: every key of the schema is told of there, and every
// example in it can be played.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "host/app/scenario_ports.hpp"
#include "host/scenario/form.hpp"
#include "host/scenario/run.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::host::scenario {
namespace {

namespace json = boost::json;

std::string guide() {
  std::ifstream in(std::string(CROSSDOCK_SOURCE_DIR) + "/docs/guide/scenarios.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

void keys_of(const json::value& rule, std::set<std::string>& out) {
  if (const auto* array = rule.if_array()) {
    for (const auto& one : *array) {
      keys_of(one, out);
    }
  }
  const auto* object = rule.if_object();
  if (object == nullptr) {
    return;
  }
  for (const auto& [name, value] : *object) {
    if (name == "properties") {
      for (const auto& [key, described] : value.as_object()) {
        out.insert(std::string(key));
        keys_of(described, out);
      }
    } else {
      keys_of(value, out);
    }
  }
}

TEST(Guide, TellsOfEveryKey) {
  std::set<std::string> keys;
  keys_of(json::parse(kSchema), keys);
  EXPECT_GT(keys.size(), 50u);
  const auto text = guide();
  std::string missing;
  for (const auto& key : keys) {
    if (text.find("`" + key + "`") == std::string::npos) {
      missing += key + " ";
    }
  }
  EXPECT_EQ(missing, "") << "keys of the schema that docs/guide/scenarios.md does not name";
}

TEST(Guide, HasExamplesThatCanBePlayed) {
  const auto text = guide();
  const support::Folder folder("guide-examples");
  std::size_t examples = 0;
  for (auto open = text.find("```yaml\n"); open != std::string::npos;
       open = text.find("```yaml\n", open)) {
    const auto from = open + 8;
    const auto close = text.find("```", from);
    const auto example = text.substr(from, close - from);
    open = close;
    if (!example.starts_with("name:") && !example.starts_with("given:")) {
      continue;  // a fragment
    }
    const auto file = folder.path() / ("example-" + std::to_string(++examples) + ".yaml");
    std::ofstream(file) << example;
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run(file, app::scenario_ports(), {}, out, err), 0)
        << example << out.str() << err.str();
  }
  EXPECT_GE(examples, 2u);
}

}  // namespace
}  // namespace crossdock::host::scenario
