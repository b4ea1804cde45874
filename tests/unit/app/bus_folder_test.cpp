// The bus's folder goes with its host, and that of a host that was killed with the next one.
#include "host/app/bus_folder.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace crossdock::host::app {
namespace {

namespace fs = std::filesystem;

class BusFolderTest : public testing::Test {
 public:
  BusFolderTest() : data_(testing::TempDir() + "crossdock-bus-folder-" + std::to_string(getpid())) {
    fs::create_directories(data_);
  }
  ~BusFolderTest() override { fs::remove_all(data_); }

 protected:
  fs::path data_;
};

TEST_F(BusFolderTest, IsGoneWithItsHost) {
  fs::path path;
  {
    const BusFolder folder(data_);
    path = folder.path();
    EXPECT_TRUE(fs::is_directory(path));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::is_empty(data_));
}

TEST_F(BusFolderTest, OfAKilledHostIsTakenAwayByTheNext) {
  const pid_t child = fork();
  if (child == 0) {
    const BusFolder folder(data_);
    std::ofstream(folder.path() / "bus") << "";
    std::ofstream(data_ / "path") << folder.path().string();
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  std::string left;
  std::ifstream in(data_ / "path");
  ASSERT_TRUE(std::getline(in, left));
  ASSERT_TRUE(fs::exists(left));
  const BusFolder next(data_);
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(next.path()));
}

TEST_F(BusFolderTest, NothingElseIsTakenAway) {
  const fs::path other = data_ / "crossdock-keep";
  fs::create_directories(other);
  std::ofstream(data_ / "bus-folder") << other.string() << '\n';
  const BusFolder folder(data_);
  EXPECT_TRUE(fs::exists(other));
}

}  // namespace
}  // namespace crossdock::host::app
