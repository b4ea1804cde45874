// SFTP against a real sshd: the transport alone, and orders and their 997s through the host.
#include "plugins/edi_x12/transports/sftp.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/sftp/sftp_server.hpp"
#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    out.push_back(entry.path());
  }
  return out;
}

class Sftp : public ::testing::Test {
 protected:
  edi::SftpSettings settings(const fs::path& key) {
    edi::SftpSettings out;
    out.name = "server";
    out.host = "127.0.0.1";
    out.port = server_.port();
    out.user = server_.user();
    out.host_key = server_.fingerprint();
    out.key = Secret(read_file(key));
    out.inbox = server_.remote("in").string();
    out.outbox = server_.remote("out").string();
    out.archive = server_.remote("archive").string();
    out.settle = milliseconds(1);
    out.look_every = milliseconds(0);
    out.timeout = seconds(10);
    return out;
  }

  Folder folder_{"sftp"};
  SftpServer server_{folder_.path()};
};

// Asked until it is there, because a file must be seen unchanged at least twice.
std::vector<std::string> settled(edi::SftpTransport& transport) {
  std::vector<std::string> out;
  for (int i = 0; i < 200 && out.empty(); ++i) {
    out = transport.arrived();
    std::this_thread::sleep_for(milliseconds(5));
  }
  return out;
}

TEST_F(Sftp, EveryKindOfKeyLogsIn) {
  for (const char* type : {"ed25519", "rsa", "ecdsa"}) {
    edi::SftpTransport transport(settings(server_.make_key(type)));
    transport.open();
    const auto outcome = transport.send({"north", std::string(type) + ".x12", "ISA"});
    EXPECT_TRUE(outcome.is_done()) << type << ": " << outcome.reason();
    EXPECT_EQ(read_file(server_.remote("out") / (std::string(type) + ".x12")), "ISA");
  }
  auto locked = settings(server_.make_key("ed25519", "a passphrase"));
  EXPECT_NE(edi::SftpTransport(locked).send({"north", "a.x12", "ISA"}).reason().find("passphrase"),
            std::string::npos);
  locked.key_passphrase = Secret("a passphrase");
  EXPECT_TRUE(edi::SftpTransport(locked).send({"north", "a.x12", "ISA"}).is_done());
}

TEST(SftpByPassword, LetsInByThePasswordOnlyAndSaysWhenItIsWrong) {
  const Folder folder("sftp-password");
  const SftpServer server(folder.path(), "a long password");
  edi::SftpSettings settings;
  settings.name = "server";
  settings.host = "127.0.0.1";
  settings.port = server.port();
  settings.user = server.user();
  settings.host_key = server.fingerprint();
  settings.password = Secret("a long password");
  settings.outbox = server.remote("out").string();
  settings.timeout = seconds(10);
  const auto outcome = edi::SftpTransport(settings).send({"north", "a.x12", "ISA"});
  EXPECT_TRUE(outcome.is_done()) << outcome.reason();
  EXPECT_EQ(read_file(server.remote("out") / "a.x12"), "ISA");
  settings.password = Secret("another password");
  const auto refused = edi::SftpTransport(settings).send({"north", "b.x12", "ISA"});
  EXPECT_EQ(refused.kind(), XD_RETRY);
  EXPECT_NE(refused.reason().find("does not let " + server.user() + " in"), std::string::npos)
      << refused.reason();
  EXPECT_EQ(refused.reason().find("another password"), std::string::npos) << "a secret is said";
  EXPECT_EQ(files_of(server.remote("out")).size(), 1u);
}

TEST_F(Sftp, AnotherHostKeyIsRefusedBeforeAnythingIsSaid) {
  auto wrong = settings(server_.make_key("ed25519"));
  wrong.host_key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  edi::SftpTransport transport(wrong);
  const auto outcome = transport.send({"north", "a.x12", "ISA"});
  EXPECT_EQ(outcome.kind(), XD_RETRY);
  EXPECT_NE(outcome.reason().find("is pinned"), std::string::npos) << outcome.reason();
  EXPECT_NE(outcome.reason().find(server_.fingerprint()), std::string::npos);
  EXPECT_THROW(transport.arrived(), std::runtime_error);
  EXPECT_TRUE(files_of(server_.remote("out")).empty());
  // Two pinned while the server changes its key.
  wrong.host_key += " " + server_.fingerprint();
  EXPECT_TRUE(edi::SftpTransport(wrong).send({"north", "a.x12", "ISA"}).is_done());
}

TEST_F(Sftp, AKeyThatTheServerDoesNotKnowIsNotLetIn) {
  edi::SftpTransport transport(settings(server_.make_key("ed25519", {}, false)));
  const auto outcome = transport.send({"north", "a.x12", "ISA"});
  EXPECT_EQ(outcome.kind(), XD_RETRY);
  EXPECT_NE(outcome.reason().find("does not let " + server_.user() + " in"), std::string::npos)
      << outcome.reason();
}

TEST_F(Sftp, AFileAppearsWholeAndIsNotWrittenTwice) {
  edi::SftpTransport transport(settings(server_.make_key("ed25519")));
  const std::string bytes(1'000'000, 'x');
  // What an upload that was cut off has left behind.
  write_file(server_.remote("out") / ".big.x12.tmp", "half");
  ASSERT_TRUE(transport.send({"north", "big.x12", bytes}).is_done());
  ASSERT_EQ(files_of(server_.remote("out")).size(), 1u);
  EXPECT_EQ(read_file(server_.remote("out") / "big.x12"), bytes);
  struct stat first {};
  ::stat((server_.remote("out") / "big.x12").c_str(), &first);
  ASSERT_TRUE(transport.send({"north", "big.x12", bytes}).is_done());
  struct stat second {};
  ::stat((server_.remote("out") / "big.x12").c_str(), &second);
  EXPECT_EQ(first.st_ino, second.st_ino) << "a repeat was written anew";
}

TEST_F(Sftp, OnlyWholeAndStableFilesAreTakenAndPutAwayWhenTold) {
  auto own = settings(server_.make_key("ed25519"));
  edi::SftpTransport transport(own);
  for (const char* name : {".hidden", "a.tmp", "b.part", "c.filepart"}) {
    write_file(server_.remote("in") / name, "not yet");
  }
  fs::create_directory(server_.remote("in") / "folder");
  fs::create_symlink("/etc/passwd", server_.remote("in") / "link");
  write_file(server_.remote("in") / "one.x12", "ISA");
  EXPECT_TRUE(transport.arrived().empty()) << "seen once only";
  write_file(server_.remote("in") / "one.x12", "ISA, longer");
  EXPECT_TRUE(transport.arrived().empty()) << "it has just grown";
  EXPECT_EQ(settled(transport), std::vector<std::string>{"one.x12"});
  EXPECT_EQ(transport.fetch("one.x12"), "ISA, longer");
  EXPECT_TRUE(fs::exists(server_.remote("in") / "one.x12")) << "put away before it was told";
  EXPECT_TRUE(transport.put_away("one.x12", "0123456789abcdef0123"));
  EXPECT_TRUE(fs::exists(server_.remote("archive") / "0123456789abcdef-one.x12"));
  EXPECT_TRUE(transport.put_away("one.x12", "0123456789abcdef0123")) << "it is gone already";
  // Without an archive it is deleted.
  own.archive.clear();
  edi::SftpTransport deleting(own);
  write_file(server_.remote("in") / "two.x12", "ISA");
  EXPECT_TRUE(deleting.put_away("two.x12", "0123456789abcdef0123"));
  EXPECT_FALSE(fs::exists(server_.remote("in") / "two.x12"));
}

TEST_F(Sftp, AServerThatWentAwayIsFoundAgain) {
  edi::SftpTransport transport(settings(server_.make_key("ed25519")));
  ASSERT_TRUE(transport.send({"north", "one.x12", "ISA"}).is_done());
  server_.kill();
  // The session's own process outlives the listener; a new connection cannot be made.
  edi::SftpTransport other(settings(server_.make_key("ed25519")));
  EXPECT_EQ(other.send({"north", "two.x12", "ISA"}).kind(), XD_RETRY);
  server_.start();
  EXPECT_TRUE(other.send({"north", "two.x12", "ISA"}).is_done());
}

TEST_F(Sftp, OrdersComeAndTheir997sGoThroughTheHost) {
  const auto key = server_.make_key("rsa");
  for (const char* name : {"inbox", "outbox", "archive"}) {
    fs::create_directories(folder_.path() / name);
  }
  const auto quoted = [&](const std::string& name) {
    return '"' + (folder_.path() / name).string() + '"';
  };
  BareHost host(
      folder_.path() / "host",
      "channel north {\n  connector edi\n  customer CUST-NORTH\n}\n"
      "connector edi {\n  plugin edi_x12\n  poll_interval 100ms\n  limits {\n"
      "    crashes_per_minute 1000\n  }\n  retry {\n    first 100ms\n    most 500ms\n  }\n"
      "  config {\n    inbox " +
          quoted("inbox") + "\n    outbox " + quoted("outbox") + "\n    archive " +
          quoted("archive") +
          "\n    qualifier 01\n    id 000000001\n    sftp server {\n      host 127.0.0.1\n"
          "      port " +
          std::to_string(server_.port()) + "\n      user " + server_.user() +
          "\n      host_key \"" + server_.fingerprint() + "\"\n      key \"file:" + key.string() +
          "\"\n      inbox \"" + server_.remote("in").string() + "\"\n      outbox \"" +
          server_.remote("out").string() + "\"\n      archive \"" +
          server_.remote("archive").string() +
          "\"\n      look_every 50ms\n      settle 20ms\n    }\n"
          "    partner north {\n      qualifier 01\n      id 000000011\n"
          "      customer CUST-NORTH\n      via server\n    }\n  }\n}\n",
      {shipped_connector("edi_x12")});
  host.start();
  // Killed again and again while files come; each is taken once and answered once.
  constexpr int kFiles = 12;
  for (int i = 1; i <= kFiles; ++i) {
    const auto name = "order-" + std::to_string(i) + ".x12";
    write_file(server_.remote("in") / ("." + name),
               interchange_850(0, i, {{"PO-" + std::to_string(i), {{1, 2}}}}));
    fs::rename(server_.remote("in") / ("." + name), server_.remote("in") / name);
    if (i % 4 == 0) {
      host.kill();
      host.start();
    } else if (i % 4 == 2) {
      const auto status = host.connector("edi");
      if (const auto* pid = status.is_object() ? status.as_object().if_contains("pid") : nullptr) {
        ::kill(static_cast<pid_t>(pid->to_number<int>()), SIGKILL);
      }
    }
  }
  std::map<std::string, int> answered;  // by the interchange's group that is acknowledged
  std::set<std::string> numbers;
  const auto count = [&] {
    answered.clear();
    numbers.clear();
    std::size_t found = 0;
    for (const auto& file : files_of(server_.remote("out"))) {
      const auto bytes = read_file(file);
      if (file.filename().string().starts_with("997-")) {
        ++found;
        for (const auto& group : elements_of(bytes, "AK1", 2)) {
          ++answered[group];
        }
      }
      for (const auto& number : elements_of(bytes, "ISA", 13)) {
        EXPECT_TRUE(numbers.insert(number).second) << "control number " << number << " twice";
      }
    }
    return found;
  };
  const bool all = Stack::wait_until(
      [&] { return count() >= kFiles && files_of(server_.remote("in")).empty(); }, seconds(60));
  EXPECT_TRUE(all) << host.log();
  EXPECT_EQ(answered.size(), static_cast<std::size_t>(kFiles));
  for (const auto& [group, times] : answered) {
    EXPECT_EQ(times, 1) << "group " << group;
  }
  EXPECT_EQ(files_of(server_.remote("archive")).size(), static_cast<std::size_t>(kFiles));
}

}  // namespace
}  // namespace crossdock::support
