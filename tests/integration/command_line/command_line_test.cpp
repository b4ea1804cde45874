// The command line as scripts use it: exit statuses, JSON, and words that say what to do next.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "tests/integration/command_line/run.hpp"
#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class CommandLine : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name) << text;
  }
  // A configuration with one connector; `more` goes into its config block.
  void write_configuration(const std::string& more,
                           const std::string& key = "max_in_flight 4") const {
    fs::create_directories(folder_.path() / "plugins");
    fs::copy_file(test_connector("test_sink"), folder_.path() / "plugins" / "test_sink.so",
                  fs::copy_options::overwrite_existing);
    write("crossdock.info", "host {\n  data_dir \"" + (folder_.path() / "data").string() +
                                "\"\n  plugin_dir \"" + (folder_.path() / "plugins").string() +
                                "\"\n  worker \"" + program("crossdock-worker").string() +
                                "\"\n  trust {\n    unsigned allow\n  }\n}\ncompany {\n  name "
                                "Example\n  gs1_prefix 0614141\n}\n"
                                "connector sink {\n  plugin test_sink\n  " +
                                key + "\n  config {\n" + more + "\n  }\n}\n");
  }
  std::string check() const {
    return "check --config " + (folder_.path() / "crossdock.info").string();
  }
  Folder folder_{std::string("cli-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()};
};

TEST_F(CommandLine, AcceptsARightConfigurationAndStartsNothing) {
  write_configuration("work 10ms");
  const auto result = run(check());
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST_F(CommandLine, SaysEveryFaultWithFileAndPathAndSuggestsWhatWasMeant) {
  write_configuration("wrok 10ms", "max_in_fligth 4");
  write("conf.d/more.info", "warehouse EWR {\n  connector nobody\n  timezone Mars/Olympus\n}\n");
  const auto result = run(check());
  EXPECT_EQ(result.status, 78);
  EXPECT_TRUE(says(result, "max_in_flight")) << result.output;
  EXPECT_TRUE(says(result, "did you mean `work`")) << result.output;
  EXPECT_TRUE(says(result, "more.info")) << result.output;
  EXPECT_TRUE(says(result, "Mars/Olympus")) << result.output;
  EXPECT_TRUE(says(result, "nobody")) << result.output;
  const auto as_json = run(check() + " --json");
  EXPECT_EQ(as_json.status, 78);
  EXPECT_GE(json::parse(as_json.output).at("problems").as_array().size(), 4u);
  EXPECT_FALSE(fs::exists(folder_.path() / "data" / "journal"));
}

TEST_F(CommandLine, ServeRefusesAWrongConfiguration) {
  write_configuration("wrok 10ms");
  EXPECT_EQ(run("serve --config " + (folder_.path() / "crossdock.info").string()).status, 78);
}

TEST_F(CommandLine, SaysWhenNoHostAnswers) {
  const auto result = run("status --url http://127.0.0.1:" + std::to_string(free_port()));
  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(says(result, "crossdock serve")) << result.output;
}

TEST_F(CommandLine, WrongUsageIs64AndHelpIsThere) {
  EXPECT_EQ(run("dance").status, 64);
  EXPECT_EQ(run("").status, 64);
  for (const char* command :
       {"", "serve", "check", "status", "plugins", "connectors", "orders", "trace", "dlq"}) {
    EXPECT_EQ(run(std::string(command) + " --help").status, 0) << command;
  }
}

TEST_F(CommandLine, AsksARunningHost) {
  BareHost host(
      folder_.path() / "host",
      "connector source {\n  plugin test_source\n  config {\n    target sink\n    count 5\n"
      "    keys 1\n  }\n}\nconnector sink {\n  plugin test_sink\n}\n",
      {test_connector("test_source"), test_connector("test_sink")});
  host.start();
  Stack::wait_until([&] { return host.connector("sink").at("delivered") == json::value(5); },
                    std::chrono::seconds(10));
  const auto url = " --url http://127.0.0.1:" + std::to_string(host.port());
  // The five and the configuration, which the journal keeps for rebuilds. A delivery counts once
  // its settlement is committed, a moment after it was made.
  auto status = run("status" + url);
  EXPECT_TRUE(Stack::wait_until(
      [&] { return says(status = run("status" + url), "accepted 6 = delivered 6"); },
      std::chrono::seconds(10)))
      << status.output;
  EXPECT_TRUE(says(run("connectors" + url), "test_sink"));
  EXPECT_EQ(json::parse(run("connectors --json" + url).output).at("connectors").as_array().size(),
            2u);
  const auto trace = run("trace key:0" + url);
  EXPECT_TRUE(says(trace, "delivered")) << trace.output;
  EXPECT_EQ(run("trace nothing-of-that-name" + url).status, 1);
  EXPECT_EQ(run("connectors pause sink" + url).status, 0);
  EXPECT_EQ(host.connector("sink").at("paused"), json::value(true));
  // Over a restart too.
  host.stop();
  host.start();
  EXPECT_EQ(host.connector("sink").at("paused"), json::value(true));
  EXPECT_EQ(run("connectors resume sink" + url).status, 0);
  EXPECT_EQ(run("connectors pause nobody" + url).status, 1);
  EXPECT_TRUE(says(run("dlq" + url), "none"));
}

}  // namespace
}  // namespace crossdock::support
