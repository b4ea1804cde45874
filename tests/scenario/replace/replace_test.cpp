// Plugins and configurations are replaced while messages flow and workers are killed: nothing is
// lost, repeated or reordered per key, by the far end's own record.
//
// With CROSSDOCK_NIGHTLY: a hundred replacements and a kill each second, for ten minutes.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Replace : public ::testing::Test {
 protected:
  // A source that gives `count` messages over 20 keys at about `pause` per 20, and a sink that
  // writes down what it gets.
  void start(int count, milliseconds pause) {
    count_ = count;
    host_ = std::make_unique<BareHost>(
        folder_.path(), connectors(count, pause, "0ms"),
        std::vector<fs::path>{test_connector("test_source"), test_connector("test_sink")});
    host_->start();
  }
  std::string connectors(int count, milliseconds pause, const std::string& work) const {
    return "connector source {\n  plugin test_source\n  poll_interval 20ms\n  limits {\n"
           "    crashes_per_minute 1000\n  }\n  config {\n    target sink\n    keys 20\n"
           "    batch 20\n    count " +
           std::to_string(count) + "\n    pause_us " + std::to_string(pause.count() * 1000) +
           "\n  }\n}\nconnector sink {\n  plugin test_sink\n  limits {\n"
           "    crashes_per_minute 1000\n  }\n  config {\n    record \"" +
           record().string() + "\"\n    work " + work + "\n  }\n}\n";
  }
  fs::path record() const { return folder_.path() / "record.txt"; }
  fs::path plugins() const { return folder_.path() / "plugins"; }

  // Each number once, in order within its key.
  void expect_everything_once_in_order() {
    ASSERT_TRUE(Stack::wait_until(
        [&] {
          const auto sink = host_->connector("sink");
          return sink.is_object() && sink.at("delivered").to_number<int>() + settled_ >= 0 &&
                 lines() >= count_;
        },
        seconds(60)))
        << lines() << " of " << count_;
    std::this_thread::sleep_for(milliseconds(300));  // what came twice would come now
    std::ifstream in(record());
    std::map<std::string, int> last;
    std::set<int> seen;
    std::string key;
    int number = 0;
    std::int64_t emitted = 0;
    std::int64_t delivered = 0;
    while (in >> key >> number >> emitted >> delivered) {
      EXPECT_TRUE(seen.insert(number).second) << number << " came twice";
      const auto [known, first] = last.emplace(key, -1);
      EXPECT_LT(known->second, number) << "in " << key;
      known->second = number;
    }
    EXPECT_EQ(static_cast<int>(seen.size()), count_);
  }
  int lines() const {
    std::ifstream in(record());
    int out = 0;
    for (std::string line; std::getline(in, line);) {
      ++out;
    }
    return out;
  }
  std::string version(const std::string& connector) {
    const auto status = host_->connector(connector);
    return status.is_object() ? std::string(status.at("plugin_version").as_string()) : "";
  }
  void TearDown() override {
    if (host_ && HasFailure()) {
      std::cout << host_->log() << '\n';
    }
  }

  Folder folder_{std::string("replace-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  std::unique_ptr<BareHost> host_;
  int count_ = 0;
  int settled_ = 0;
};

TEST_F(Replace, NewVersionInTheFolderTakesOverAndCanBeRolledBack) {
  start(4000, milliseconds(10));
  ASSERT_EQ(version("sink"), "0.1.0");
  fs::copy_file(test_connector("test_sink_next"), plugins() / "test_sink-0.2.0.so");
  EXPECT_TRUE(Stack::wait_until([&] { return version("sink") == "0.2.0"; }, seconds(20)));
  ASSERT_TRUE(host_->post("/v1/connector-plugins/test_sink/rollback"));
  EXPECT_EQ(version("sink"), "0.1.0");
  // The newer file is still there, and is left alone, over a restart of the host too.
  std::this_thread::sleep_for(milliseconds(800));
  EXPECT_EQ(version("sink"), "0.1.0");
  host_->kill();
  host_->start();
  EXPECT_EQ(version("sink"), "0.1.0");
  const auto plugin = host_->get("/v1/connector-plugins/test_sink");
  ASSERT_TRUE(plugin);
  EXPECT_NE(json::serialize(*plugin).find("rolled back by an operator"), std::string::npos)
      << json::serialize(*plugin);
  ASSERT_TRUE(host_->post("/v1/connector-plugins/test_sink/use?version=0.2.0"));
  EXPECT_EQ(version("sink"), "0.2.0");
  EXPECT_FALSE(host_->post("/v1/connector-plugins/test_sink/use?version=0.1.0"))
      << "a downgrade needs force";
  EXPECT_EQ(version("sink"), "0.2.0");
  expect_everything_once_in_order();
}

TEST_F(Replace, CopyOverARunningLibraryHarmsNothing) {
  start(3000, milliseconds(10));
  // cp writes into the file that was opened; a process that maps it would die of it.
  for (const char* name : {"test_sink_next", "test_sink", "test_sink_next"}) {
    fs::copy_file(test_connector(name), plugins() / "test_sink.so",
                  fs::copy_options::overwrite_existing);
    std::this_thread::sleep_for(milliseconds(300));
  }
  EXPECT_TRUE(Stack::wait_until([&] { return version("sink") == "0.2.0"; }, seconds(20)));
  const auto sink = host_->connector("sink");
  EXPECT_EQ(sink.at("restarts").to_number<int>(), 0) << json::serialize(sink);
  expect_everything_once_in_order();
}

TEST_F(Replace, DamagedVersionIsRefusedAndTheOldOneGoesOn) {
  start(1500, milliseconds(10));
  std::ofstream(plugins() / "test_sink-9.so") << "half a library";
  EXPECT_TRUE(Stack::wait_until(
      [&] { return host_->log().find("test_sink-9.so is refused") != std::string::npos; },
      seconds(20)));
  EXPECT_EQ(version("sink"), "0.1.0");
  expect_everything_once_in_order();
}

TEST_F(Replace, ConfigurationChangesWhileTheConnectorFails) {
  start(1000, milliseconds(10));
  const auto file = folder_.path() / "crossdock.info";
  std::ifstream in(file);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  const auto with_record = [&](const std::string& path) {
    auto text = good;
    text.replace(text.find(record().string()), record().string().size(), path);
    std::ofstream(file, std::ios::trunc) << text;
  };
  with_record("/dev/full");  // each write fails: retries
  const auto applied = host_->post("/v1/reload");
  ASSERT_TRUE(applied);
  EXPECT_NE(json::serialize(*applied).find("\"sink\""), std::string::npos)
      << json::serialize(*applied);
  EXPECT_TRUE(Stack::wait_until(
      [&] { return host_->connector("sink").at("trouble").as_string().size() > 0; }, seconds(20)));
  // What is wrong is not taken, and says why.
  std::ofstream(file, std::ios::trunc) << good << "connector { \n";
  EXPECT_FALSE(host_->post("/v1/reload"));
  ASSERT_TRUE(host_->post("/v1/connectors/sink/rollback"));
  expect_everything_once_in_order();
  EXPECT_EQ(host_->connector("sink").at("dead_lettered"), json::value(0));
}

TEST_F(Replace, AgainAndAgainWhileWorkersAreKilled) {
  const bool nightly = std::getenv("CROSSDOCK_NIGHTLY") != nullptr;
  const int replacements = nightly ? 100 : 12;
  const auto until = std::chrono::steady_clock::now() + (nightly ? seconds(600) : seconds(8));
  start(nightly ? 600'000 : 14'000, milliseconds(nightly ? 19 : 8));
  fs::copy_file(test_connector("test_sink_next"), plugins() / "test_sink-0.2.0.so");
  std::atomic<bool> done{false};
  int kills = 0;
  std::thread killer([&] {
    while (!done) {
      std::this_thread::sleep_for(nightly ? milliseconds(1000) : milliseconds(600));
      const auto status = host_->connector(kills % 3 == 2 ? "source" : "sink");
      if (status.is_object() && status.at("pid").to_number<pid_t>() > 0) {
        ::kill(status.at("pid").to_number<pid_t>(), SIGKILL);
        ++kills;
      }
    }
  });
  int made = 0;
  for (int i = 0; made < replacements || std::chrono::steady_clock::now() < until; ++i) {
    const auto answer =
        host_->post(std::string("/v1/connector-plugins/test_sink/use?force=true&version=") +
                    (version("sink") == "0.2.0" ? "0.1.0" : "0.2.0"));
    made += answer && json::serialize(*answer).find("\"failures\":[]") != std::string::npos ? 1 : 0;
    std::this_thread::sleep_for(nightly ? milliseconds(3000) : milliseconds(200));
  }
  done = true;
  killer.join();
  std::cout << made << " replacements, " << kills << " kills\n";
  EXPECT_GE(kills, 5);
  expect_everything_once_in_order();
}

}  // namespace
}  // namespace crossdock::support
