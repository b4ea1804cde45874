// What a connector is granted: by its settings, by name, and not at all.
#include "host/security/grants.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "host/security/gate.hpp"
#include "tests/support/stack/child.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::host::security {
namespace {

std::string manifest(const std::string& capabilities) {
  return R"({"id":"desk","capabilities":)" + capabilities + "}";
}

TEST(Grants, EndpointsComeOutOfUrls) {
  EXPECT_EQ(endpoint_of("https://API.example.com/v1?x"), "api.example.com:443");
  EXPECT_EQ(endpoint_of("http://127.0.0.1:8099"), "127.0.0.1:8099");
  EXPECT_EQ(endpoint_of("https://user:word@example.com:8443/"), "example.com:8443");
  EXPECT_EQ(endpoint_of("http://[::1]:80/x"), "::1:80");
  EXPECT_EQ(endpoint_of("db.example.com:5432"), "db.example.com:5432");
  for (const char* wrong : {"", "example.com", "http://", "https://example.com:99999",
                            "example.com:port", "ex ample.com:80"}) {
    EXPECT_EQ(endpoint_of(wrong), "") << wrong;
  }
}

TEST(Grants, SettingsGrantWhatTheManifestPointsAt) {
  const support::Folder folder("grants");
  const auto inbox = (folder.path() / "inbox").string();
  const auto record = (folder.path() / "record.txt").string();
  const auto grants = grants_of(
      manifest(R"({"hosts":["config:base_url","config:sftp.host:port=22"],)"
               R"("folders":["config:inbox"],"files":["config:record"]})"),
      R"({"base_url":"https://api.example.com","inbox":")" + inbox + R"(","record":")" + record +
          R"(","sftp":[{"host":"a.example.com","port":"2222"},{"host":"b.example.com"}]})",
      {});
  EXPECT_TRUE(grants.may_connect("api.example.com", 443));
  EXPECT_TRUE(grants.may_connect("API.example.com", 443));
  EXPECT_FALSE(grants.may_connect("api.example.com", 80));
  EXPECT_TRUE(grants.may_connect("a.example.com", 2222));
  EXPECT_TRUE(grants.may_connect("b.example.com", 22));
  EXPECT_FALSE(grants.may_connect("a.example.com", 22));
  EXPECT_TRUE(grants.may_open(inbox + "/850.edi", true));
  EXPECT_FALSE(grants.may_open(inbox + "-other/850.edi", false));
  EXPECT_TRUE(grants.may_open(record, true));
  EXPECT_FALSE(grants.may_open(folder.path().string(), false));
  EXPECT_TRUE(std::filesystem::is_directory(inbox));
  EXPECT_TRUE(std::filesystem::is_regular_file(record));
  EXPECT_TRUE(grants.missing.empty());
}

TEST(Grants, WhatTheMachineShallGiveIsHeldAgainstTheLimits) {
  const auto asked = manifest(
      R"({"limits":{"memory_bytes":3000000000,"descriptors":300,"processor_percent":50}})");
  EXPECT_TRUE(grants_of(asked, "{}", {}).missing.empty());
  const auto short_of = grants_of(
      asked, "{}", {},
      {.memory_bytes = 2'000'000'000, .descriptors = 300, .threads = 10, .processor_percent = 20});
  EXPECT_EQ(short_of.missing,
            (std::vector<std::string>{"limits memory_bytes 3000000000 (it has 2000000000)",
                                      "limits processor_percent 50 (it has 20)"}));
}

TEST(Grants, NamesNeedTheOperator) {
  const auto asked = manifest(R"({"hosts":["api.example.com:443"],"read":["/etc/desk"]})");
  const auto none = grants_of(asked, "{}", {});
  EXPECT_FALSE(none.may_connect("api.example.com", 443));
  EXPECT_EQ(none.missing.size(), 2u);
  const auto some = grants_of(asked, "{}", {{"https://api.example.com"}, {"/etc/desk"}, {}});
  EXPECT_TRUE(some.may_connect("api.example.com", 443));
  EXPECT_TRUE(some.may_open("/etc/desk/list", false));
  EXPECT_FALSE(some.may_open("/etc/desk/list", true));
  EXPECT_TRUE(some.missing.empty());
}

TEST(Grants, RelativePathsAndTheRootGrantNothing) {
  const auto grants = grants_of(manifest(R"({"folders":["config:a","config:b","config:c"]})"),
                                R"({"a":"here","b":"/","c":"/tmp/.."})", {});
  EXPECT_TRUE(grants.write.empty());
}

TEST(Connections, ReachWhatListensAndSayWhatDoesNot) {
  std::string reason;
  const support::Listener listener;
  const int fd = open_connection("127.0.0.1", static_cast<std::uint16_t>(listener.port()),
                                 1'000'000'000, reason);
  EXPECT_GE(fd, 0) << reason;
  close(fd);
  EXPECT_LT(open_connection("127.0.0.1", static_cast<std::uint16_t>(support::free_port()),
                            1'000'000'000, reason),
            0);
  EXPECT_NE(reason.find("cannot be reached"), std::string::npos) << reason;
  EXPECT_LT(open_connection("no-such-host.invalid", 80, 1'000'000'000, reason), 0);
}

}  // namespace
}  // namespace crossdock::host::security
