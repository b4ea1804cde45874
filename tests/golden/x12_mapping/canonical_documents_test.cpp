// Every mapping's document is what the canonical model says it is: it decodes into its struct and
// keeps the model's rules, and nothing of it is lost on the way through the struct.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "crossdock/canonical/message_types.hpp"
#include "plugins/edi_x12/exchange/canonical_document.hpp"
#include "plugins/edi_x12/mapping/library.hpp"

namespace crossdock::edi {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CanonicalDocuments, EveryPairFitsItsStruct) {
  const x12::MappingLibrary mappings({x12::default_mapping_folder()});
  Partner block;
  block.name = "north";
  block.warehouses.push_back({"E1", ""});
  x12::Profile profile;
  profile.given["warehouse"] = "E1";
  const TradingPartner partner{&block, &profile, {}};
  const Sender sender{partner, [](const std::string&) { return std::nullopt; }};
  std::set<std::string> seen;
  for (const auto& file : fs::directory_iterator(CROSSDOCK_PAIRS)) {
    if (file.path().extension() != ".json") {
      continue;
    }
    const auto set = file.path().stem().string().substr(0, 3);
    const auto* table = mappings.find(set);
    ASSERT_NE(table, nullptr) << set;
    std::vector<std::string> problems;
    const auto message =
        canonical_message(*table, content_of(file.path()), sender, "key", problems);
    EXPECT_TRUE(problems.empty()) << file.path().filename() << ": " << problems.front();
    EXPECT_EQ(message.type, table->received);
    seen.insert(set);
  }
  for (const auto& set : mappings.sets()) {
    EXPECT_TRUE(seen.contains(set)) << "there is no pair for set " << set;
  }
}

TEST(CanonicalDocuments, EveryMappingNamesAMessageOfItsEntity) {
  const x12::MappingLibrary mappings({x12::default_mapping_folder()});
  for (const auto& set : mappings.sets()) {
    const auto* table = mappings.find(set);
    for (const auto& type : {table->received, table->kind}) {
      if (type.empty()) {
        EXPECT_EQ(type, table->kind) << set << " becomes no message";
        continue;
      }
      const auto* entity = canonical::entity_of(type);
      ASSERT_NE(entity, nullptr) << set << " " << type;
      EXPECT_EQ(entity->entity, table->entity) << set;
    }
  }
}

}  // namespace
}  // namespace crossdock::edi
