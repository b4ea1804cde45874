// Packages: what GNU tar makes of them and they of what tar makes, and what is refused.
#include "sdk/trust/package.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sdk/trust/bytes.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::trust {
namespace {

PackageFiles example() {
  return {{"desk.so", std::string(70'000, '\x7f')},
          {"manifest.json", "{}"},
          {"docs/README.md", "# Desk\n"},
          {"empty", ""}};
}

TEST(Package, GoesRoundAndIsTheSameEachTime) {
  std::string fault;
  const auto archive = write_package(example(), fault);
  ASSERT_TRUE(archive) << fault;
  EXPECT_EQ(*archive, *write_package(example(), fault));
  const auto files = read_package(*archive, fault);
  ASSERT_TRUE(files) << fault;
  EXPECT_EQ(*files, example());
}

TEST(Package, IsATarArchiveForTar) {
  const support::Folder folder("package");
  std::string fault;
  std::ofstream(folder.path() / "desk.xdpack", std::ios::binary)
      << *write_package(example(), fault);
  const std::string here = "cd '" + folder.path().string() + "' && ";
  ASSERT_EQ(std::system((here + "tar xf desk.xdpack").c_str()), 0);
  std::ifstream readme(folder.path() / "docs" / "README.md");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(readme), {}), "# Desk\n");
  // And what tar writes is a package, links excepted.
  ASSERT_EQ(
      std::system((here + "tar cf mine.xdpack --format=ustar desk.so docs/README.md").c_str()), 0);
  std::ifstream mine(folder.path() / "mine.xdpack", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(mine), {}};
  const auto files = read_package(bytes, fault);
  ASSERT_TRUE(files) << fault;
  EXPECT_EQ(files->size(), 2u);
  ASSERT_EQ(
      std::system(
          (here + "ln -s /etc/passwd link && tar cf link.xdpack --format=ustar link").c_str()),
      0);
  std::ifstream link(folder.path() / "link.xdpack", std::ios::binary);
  const std::string with_link{std::istreambuf_iterator<char>(link), {}};
  EXPECT_FALSE(read_package(with_link, fault));
  EXPECT_NE(fault.find("regular file"), std::string::npos) << fault;
}

TEST(Package, NamesStayInside) {
  std::string fault;
  for (const char* name : {"../desk.so", "/etc/passwd", "a//b", "a/./b", "", "a/", "a\nb"}) {
    EXPECT_FALSE(write_package({{name, "x"}}, fault)) << name;
  }
}

TEST(Package, EveryCutAndEveryFlippedByteIsSafe) {
  std::string fault;
  const auto archive = *write_package({{"a.so", "code"}, {"b", "text"}}, fault);
  for (std::size_t size = 0; size < archive.size(); ++size) {
    (void)read_package(archive.substr(0, size), fault);
  }
  for (std::size_t at = 0; at < 512; ++at) {
    if (at == 155) {
      continue;  // behind the end of the checksum's own digits
    }
    auto damaged = archive;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x15);
    EXPECT_FALSE(read_package(damaged, fault) ==
                 std::optional(PackageFiles{{"a.so", "code"}, {"b", "text"}}))
        << "byte " << at << " of the header does not count";
  }
}

TEST(Package, StatementSpeaksForEveryFile) {
  auto files = example();
  const auto statement = state("desk", "1.0.0", "desk.so", files);
  EXPECT_EQ(mismatch(statement, files), "");
  files["signature.json"] = "not part of it";
  EXPECT_EQ(mismatch(statement, files), "");
  files["docs/README.md"] = "# Desk, better\n";
  EXPECT_NE(mismatch(statement, files).find("docs/README.md"), std::string::npos);
  files = example();
  files["docs/more.md"] = "";
  EXPECT_NE(mismatch(statement, files).find("was not signed"), std::string::npos);
  files = example();
  files.erase("empty");
  EXPECT_NE(mismatch(statement, files).find("lacks empty"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::trust
