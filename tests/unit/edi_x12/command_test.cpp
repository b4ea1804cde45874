// crossdock-x12 as people run it: what it prints, and with which exit status.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

struct Run {
  int status = -1;
  std::string out;
};

Run run(const std::string& arguments) {
  Run result;
  const std::string command = std::string(CROSSDOCK_X12_COMMAND) + " " + arguments + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t got; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    result.out.append(buffer.data(), got);
  }
  const int status = ::pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

std::string probe(const std::string& name) {
  return std::string(CROSSDOCK_PROBES) + "/" + name + ".x12";
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Command, ReadSaysItByItsExitStatus) {
  EXPECT_EQ(run("read " + probe("good")).status, 0);
  EXPECT_EQ(run("read " + probe("element-long")).status, 0) << "E is accepted";
  EXPECT_EQ(run("read " + probe("se01-wrong")).status, 1);
  EXPECT_EQ(run("read " + probe("ge01-wrong")).status, 1) << "a set may be lost";
  EXPECT_EQ(run("read " + probe("not-x12")).status, 2);
  EXPECT_EQ(run("read /nowhere/at-all.x12").status, 2);
  EXPECT_EQ(run("read " + probe("good") + " " + probe("not-x12")).status, 2);
  EXPECT_EQ(run("read").status, 64);
  EXPECT_EQ(run("read --no-such-option x").status, 64);
  EXPECT_EQ(run("read --severity nonsense=error " + probe("good")).status, 64);
  EXPECT_EQ(run("nonsense").status, 64);
  EXPECT_EQ(run("").status, 64);
}

TEST(Command, HelpHasExamples) {
  for (const char* command : {"read", "ack", "diff", "codes"}) {
    const auto help = run(std::string(command) + " --help");
    EXPECT_EQ(help.status, 0);
    EXPECT_TRUE(holds(help.out, "Example")) << command;
  }
}

TEST(Command, ReadPrintsLinesOfJson) {
  const auto result = run("read " + probe("one-of-three-rejected"));
  std::istringstream lines(result.out);
  std::string line;
  std::size_t sets = 0;
  while (std::getline(lines, line)) {
    EXPECT_TRUE(line.starts_with("{\"kind\":\"") && line.ends_with("}")) << line;
    sets += holds(line, "\"kind\":\"set\"") ? 1 : 0;
  }
  EXPECT_EQ(sets, 3u);
  EXPECT_TRUE(holds(result.out, "\"kind\":\"interchange\"") &&
              holds(result.out,
                    "\"index\":1,\"offset\":1,\"line\":1,\"isa13\":\"000000001\","
                    "\"sender\":\"000000011\""));
  EXPECT_TRUE(
      holds(result.out, "\"st01\":\"850\",\"st02\":\"0002\",\"segments\":10,\"status\":\"R\""));
  EXPECT_TRUE(holds(result.out, "\"kind\":\"group-end\"") && holds(result.out, "\"status\":\"P\""));
  EXPECT_TRUE(holds(result.out, "\"kind\":\"file-end\"") &&
              holds(result.out, "\"accepted\":2,\"with_errors\":0,\"rejected\":1"));
}

TEST(Command, ReadTakesStandardInput) {
  const auto result = run("read - < " + probe("good"));
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(holds(result.out, "\"file\":\"-\""));
}

TEST(Command, SummaryIsTheCountsOnly) {
  const auto result = run("read --summary " + probe("good") + " " + probe("se01-wrong"));
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
  EXPECT_TRUE(holds(result.out, "\"kind\":\"total\",\"interchanges\":2"));
}

TEST(Command, JsonStaysValidForAnyBytes) {
  const auto result = run("read --json " + probe("control-character-in-data") + " " +
                          probe("latin1") + " " + probe("bin-holds-delimiters"));
  EXPECT_EQ(result.out.find('\x07'), std::string::npos);
  EXPECT_TRUE(holds(result.out, "Receiving\\u0007Dock"));
  EXPECT_TRUE(holds(result.out, "Entrep\\u00f4t"));
}

TEST(Command, StrictMakesTolerancesErrors) {
  EXPECT_EQ(run("read " + probe("wrapped-at-80")).status, 0);
  EXPECT_EQ(run("read --strict " + probe("wrapped-at-80")).status, 1);
  EXPECT_EQ(run("read --severity element-long=error " + probe("element-long")).status, 1);
  EXPECT_EQ(run("read --envelope-only " + probe("element-missing")).status, 0);
}

TEST(Command, AckAnswersAndIsReadable) {
  const auto answer = run("ack --at 202611251200 --control 5 --ta1 always " + probe("se01-wrong"));
  EXPECT_EQ(answer.status, 1);
  EXPECT_TRUE(holds(answer.out, "TA1*000000001*261124*0915*A*000~"));
  EXPECT_TRUE(holds(answer.out, "AK5*R*4~"));
  EXPECT_TRUE(holds(answer.out, "IEA*1*000000005~"));
  const auto x999 = run("ack --type 999 --at 202611251200 " + probe("element-missing"));
  EXPECT_TRUE(holds(x999.out, "IK3*BEG*2**8~") && holds(x999.out, "IK4*3*324*1~")) << x999.out;
}

// A partner's profile in a file of its own.
class Partner {
 public:
  Partner(const std::string& id, const std::string& more)
      : file_(testing::TempDir() + "crossdock-partner-" + std::to_string(::getpid()) + ".info") {
    std::ofstream(file_) << "name north\nmatch {\n  qualifier 01\n  id " << id << "\n}\n" << more;
  }
  ~Partner() { std::filesystem::remove(file_); }
  Partner(const Partner&) = delete;
  Partner& operator=(const Partner&) = delete;
  std::string option() const { return " --profile " + file_ + " "; }

 private:
  std::string file_;
};

TEST(Command, ReadHoldsAPartnerAgainstHisProfile) {
  const Partner stern("000000011", "tolerance {\n  element-long error\n}\n");
  EXPECT_EQ(run("read" + stern.option() + probe("element-long")).status, 1);
  EXPECT_EQ(run("read" + stern.option() + probe("good")).status, 0);
  EXPECT_EQ(run("read" + stern.option() + "--severity element-long=notice " + probe("element-long"))
                .status,
            0)
      << "the command line goes before the profile";
  const auto required = "segment BEG {\n  04 {\n    required yes\n  }\n}\n";
  {
    const Partner wants("000000011", required);
    const auto result = run("read --json" + wants.option() + probe("good"));
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(holds(result.out, "BEG04")) << result.out;
  }
  const Partner other("000000099", required);
  EXPECT_EQ(run("read" + other.option() + probe("good")).status, 0) << "it is not his";
  EXPECT_EQ(run("read --profile /nowhere/at-all.info " + probe("good")).status, 64);
}

TEST(Command, AckAnswersAsThePartnerWants) {
  const Partner wants("000000011", "acknowledge {\n  functional 999\n  ta1 always\n}\n");
  const auto answer = run("ack --at 202611251200" + wants.option() + probe("good"));
  EXPECT_EQ(answer.status, 0);
  EXPECT_TRUE(holds(answer.out, "ST*999*") && holds(answer.out, "TA1*")) << answer.out;
  const auto said =
      run("ack --type 997 --ta1 never --at 202611251200" + wants.option() + probe("good"));
  EXPECT_TRUE(holds(said.out, "ST*997*") && !holds(said.out, "TA1*")) << said.out;
}

TEST(Command, DiffTellsElements) {
  EXPECT_EQ(run("diff " + probe("good") + " " + probe("crlf-after-terminator")).status, 0);
  EXPECT_EQ(run("diff " + probe("good") + " " + probe("control-delimiters")).status, 0);
  const auto result = run("diff " + probe("good") + " " + probe("element-date"));
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(holds(result.out, "BEG05: \"20261124\" -> \"20261131\"")) << result.out;
  EXPECT_EQ(run("diff " + probe("good") + " " + probe("not-x12")).status, 2);
}

// All probes in a row, as often as it takes to be a large file.
class LargeFile {
 public:
  LargeFile()
      : path_(testing::TempDir() + "crossdock-large-" + std::to_string(::getpid()) + ".x12") {
    std::string probes;
    for (const auto& entry : std::filesystem::directory_iterator(CROSSDOCK_PROBES)) {
      if (entry.path().extension() == ".x12") {
        std::ifstream in(entry.path(), std::ios::binary);
        probes.append(std::istreambuf_iterator<char>(in), {});
      }
    }
    std::ofstream out(path_, std::ios::binary);
    for (std::size_t size = 0; size < 4'200'000; size += probes.size()) {
      out << probes;
    }
  }
  ~LargeFile() { std::filesystem::remove(path_); }
  LargeFile(const LargeFile&) = delete;
  LargeFile& operator=(const LargeFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Command, AnyNumberOfJobsPrintsTheSame) {
  const LargeFile file;
  const Partner stern("000000011", "tolerance {\n  element-long error\n}\n");
  struct Case {
    std::string command;
    std::vector<const char*> jobs;
  };
  for (const auto& [command, numbers] :
       {Case{"read --json" + stern.option(), {"", "--jobs 2 ", "--jobs 4 "}},
        Case{"read --summary ", {"--jobs 2 "}}, Case{"canonical ", {"--jobs 4 "}},
        Case{"canonical --bare --rejected-too ", {"--jobs 2 "}},
        Case{"ack --at 202611251200 --ta1 always" + stern.option(), {"--jobs 2 "}}}) {
    const auto one = run(command + "--jobs 1 " + file.path());
    EXPECT_EQ(one.status, 1);
    EXPECT_GT(one.out.size(), 100u);
    for (const char* jobs : numbers) {
      const auto more = run(command + jobs + file.path());
      EXPECT_EQ(more.status, one.status) << command << jobs;
      EXPECT_TRUE(more.out == one.out) << command << jobs << "prints something else";
    }
  }
  EXPECT_EQ(run("read --jobs 0 " + probe("good")).status, 64);
  EXPECT_EQ(run("read --jobs 65 " + probe("good")).status, 64);
}

TEST(Command, EndsWhenNobodyReadsWhatItPrints) {
  const LargeFile file;
  for (const char* command : {"read --json ", "canonical "}) {
    const auto shell = "set -o pipefail; " + std::string(CROSSDOCK_X12_COMMAND) + " " + command +
                       "--jobs 4 " + file.path() + " | head -c 100 > /dev/null; exit $?";
    const int status = std::system(("bash -c '" + shell + "'").c_str());
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 128 + SIGPIPE) << command;
  }
}

// The reference lists the findings as the program has them.
TEST(Command, TheReferenceHasTheTableOfFindings) {
  std::ifstream in(std::string(CROSSDOCK_DOCS) + "/reference/x12.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(holds(page, run("codes").out)) << "put the output of crossdock-x12 codes into "
                                                "docs/reference/x12.md";
}

}  // namespace
