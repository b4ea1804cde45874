// A hostile connector against the walls: what it may, it can; everything else is refused or
// contained, and named in the host's log; the connectors beside it work on.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::seconds;

class Sandbox : public ::testing::Test {
 protected:
  void start(const std::string& more = "sandbox required", bool gentle = false) {
    const auto secret = folder_.path() / "other.secret";
    std::ofstream(secret) << "not for you\n";
    chmod(secret.c_str(), 0600);
    host_ = std::make_unique<BareHost>(
        folder_.path(),
        "connector source {\n  plugin test_source\n  config {\n    target sink\n    count 50\n"
        "  }\n}\nconnector sink {\n  plugin test_sink\n}\n"
        "connector intruder {\n  plugin intruder\n  limits {\n    memory 600M\n  }\n  " +
            more + "\n  config {\n    journal \"" +
            (folder_.path() / "data/journal/tables/CURRENT").string() + "\"\n    secret \"" +
            secret.string() + "\"\n    outside \"" + (folder_.path() / "plugins").string() +
            "\"\n    own \"" + (folder_.path() / "own").string() +
            "\"\n    granted \"http://127.0.0.1:" + std::to_string(port_) + "\"\n    port " +
            std::to_string(port_) + "\n    other_port @other@\n    gentle " +
            (gentle ? "true" : "false") + "\n  }\n}\n",
        std::vector<fs::path>{test_connector("test_source"), test_connector("test_sink"),
                              misbehaving("intruder")});
    // The host's own port is open, and is not granted.
    const auto file = folder_.path() / "crossdock.info";
    std::ifstream in(file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    text.replace(text.find("@other@"), 7, std::to_string(host_->port()));
    std::ofstream(file, std::ios::trunc) << text;
    host_->start();
    ASSERT_TRUE(Stack::wait_until(
        [&] { return host_->log().find("all acts tried") != std::string::npos; }, seconds(30)));
  }
  bool logged(const std::string& words) const {
    return host_->log().find(words) != std::string::npos;
  }
  void expect(const std::string& act, const std::string& outcome) const {
    EXPECT_TRUE(logged("act " + act + ": " + outcome)) << act;
  }
  void TearDown() override {
    if (host_ && HasFailure()) {
      std::cout << host_->log() << '\n';
    }
  }

  Folder folder_{std::string("sandbox-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  Listener listener_;
  int port_ = listener_.port();
  std::unique_ptr<BareHost> host_;
};

TEST_F(Sandbox, WhatIsGrantedWorksAndNothingElse) {
  start();
  for (const char* act : {"own_folder", "granted_connection", "threads", "ordinary_scheduling"}) {
    expect(act, "done");
  }
  for (const char* act : {"read_journal",
                          "read_secret",
                          "read_shadow",
                          "read_host_memory",
                          "write_outside",
                          "empty_a_file",
                          "truncate",
                          "chmod",
                          "remove",
                          "rename",
                          "link",
                          "environment",
                          "fork",
                          "connect_by_itself",
                          "other_connection",
                          "udp",
                          "unix_socket",
                          "netlink",
                          "exec",
                          "trace",
                          "signal_host",
                          "read_other_memory",
                          "io_uring",
                          "writable_code",
                          "code_later",
                          "bpf",
                          "namespace",
                          "mount",
                          "raise_limits",
                          "real_time_scheduling",
                          "memory",
                          "descriptors"}) {
    expect(act, "refused");
  }
  // By name, in the log.
  for (const char* words : {"data/journal/tables/CURRENT to read it",
                            "other.secret to read it",
                            "/etc/shadow to read it",
                            "plugins/planted to change it",
                            "refused: truncate",
                            "refused: chmod",
                            "refused: unlink",
                            "refused: rename",
                            "refused: link",
                            "refused: clone, a process",
                            "refused: socket, a connection",
                            "refused: execve",
                            "refused: ptrace",
                            "refused: kill",
                            "refused: process_vm_readv",
                            "refused: mmap",
                            "refused: mprotect",
                            "refused: io_uring_setup",
                            "refused: bpf",
                            "refused: unshare",
                            "refused: mount",
                            "refused: prlimit64",
                            "is not granted; to grant it, add allow"}) {
    EXPECT_TRUE(logged(words)) << words;
  }
  EXPECT_TRUE(logged("its plugin asks for hosts api.example.com:443, which is not granted"));
  // Nothing happened to what it was after.
  struct stat info {};
  ASSERT_EQ(stat((folder_.path() / "other.secret").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_FALSE(fs::exists(folder_.path() / "plugins" / "planted"));
  EXPECT_TRUE(Stack::wait_until(
      [&] { return host_->connector("sink").at("delivered") == json::value(50); }, seconds(20)));
}

// The test of the test: without walls the same acts succeed, so that a refusal above is the wall's.
TEST_F(Sandbox, WithoutItTheSameActsSucceed) {
  start("sandbox off", true);
  for (const char* act :
       {"own_folder", "threads", "read_journal", "read_secret", "fork", "connect_by_itself", "udp",
        "unix_socket", "signal_host", "writable_code", "code_later"}) {
    expect(act, "done");
  }
}

TEST_F(Sandbox, OperatorSeesWallsAndGrants) {
  start();
  const auto service = host_->get("/v1/service");
  ASSERT_TRUE(service);
  bool files = false;
  for (const auto& wall : service->at("sandbox").as_array()) {
    files = files || (std::string(wall.at("wall").as_string()).starts_with("files") &&
                      wall.at("stands").as_bool());
  }
  EXPECT_TRUE(files) << json::serialize(service->at("sandbox"));
  const auto grants = host_->get("/v1/connectors/intruder")->at("grants");
  EXPECT_EQ(json::serialize(grants.at("hosts")), "[\"127.0.0.1:" + std::to_string(port_) + "\"]");
  EXPECT_NE(json::serialize(grants.at("asked_and_not_granted")).find("api.example.com"),
            std::string::npos);
}

}  // namespace
}  // namespace crossdock::support
