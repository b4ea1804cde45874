// Plays every case of this folder, changes each of its expectations in turn and sees it fail; and
// holds the runner to its word about files that are wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "host/app/scenario_ports.hpp"
#include "host/scenario/run.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::host::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(CROSSDOCK_SOURCE_DIR) / "tests/scenario/cases";

std::vector<fs::path> case_files() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(kCases)) {
    // Cases at size take minutes and are played at night.
    const auto folder = entry.path().parent_path().filename();
    if (entry.path().extension() == ".yaml" && folder != "fixtures" &&
        (folder != "at_size" || std::getenv("CROSSDOCK_NIGHTLY") != nullptr)) {
      out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Cases : public ::testing::TestWithParam<fs::path> {};

TEST_P(Cases, PassAndWouldFailIfAnythingElseWereExpected) {
  std::ostringstream out;
  std::ostringstream err;
  RunOptions options;
  options.prove = true;
  EXPECT_EQ(run(GetParam(), app::scenario_ports(), options, out, err), 0) << out.str() << err.str();
}

INSTANTIATE_TEST_SUITE_P(Every, Cases, ::testing::ValuesIn(case_files()), [](const auto& one) {
  auto name = fs::relative(one.param, kCases).replace_extension().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

// --- the runner itself -------------------------------------------------------------------------

struct Result {
  int status = 0;
  std::string out;
  std::string err;
};

Result run_text(const std::string& text, const RunOptions& options = {}) {
  const support::Folder folder("scenario-text");
  const auto file = folder.path() / "case.yaml";
  std::ofstream(file) << text;
  std::ostringstream out;
  std::ostringstream err;
  Result result;
  result.status = run(file, app::scenario_ports(), options, out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

const char* const kRight = R"(
name: One order
given:
  warehouses: {EWR: {timezone: America/New_York, latitude: 40.7, longitude: -74.2}}
  channels: {SHOP: {}}
  products: {A: {}}
  stock: {A: {EWR: 10}}
when:
  - order: {channel: SHOP, number: S-1, lines: [{sku: A, quantity: 4}]}
then:
  positions: {A: {EWR: {allocated: 4}}}
)";

std::string with(std::string text, const std::string& what, const std::string& instead) {
  text.replace(text.find(what), what.size(), instead);
  return text;
}

TEST(Runner, SaysWhatPassed) {
  const auto result = run_text(kRight);
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_NE(result.out.find("PASS One order"), std::string::npos);
  EXPECT_TRUE(result.out.ends_with("1 passed, 0 failed\n")) << result.out;
}

TEST(Runner, SaysWhatWasExpectedAndWhatCame) {
  const auto result = run_text(with(kRight, "allocated: 4", "allocated: 5"));
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("then.positions.A.EWR.allocated"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("expected 5"), std::string::npos);
  EXPECT_NE(result.out.find("came     4"), std::string::npos);
  EXPECT_TRUE(result.out.ends_with("0 passed, 1 failed\n"));
}

TEST(Runner, RefusesWhatItDoesNotKnowWithPlaceAndSuggestion) {
  auto result = run_text(with(kRight, "warehouses:", "warehouse:"));
  EXPECT_EQ(result.status, 64);
  EXPECT_NE(result.err.find("case.yaml:4:"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("given.warehouse is not known here; did you mean `warehouses`?"),
            std::string::npos)
      << result.err;
  result = run_text(with(kRight, "- order:", "- ordr:"));
  EXPECT_NE(result.err.find("did you mean `order`?"), std::string::npos) << result.err;
  result = run_text(with(kRight, "quantity: 4", "quantity: four"));
  EXPECT_NE(result.err.find("when[0].order.lines[0].quantity is `four`"), std::string::npos)
      << result.err;
  result = run_text(with(kRight, "allocated: 4", "alocated: 4"));
  EXPECT_NE(result.err.find("did you mean `allocated`?"), std::string::npos) << result.err;
}

TEST(Runner, RefusesWhatYamlAllowsAndNobodyNeeds) {
  EXPECT_NE(run_text("name: a\nname: b\n").err.find("given twice"), std::string::npos);
  EXPECT_NE(run_text("name: &a x\nabout: *a\n").err.find("anchors"), std::string::npos);
  EXPECT_NE(run_text("name: [\n").err.find("is not YAML"), std::string::npos);
  EXPECT_EQ(run_text("").status, 64);
  EXPECT_EQ(run_text(std::string(2u << 20, 'a')).status, 64);
  EXPECT_EQ(run_text(std::string(5000, '[')).status, 64);
}

TEST(Runner, SaysOfAStepThatItCannotBePlayed) {
  const auto result = run_text(with(kRight, "then:", "  - ship: {order: S-2}\nthen:"));
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("when[1] there is no order `S-2` at this moment"), std::string::npos)
      << result.out;
}

TEST(Runner, FindsExpectationsThatCannotFail) {
  RunOptions prove;
  prove.prove = true;
  EXPECT_EQ(run_text(kRight, prove).status, 0);
}

TEST(Runner, FailsACaseWhoseMessagesCannotBeHandled) {
  const auto result = run_text(
      with(kRight, "then:", R"(  - message: {type: party.customer.upserted, data: {name: no code}}
then:)"));
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("no message that cannot be handled"), std::string::npos) << result.out;
}

TEST(Runner, ChecksTheConfigurationOfACaseAsTheHostDoes) {
  const auto result =
      run_text(with(kRight, "timezone: America/New_York", "timezome: America/New_York"));
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("did you mean `timezone`?"), std::string::npos) << result.out;
}

TEST(Runner, WithNothingToPlayIsWrongUsage) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run("/nowhere/at/all.yaml", app::scenario_ports(), {}, out, err), 64);
  EXPECT_NE(err.str().find("there is no /nowhere/at/all.yaml"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::host::scenario
