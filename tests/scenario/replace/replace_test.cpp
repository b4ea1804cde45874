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
  void expect_everything_once_in_order(seconds patience = seconds(60)) {
    ASSERT_TRUE(Stack::wait_until(
        [&] {
          const auto sink = host_->connector("sink");
          return sink.is_object() && sink.at("delivered").to_number<int>() + settled_ >= 0 &&
                 lines() >= count_;
        },
        patience))
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
  // The process that works for a connector, or 0.
  pid_t worker(const std::string& connector) {
    const auto status = host_->connector(connector);
    return status.is_object() ? status.at("pid").to_number<pid_t>() : 0;
  }
  // All workers of the host: those that stand by are in no status.
  std::set<pid_t> workers() const {
    std::set<pid_t> out;
    const auto tasks = fs::path("/proc") / std::to_string(host_->pid()) / "task";
    for (const auto& task : fs::directory_iterator(tasks)) {
      std::ifstream in(task.path() / "children");
      for (pid_t child = 0; in >> child;) {
        out.insert(child);
      }
    }
    return out;
  }
  // Asks for a version of the sink; true where it then runs with it.
  bool use(const std::string& wanted) {
    const auto answer =
        host_->post("/v1/connector-plugins/test_sink/use?force=true&version=" + wanted);
    return answer && json::serialize(*answer).find("\"failures\":[]") != std::string::npos;
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
  ASSERT_TRUE(host_->post("/v1/connector-plugins/test_sink/use?version=0.1.0&force=true"));
  EXPECT_EQ(version("sink"), "0.1.0");
  const auto forced = host_->get("/v1/connector-plugins/test_sink");
  ASSERT_TRUE(forced);
  EXPECT_NE(json::serialize(*forced).find("forced by an operator"), std::string::npos)
      << json::serialize(*forced);
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

// Whoever kills the new worker has said nothing against the new version.
TEST_F(Replace, KilledWhileItTakesOverItGoesOnWithAnotherWorker) {
  count_ = 1000;
  auto blocks = connectors(count_, milliseconds(10), "0ms");
  blocks.insert(blocks.find("    work 0ms"), "    start 500ms\n");
  host_ = std::make_unique<BareHost>(
      folder_.path(), blocks,
      std::vector<fs::path>{test_connector("test_source"), test_connector("test_sink")});
  host_->start();
  const auto old = worker("sink");
  std::atomic<int> kills{0};
  std::atomic<bool> done{false};
  std::thread killer([&] {
    while (!done && kills < 3) {
      const auto pid = worker("sink");
      const auto status = host_->connector("sink");
      if (pid > 0 && pid != old && status.is_object() &&
          status.at("state") == json::value("starting")) {
        kills += ::kill(pid, SIGKILL) == 0 ? 1 : 0;
        Stack::wait_until([&] { return done || worker("sink") != pid; }, seconds(10));
      }
    }
  });
  fs::copy_file(test_connector("test_sink_next"), plugins() / "test_sink-0.2.0.so");
  EXPECT_TRUE(Stack::wait_until(
      [&] {
        const auto sink = host_->connector("sink");
        return kills == 3 && version("sink") == "0.2.0" &&
               sink.at("state") == json::value("running");
      },
      seconds(60)));
  done = true;
  killer.join();
  EXPECT_EQ(kills, 3);
  EXPECT_EQ(version("sink"), "0.2.0") << "it was not sent back to what ran before";
  expect_everything_once_in_order();
}

TEST_F(Replace, KilledWhileItStandsByAnotherWorkerStandsBy) {
  count_ = 100;
  // Messages take long, so that the new worker stands by for a while.
  const auto blocks = connectors(count_, milliseconds(10), "1500ms");
  host_ = std::make_unique<BareHost>(
      folder_.path(), blocks,
      std::vector<fs::path>{test_connector("test_source"), test_connector("test_sink")});
  host_->start();
  ASSERT_TRUE(Stack::wait_until([&] { return lines() > 20; }, seconds(20)));
  const auto before = workers();
  std::thread killer([&] {
    // The first that is new, once it stands by: the host has other children too.
    Stack::wait_until(
        [&] {
          if (host_->log().find("the new worker stands by") == std::string::npos) {
            return false;
          }
          for (const auto pid : workers()) {
            if (!before.contains(pid)) {
              return ::kill(pid, SIGKILL) == 0;
            }
          }
          return false;
        },
        seconds(20));
  });
  fs::copy_file(test_connector("test_sink_next"), plugins() / "test_sink-0.2.0.so");
  EXPECT_TRUE(Stack::wait_until([&] { return version("sink") == "0.2.0"; }, seconds(60)));
  killer.join();
  EXPECT_NE(host_->log().find("the worker that stood by went away"), std::string::npos);
  expect_everything_once_in_order();
}

TEST_F(Replace, AgainAndAgainWhileWorkersAreKilled) {
  const bool nightly = std::getenv("CROSSDOCK_NIGHTLY") != nullptr;
  const int replacements = nightly ? 100 : 12;
  const auto until = std::chrono::steady_clock::now() + (nightly ? seconds(600) : seconds(8));
  start(nightly ? 600'000 : 14'000, milliseconds(nightly ? 19 : 8));
  fs::copy_file(test_connector("test_sink_next"), plugins() / "test_sink-0.2.0.so");
  std::atomic<bool> done{false};
  std::atomic<int> kills{0};
  std::thread killer([&] {
    while (!done) {
      std::this_thread::sleep_for(nightly ? milliseconds(1000) : milliseconds(600));
      if (const auto pid = worker(kills % 3 == 2 ? "source" : "sink"); pid > 0) {
        ::kill(pid, SIGKILL);
        ++kills;
      }
    }
  });
  int made = 0;
  int tried = 0;
  auto slowest = milliseconds(0);
  const auto begun = std::chrono::steady_clock::now();
  while (made < replacements || std::chrono::steady_clock::now() < until) {
    ++tried;
    const auto since = std::chrono::steady_clock::now();
    made += use(version("sink") == "0.2.0" ? "0.1.0" : "0.2.0") ? 1 : 0;
    const auto now = std::chrono::steady_clock::now();
    slowest = std::max(slowest, std::chrono::duration_cast<milliseconds>(now - since));
    if (nightly && tried % 10 == 0) {
      std::cout << std::chrono::duration_cast<seconds>(now - begun).count() << " s: " << made
                << " replacements in " << tried << " tries, the slowest in " << slowest.count()
                << " ms; " << kills << " kills; " << lines() << " messages" << std::endl;
    }
    std::this_thread::sleep_for(nightly ? milliseconds(3000) : milliseconds(200));
  }
  done = true;
  killer.join();
  std::cout << made << " replacements in " << tried << " tries, the slowest in " << slowest.count()
            << " ms; " << kills << " kills\n";
  EXPECT_GE(kills, 5);
  expect_everything_once_in_order(nightly ? seconds(300) : seconds(60));
}

}  // namespace
}  // namespace crossdock::support
