// Which version runs: the newest that may, never an older one by itself, and what was decided stays
// decided.
#include "host/loader/choices.hpp"

#include <gtest/gtest.h>

#include "host/loader/version.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::host::loader {
namespace {

Plugin plugin(const std::string& version, const std::string& hash, std::int64_t dropped = 0) {
  auto out = std::make_shared<Admitted>();
  out->manifest.id = "desk";
  out->manifest.version = version;
  out->sha256 = hash;
  out->dropped_at_ns = dropped;
  return out;
}

TEST(Versions, AreOrderedAsTheStandardSays) {
  // Semantic Versioning 2.0.0, section 11
  const char* in_order[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                            "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                            "1.0.0-rc.1",  "1.0.0",         "1.9.2",
                            "1.10.0",      "2.0.0"};
  for (std::size_t i = 0; i < std::size(in_order); ++i) {
    for (std::size_t j = 0; j < std::size(in_order); ++j) {
      const int order = compare_versions(in_order[i], in_order[j]);
      EXPECT_EQ(order < 0, i < j) << in_order[i] << " and " << in_order[j];
      EXPECT_EQ(order == 0, i == j) << in_order[i] << " and " << in_order[j];
    }
  }
  EXPECT_EQ(compare_versions("1.0.0+build.7", "1.0.0"), 0);
}

class Choosing : public ::testing::Test {
 protected:
  std::string picked(const std::vector<Plugin>& versions) {
    const auto found = choices_.pick("desk", versions);
    return found ? found->sha256 : "";
  }
  support::Folder folder_{"choices"};
  Choices choices_{folder_.path() / "choices.json"};
};

TEST_F(Choosing, NewestFirstThenTheBuildThatCameLast) {
  EXPECT_EQ(picked({}), "");
  EXPECT_EQ(picked({plugin("1.0.0", "a"), plugin("1.10.0", "b"), plugin("1.9.0", "c")}), "b");
  EXPECT_EQ(picked({plugin("1.0.0", "a", 1), plugin("1.0.0", "b", 2)}), "b");
}

TEST_F(Choosing, NeverOlderByItself) {
  choices_.take(*plugin("1.1.0", "b"), "start", 1);
  EXPECT_EQ(picked({plugin("1.0.0", "a")}), "");
  EXPECT_NE(choices_.remark("desk", {plugin("1.0.0", "a")}).find("--force"), std::string::npos);
}

TEST_F(Choosing, WhatWasRolledBackStaysBackUntilSomethingNewerComes) {
  choices_.take(*plugin("1.0.0", "a"), "start", 1);
  choices_.take(*plugin("1.1.0", "b"), "newer", 2);
  choices_.take(*plugin("1.0.0", "a"), "rolled back", 3);
  choices_.avoid("desk", "b");
  std::string fault;
  ASSERT_TRUE(choices_.save(fault)) << fault;
  choices_ = Choices(folder_.path() / "choices.json");
  EXPECT_EQ(picked({plugin("1.0.0", "a"), plugin("1.1.0", "b")}), "a");
  EXPECT_EQ(picked({plugin("1.0.0", "a"), plugin("1.1.0", "b"), plugin("1.1.1", "c")}), "c");
  ASSERT_NE(choices_.find("desk"), nullptr);
  EXPECT_EQ(choices_.find("desk")->history.size(), 3u);
  EXPECT_EQ(choices_.find("desk")->previous_sha256, "b");
}

TEST_F(Choosing, DamagedFileCountsAsNone) {
  std::string fault;
  choices_.take(*plugin("1.1.0", "b"), "start", 1);
  ASSERT_TRUE(choices_.save(fault)) << fault;
  std::filesystem::resize_file(folder_.path() / "choices.json", 20);
  choices_ = Choices(folder_.path() / "choices.json");
  EXPECT_EQ(picked({plugin("1.0.0", "a")}), "a");
}

}  // namespace
}  // namespace crossdock::host::loader
