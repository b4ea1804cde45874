// HL levels of an 856: found by their ids whatever these are, and nested as deep as is read.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/mapping/library.hpp"
#include "plugins/edi_x12/mapping/to_canonical.hpp"

namespace crossdock::x12 {
namespace {

class Notice : public testing::Test {
 protected:
  Notice()
      : grammar_(grammars_.find("005010")), reader_(compile(*mappings_.find("856"), *grammar_)) {
    reader_.begin({{"currency", "USD"}}, '>');
    say("ST", {"856", "0001"});
    say("BSN", {"00", "S-1", "20261124", "0915", "0001"});
  }
  void say(std::string_view id, const std::vector<std::string>& elements) {
    const std::vector<std::string_view> views(elements.begin(), elements.end());
    reader_.segment(id, views.data(), views.size());
  }
  // An item below a pack below an order, with these ids.
  void order(const std::vector<std::string>& ids) {
    say("HL", {ids[0], "", "S"});
    say("HL", {ids[1], ids[0], "O"});
    say("PRF", {"PO-1"});
    say("HL", {ids[2], ids[1], "P"});
    say("MAN", {"CP", "T1"});
    say("HL", {ids[3], ids[2], "I"});
    say("LIN", {"1", "VN", "SKU-1"});
    say("SN1", {"1", "2", "EA"});
  }
  std::string document() {
    say("SE", {"1", "0001"});
    const auto& all = reader_.end();
    return all.empty() ? std::string() : std::string(all.front());
  }

  GrammarLibrary grammars_{{default_grammar_folder()}};
  MappingLibrary mappings_{{default_mapping_folder()}};
  std::shared_ptr<const Grammar> grammar_;
  CanonicalReader reader_;
};

class Ids : public Notice, public testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(Ids, NameTheLevelAbove) {
  order(GetParam());
  const auto text = document();
  ASSERT_TRUE(reader_.problems().empty()) << reader_.problems().front();
  EXPECT_NE(text.find("T1"), std::string::npos) << text;
  EXPECT_NE(text.find("\"contents\":[{"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(All, Ids,
                         testing::Values(std::vector<std::string>{"1", "2", "3", "4"},
                                         std::vector<std::string>{"10", "20", "30", "40"},
                                         std::vector<std::string>{"1", "2", "4", "3"},
                                         std::vector<std::string>{"01", "02", "03", "04"},
                                         std::vector<std::string>{"A", "B", "C", "D"}));

TEST_F(Notice, AParentThatIsNotThereIsSaid) {
  order({"1", "2", "3", "4"});
  say("HL", {"5", "7", "I"});
  EXPECT_EQ(document(), "");
  ASSERT_FALSE(reader_.problems().empty());
  EXPECT_NE(reader_.problems().front().find("HL5 names 7"), std::string::npos);
}

// Each level below the one before it: looking upward must not cost more with each.
TEST_F(Notice, EndlessNestingIsRefused) {
  order({"1", "2", "3", "4"});
  for (int level = 5; level <= 200'000; ++level) {
    say("HL", {std::to_string(level), std::to_string(level - 1), "X"});
  }
  EXPECT_EQ(document(), "");
  ASSERT_FALSE(reader_.problems().empty());
  EXPECT_EQ(reader_.problems().front(), "HL33 is nested more than 32 levels deep");
  EXPECT_EQ(reader_.problems().size(), 100u);
}

TEST_F(Notice, DeepNestingIsRead) {
  order({"1", "2", "3", "4"});
  for (int level = 5; level <= 32; ++level) {
    say("HL", {std::to_string(level), std::to_string(level - 1), "I"});
  }
  EXPECT_NE(document(), "");
}

}  // namespace
}  // namespace crossdock::x12
