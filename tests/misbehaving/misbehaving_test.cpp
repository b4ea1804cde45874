// One fault per plugin: the host stays up, says which and why, and the connectors beside it work
// on.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr int kGood = 200;  // messages between the well-behaved two

std::string good_pair() {
  return "connector source {\n  plugin test_source\n  poll_interval 50ms\n  config {\n    target "
         "sink\n"
         "    count " +
         std::to_string(kGood) +
         "\n  }\n}\n"
         "connector sink {\n  plugin test_sink\n}\n";
}

std::string unruly(const std::string& fault, const std::string& plugin = "unruly") {
  return "connector bad {\n  plugin " + plugin +
         "\n  poll_interval 50ms\n  deliver_deadline 1s\n  retry {\n    attempts 3\n    first "
         "10ms\n"
         "    most 20ms\n  }\n  limits {\n    memory 300M\n    crashes_per_minute 3\n  }\n"
         "  config {\n    fault " +
         fault +
         "\n  }\n}\n"
         "connector feeder {\n  plugin test_source\n  poll_interval 50ms\n  config {\n"
         "    target bad\n    count 3\n  }\n}\n";
}

class Misbehaving : public ::testing::Test {
 protected:
  void start(const std::string& connectors, const std::vector<std::filesystem::path>& more) {
    std::vector<std::filesystem::path> libraries = {test_connector("test_source"),
                                                    test_connector("test_sink")};
    libraries.insert(libraries.end(), more.begin(), more.end());
    host_ = std::make_unique<BareHost>(folder_.path(), good_pair() + connectors, libraries);
    host_->start();
  }
  void TearDown() override {
    if (host_ && HasFailure()) {
      std::cout << host_->log() << json::serialize(host_->connector("bad")) << '\n';
    }
  }

  // The well-behaved two have done all their work, and the host answers.
  void expect_good_pair_works() {
    EXPECT_TRUE(Stack::wait_until(
        [&] {
          const auto sink = host_->connector("sink");
          return sink.is_object() && sink.at("delivered") == json::value(kGood);
        },
        seconds(20)))
        << json::serialize(host_->connector("sink"));
    EXPECT_TRUE(host_->running());
    EXPECT_TRUE(host_->get("/healthz"));
  }

  // Waits until `where` (of the status of "bad") says `words`.
  void expect_said(const char* where, const std::string& words) {
    std::string said;
    EXPECT_TRUE(Stack::wait_until(
        [&] {
          const auto status = host_->connector("bad");
          if (!status.is_object()) {
            return false;
          }
          said = std::string(status.at(where).as_string());
          return said.find(words) != std::string::npos;
        },
        seconds(30)))
        << where << " says: " << said;
  }
  void expect_dead_letter(const std::string& words) {
    EXPECT_TRUE(Stack::wait_until(
        [&] {
          const auto letters = host_->get("/v1/dead-letters");
          return letters && json::serialize(*letters).find(words) != std::string::npos;
        },
        seconds(30)))
        << json::serialize(host_->get("/v1/dead-letters").value_or(json::value()));
  }
  // Refused when it was admitted: which file, and why.
  void expect_refused(const std::string& file, const std::string& words) {
    const auto plugins = host_->get("/v1/connector-plugins");
    ASSERT_TRUE(plugins);
    for (const auto& refused : plugins->at("refused").as_array()) {
      if (std::string(refused.at("file").as_string()).ends_with(file)) {
        EXPECT_NE(std::string(refused.at("reason").as_string()).find(words), std::string::npos)
            << json::serialize(refused);
        return;
      }
    }
    ADD_FAILURE() << file << " was not refused: " << json::serialize(*plugins);
  }

  Folder folder_{std::string("misbehaving-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  std::unique_ptr<BareHost> host_;
};

TEST_F(Misbehaving, ThrowsFromADelivery) {
  auto text = unruly("throws");
  text.replace(text.find("count 3"), 7, "count 1");  // more failures at once would be an outage
  start(text, {misbehaving("unruly")});
  expect_good_pair_works();
  expect_dead_letter("given up after 3 tries");
}

TEST_F(Misbehaving, CrashesInADelivery) {
  start(unruly("crashes"), {misbehaving("unruly")});
  expect_good_pair_works();
  expect_said("state", "quarantined");
  expect_said("reason", "signal 11");
}

TEST_F(Misbehaving, MessageThatKillsItsWorkerThreeTimesIsParked) {
  auto text = unruly("crashes");
  text.replace(text.find("crashes_per_minute 3"), 20, "crashes_per_minute 1000");
  start(text, {misbehaving("unruly")});
  expect_good_pair_works();
  expect_dead_letter("its worker went away each time this message was out");
}

TEST_F(Misbehaving, ExitsInADelivery) {
  start(unruly("exits"), {misbehaving("unruly")});
  expect_good_pair_works();
  expect_said("state", "quarantined");
  expect_said("reason", "exit status 3");
}

TEST_F(Misbehaving, HangsInADelivery) {
  start(unruly("hangs"), {misbehaving("unruly")});
  expect_good_pair_works();
  EXPECT_TRUE(Stack::wait_until(
      [&] { return host_->log().find("a delivery hangs") != std::string::npos; }, seconds(30)));
}

TEST_F(Misbehaving, LeaksUntilItsLimit) {
  start(unruly("leaks"), {misbehaving("unruly")});
  expect_good_pair_works();
  expect_said("state", "quarantined");
}

TEST_F(Misbehaving, MakesThreadsUntilItsLimit) {
  auto text = unruly("threads");
  text.replace(text.find("deliver_deadline 1s"), 19, "deliver_deadline 60s");
  start(text, {misbehaving("unruly")});
  expect_good_pair_works();
  EXPECT_TRUE(Stack::wait_until(
      [&] { return host_->log().find("has more than 512 threads") != std::string::npos; },
      seconds(30)));
  expect_said("state", "quarantined");
}

// Held still (T in /proc/PID/stat) for most of the time, and not killed for it.
TEST_F(Misbehaving, BurnsNoMoreThanItsShareOfTheProcessor) {
  auto text = unruly("burns");
  text.replace(text.find("deliver_deadline 1s"), 19, "deliver_deadline 60s");
  text.replace(text.find("memory 300M"), 11, "processor_percent 10");
  start(text, {misbehaving("unruly")});
  expect_good_pair_works();
  const auto is_held = [&] {
    const auto pid = json::serialize(host_->connector("bad").at("pid"));
    std::ifstream stat("/proc/" + pid + "/stat");
    const std::string line{std::istreambuf_iterator<char>(stat), {}};
    const auto name_end = line.rfind(')');
    return name_end != std::string::npos && line.substr(name_end + 2, 1) == "T";
  };
  EXPECT_TRUE(Stack::wait_until(is_held, seconds(30)));
  EXPECT_TRUE(Stack::wait_until([&] { return !is_held(); }, seconds(30)));
  expect_said("state", "running");
}

TEST_F(Misbehaving, FloodsTheHost) {
  start(unruly("floods"), {misbehaving("unruly")});
  expect_good_pair_works();
  // What it floods with is refused, and said.
  EXPECT_TRUE(Stack::wait_until(
      [&] { return host_->log().find("\"connector\":\"bad\"") != std::string::npos; },
      seconds(10)));
}

TEST_F(Misbehaving, CannotStart) {
  start(unruly("cannot_start"), {misbehaving("unruly")});
  expect_good_pair_works();
  expect_said("reason", "the outside system has moved away");
}

// Bytes of another encoding must not make the host's answers unreadable: these are parsed here.
TEST_F(Misbehaving, MumblesInAnotherEncoding) {
  start(unruly("mumbles"), {misbehaving("unruly")});
  expect_good_pair_works();
  expect_said("reason", "the caf? is closed");
  const auto all = host_->get("/v1/connectors");
  ASSERT_TRUE(all);
  EXPECT_FALSE(all->is_string()) << "it is no JSON";
  EXPECT_EQ(host_->log().find('\xE9'), std::string::npos);
}

TEST_F(Misbehaving, AbortsInAStaticConstructor) {
  start(unruly("nothing", "aborts_early"), {misbehaving("aborts_early")});
  expect_good_pair_works();
  expect_said("state", "quarantined");
  expect_said("reason", "signal 6");
}

TEST_F(Misbehaving, MissesASymbol) {
  start(unruly("nothing", "missing_symbol"), {misbehaving("missing_symbol")});
  expect_good_pair_works();
  expect_said("reason", "from_a_library_that_is_not_there");
}

TEST_F(Misbehaving, HasNoEntry) {
  start(unruly("nothing", "no_entry"), {misbehaving("no_entry")});
  expect_good_pair_works();
  expect_said("reason", "xd_plugin_v0");
}

TEST_F(Misbehaving, WantsAnotherContract) {
  start("", {misbehaving("wrong_abi")});
  expect_good_pair_works();
  expect_refused("wrong_abi.so", "7.0");
}

TEST_F(Misbehaving, IsNoLibrary) {
  std::filesystem::create_directories(folder_.path() / "plugins");
  std::ofstream(folder_.path() / "plugins" / "notes.so") << "these are my notes\n";
  start("", {});
  expect_good_pair_works();
  expect_refused("notes.so", "");
}

}  // namespace
}  // namespace crossdock::support
