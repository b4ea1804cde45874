// The published schemas are what the code makes of its descriptions today.
#include "crossdock/canonical/schema.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <set>

namespace crossdock::canonical {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Schema, CommittedFilesHaveNotDrifted) {
  std::set<std::string> expected;
  for (const auto& schema : published_schemas()) {
    expected.insert(schema.entity + ".json");
    EXPECT_EQ(read_file(fs::path(CROSSDOCK_SCHEMAS) / (schema.entity + ".json")), schema.text)
        << schema.entity << " has drifted; run crossdock-schemas canonical/schemas and look at the "
        << "difference: members may be added, never removed or changed within a major version";
  }
  for (const auto& entry : fs::directory_iterator(CROSSDOCK_SCHEMAS)) {
    EXPECT_TRUE(expected.contains(entry.path().filename().string())) << entry.path();
  }
  EXPECT_GT(expected.size(), 35u);
}

TEST(Schema, EveryReferenceLeadsSomewhere) {
  for (const auto& schema : published_schemas()) {
    const auto value = boost::json::parse(schema.text);
    const auto text = boost::json::serialize(value);
    for (auto at = text.find("#/$defs/"); at != std::string::npos;
         at = text.find("#/$defs/", at + 1)) {
      const auto name = text.substr(at + 8, text.find('"', at) - at - 8);
      EXPECT_TRUE(value.at("$defs").as_object().contains(name)) << schema.entity << " " << name;
    }
  }
}

}  // namespace
}  // namespace crossdock::canonical
