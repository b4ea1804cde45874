// The judge judged: what is right passes every check, and for each fault there is a library that
// the judge must refuse, by the check that is there for it. The libraries are faulty/faulty.c,
// built once per fault.
#include "sdk/conformance/judge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <cstdlib>
#include <random>

#include "sdk/conformance/setting.hpp"

namespace crossdock::conformance {
namespace {

namespace json = boost::json;

std::filesystem::path library(std::string fault) {
  std::transform(fault.begin(), fault.end(), fault.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::filesystem::path(CROSSDOCK_BUILD_DIR) / "faulty" / ("faulty_" + fault + ".so");
}

constexpr const char* kMessages = R"([
  {"type": "crossdock.tracking.event.scanned.v1", "subject": "1Z1",
   "data": {"tracking_no": "1Z1", "code": "in_transit", "occurred_at": "2026-03-01T08:00:00Z"}},
  {"type": "crossdock.tracking.event.scanned.v1", "subject": "1Z2",
   "data": {"tracking_no": "1Z2", "code": "delivered", "occurred_at": "2026-03-02T08:00:00Z"}}])";

// Files in and out, as most of them want it.
std::string in_a_folder() {
  return std::string(R"({"configuration": {"folder": "{scratch}"}, "files": {"events": "3"},
    "effects": "out", "messages": )") +
         kMessages + "}";
}
// For the two that ask a web server.
std::string in_a_world() {
  return std::string(R"({"configuration": {"folder": "{world}"}, "messages": )") + kMessages +
         R"(, "world": [{"request": "GET /", "answer": []},
                        {"request": "POST /", "answer": {}, "effect": "each"}]})";
}

Order order_for(const std::string& fault, const std::string& setting) {
  std::vector<std::string> faults;
  Order order;
  order.library = library(fault);
  order.trial = std::filesystem::path(CROSSDOCK_BUILD_DIR) / "bin" / "crossdock-trial";
  order.setting = setting_from(setting, faults);
  EXPECT_TRUE(faults.empty()) << faults.front();
  order.golden = std::filesystem::path(CROSSDOCK_CONFORMANCE_TESTS) / "golden";
  order.seed = 7;
  order.cases = 60;
  order.patience_s = 3;
  return order;
}

Report judged(const Order& order) {
  return judge(order, [](const CheckResult& check) {
    for (const auto& reason : check.reasons) {
      std::cout << check.name << ": " << name_of(check.result) << ": " << reason << '\n';
    }
  });
}

TEST(Judge, PassesWhatIsRight) {
  auto order = order_for("NONE", in_a_folder());
  // Longer, and of another seed each time, in the nightly run.
  const bool nightly = std::getenv("CROSSDOCK_NIGHTLY") != nullptr;
  order.cases = nightly ? 20'000 : 300;
  order.seed = nightly ? std::random_device{}() : 7;
  order.patience_s = 20;
  std::cout << "seed " << order.seed << '\n';
  const auto report = judged(order);
  EXPECT_EQ(report.verdict(), "passed");
  EXPECT_EQ(report.checks.size(), check_names().size());
  EXPECT_EQ(report.sha256.size(), 64u);
  // In this setting nothing asks a web server; all else was tried.
  for (const auto& check : report.checks) {
    EXPECT_EQ(check.result, check.name == "hostile world" ? Result::not_applicable : Result::passed)
        << check.name;
  }
}

TEST(Judge, SaysThatNothingWasShownWithoutAWorld) {
  auto order = order_for("NONE", in_a_folder());
  order.setting.reset();  // made up from the schema: a folder without events
  const auto report = judged(order);
  EXPECT_EQ(report.verdict(), "incomplete");
  const auto effect = std::find_if(report.checks.begin(), report.checks.end(),
                                   [](const auto& check) { return check.name == "effect"; });
  ASSERT_NE(effect, report.checks.end());
  EXPECT_EQ(effect->result, Result::skipped);
}

TEST(Judge, CannotJudgeWhatItCannotRead) {
  Order order = order_for("NONE", in_a_folder());
  order.library = "/nowhere/at_all.so";
  EXPECT_THROW(judged(order), std::runtime_error);
}

TEST(Judge, ReportsAsJsonAndJUnit) {
  auto order = order_for("HAS_NO_STOP", in_a_folder());
  order.only = "loads";
  const auto report = judged(order);
  const auto value = json::parse(to_json(report));
  EXPECT_EQ(value.at("format"), json::value("crossdock.conformance/1"));
  EXPECT_EQ(value.at("verdict"), json::value("refused"));
  EXPECT_EQ(value.at("passed"), json::value(false));
  EXPECT_EQ(value.at("sha256"), json::value(report.sha256));
  EXPECT_EQ(value.at("checks").at(0).at("result"), json::value("failed"));
  const auto junit = to_junit(report);
  EXPECT_NE(junit.find("failures=\"1\""), std::string::npos) << junit;
  EXPECT_NE(junit.find("<failure message=\"stop is missing in its table\">"), std::string::npos)
      << junit;
}

TEST(Judge, SettingsSayEveryFaultWithItsPlace) {
  std::vector<std::string> faults;
  setting_from(R"({"configuration": {}, "world": [{"request": "GET", "effect": "maybe"},
                             {"request": "GET /x", "body": "all", "name": "x", "after": "y"}],
                   "messages": [{"type": "x"}], "files": {"../x": ""}, "wrold": 1})",
               faults);
  std::string all;
  for (const auto& fault : faults) {
    all += fault + "\n";
  }
  for (const char* words :
       {"world[0].request", "world[0].effect", "world[1].body must be an object",
        "world[1].name is for rules with an effect", "world[1].after: no rule has the name \"y\"",
        "messages[0].type and data", "files: \"../x\"", "wrold is not known"}) {
    EXPECT_NE(all.find(words), std::string::npos) << words << "\n" << all;
  }
}

struct Fault {
  const char* name;
  const char* check;  // the one that must find it
  const char* words;  // some of what it says
  bool asks_the_world = false;
  int patience_s = 3;
};

class Faulty : public ::testing::TestWithParam<Fault> {};

TEST_P(Faulty, IsRefused) {
  const auto& fault = GetParam();
  auto order = order_for(fault.name, fault.asks_the_world ? in_a_world() : in_a_folder());
  order.only = fault.check;
  order.patience_s = fault.patience_s;
  const auto report = judged(order);
  EXPECT_EQ(report.verdict(), "refused");
  ASSERT_EQ(report.checks.size(), 1u);
  EXPECT_EQ(report.checks[0].result, Result::failed);
  std::string reasons;
  for (const auto& reason : report.checks[0].reasons) {
    reasons += reason + "\n";
  }
  EXPECT_NE(reasons.find(fault.words), std::string::npos) << reasons;
}

constexpr Fault kFaults[] = {
    {"MANIFEST_INCOMPLETE", "manifest", "version is \"first\""},
    {"MANIFEST_MISSING", "manifest", "has no section .crossdock.manifest"},
    {"UNKNOWN_TYPE", "manifest", "which the canonical model does not have"},
    {"EXPORTS_MORE", "exports", "an_exported_helper"},
    {"LOOKS_ELSEWHERE", "linkage", "/opt/acme/lib"},
    {"ABORTS_WHEN_OPENED", "loads", "signal 6"},
    {"RETURNS_NO_TABLE", "loads", "must return the same table"},
    {"TABLE_TOO_SMALL", "loads", "smaller than the first release's"},
    {"HAS_NO_STOP", "loads", "stop is missing"},
    {"OFFERS_NO_FIND", "loads", "lists crossdock.find/1"},
    {"ANSWERS_TO_ANY_NAME", "loads", "a name that it cannot know"},
    {"CONFIG_TAKES_ANYTHING", "configuration", "create takes"},
    {"CONFIG_CHECKS_NOTHING", "configuration", "check() finds no fault"},
    {"SCHEMA_CHANGES", "configuration", "is not the one that the code gives"},
    {"REFUSES_SILENTLY", "configuration", "gave no reason"},
    {"STOPS_ONCE", "lifecycle", "signal 6 (Aborted) in stop"},
    {"STOP_HANGS", "lifecycle", "hung in stop", false, 1},
    {"CALLS_AFTER_DESTROY", "lifecycle", "after destroy had returned"},
    {"EXITS", "lifecycle", "ended the process in start"},
    {"LOGS_A_SECRET", "lifecycle", "has a secret"},
    {"THROWS", "threads", "let an exception out"},
    {"BLOCKS_IN_DELIVER", "threads", "must return soon", true},
    {"COMPLETES_TWICE", "threads", "completed twice"},
    {"NEVER_COMPLETES", "threads", "not completed in time"},
    {"KEEPS_A_POINTER", "threads", "never given out"},
    {"NO_SUCH_OUTCOME", "threads", "there is no outcome 77"},
    {"GIVES_NO_REASON", "threads", "gives no reason"},
    {"TAKES_ONE_ONLY", "threads", "max_in_flight"},
    {"PUNISHES_REPEATS", "repeats", "must not be punished"},
    {"KEY_OF_THE_READING", "repeats", "gave other idempotency keys"},
    {"EMITS_NONSENSE", "repeats", "does not fit its schema"},
    {"EMITS_WHAT_IT_DOES_NOT_GIVE", "repeats", "does not list in gives"},
    {"EMITS_WITHOUT_KEY", "repeats", "has no idempotency_key"},
    {"IMPATIENT", "slow host", "signal 6"},
    {"LOSES_WITHOUT_CREDIT", "no credit", "was lost"},
    {"WAITS_FOR_CREDIT", "no credit", "hung in poll", false, 1},
    {"ACKNOWLEDGES_EARLY", "kill", "did not emit again"},
    {"NOT_IDEMPOTENT", "kill", "one message had 2 effects"},
    {"NEEDS_THIS_MINOR", "growth", "does not start at a host of a later minor"},
    {"WALKS_BY_SIZEOF", "growth", ""},
    {"CRASHES_ON_HOSTILE", "hostile bytes", "signal 6 (Aborted) in deliver"},
    {"BREAKS_ON_HOSTILE", "hostile bytes", "broke the instance"},
    {"ANSWERS_TWICE", "hostile bytes", "must answer exactly once"},
    {"TRUSTS_THE_WORLD", "hostile world", "signal 6 (Aborted) in poll", true},
    {"LEAKS_MEMORY", "leaks", "memory grows"},
    {"LEAKS_DESCRIPTORS", "leaks", "descriptors are left"},
    {"LEAKS_THREADS", "leaks", "threads are left"},
    {"NOT_IDEMPOTENT", "effect", "had 4 effects"},
    {"NO_LOOKUP", "effect", "do not list crossdock.find/1"},
    {"MAPS_WRONGLY", "golden", "\"wrong\":true"},
};

std::string name_of_case(const ::testing::TestParamInfo<Fault>& info) {
  std::string out = std::string(info.param.name) + "_by_" + info.param.check;
  std::replace(out.begin(), out.end(), ' ', '_');
  return out;
}
INSTANTIATE_TEST_SUITE_P(One, Faulty, ::testing::ValuesIn(kFaults), name_of_case);

}  // namespace
}  // namespace crossdock::conformance
