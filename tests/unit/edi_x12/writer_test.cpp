// Writing X12: counts are exact, what cannot be written is refused with its place, delimiters give
// way to the data, control numbers are never given twice.
#include "plugins/edi_x12/engine/writer/writer.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include "plugins/edi_x12/engine/document/document.hpp"
#include "plugins/edi_x12/engine/writer/batch.hpp"

namespace crossdock::x12 {
namespace {

EnvelopeSettings dated_envelope() {
  EnvelopeSettings out;
  out.sender = {"01", "000000001"};
  out.receiver = {"01", "000000011"};
  out.date = "20261124";
  out.time = "0915";
  return out;
}

bool flawless(const File& file) {
  bool good = file.findings.empty();
  for (const auto& interchange : file.interchanges) {
    good &= interchange.findings.empty();
    for (const auto& group : interchange.groups) {
      good &= group.findings.empty();
      for (const auto& set : group.sets) {
        good &= set.findings.empty();
      }
    }
  }
  return good;
}

TEST(Writer, RefusesDataThatHoldsADelimiter) {
  Writer writer(dated_envelope(), {1, 1, 1}, "PR", "855");
  EXPECT_NO_THROW(writer.segment("BAK", {"00", "AD"}));
  for (const char* value : {"A*B", "A~B", "A>B", "A^B", "A\nB", "A\x07"}) {
    EXPECT_THROW(writer.segment("N1", {"ST", value}), NotWritable) << value;
  }
  try {
    writer.segment("N1", {"ST", "A*B"});
  } catch (const NotWritable& fault) {
    EXPECT_NE(std::string(fault.what()).find("N102"), std::string::npos) << fault.what();
  }
}

TEST(Writer, ChoosesDelimitersThatTheDataDoesNotHold) {
  auto settings = dated_envelope();
  settings.choose_delimiters = true;
  Writer writer(settings, {1, 1, 1}, "PR", "855");
  writer.segment("N1", {"ST", "A*B~C>D^E"});
  const auto text = writer.finish();
  const auto file = read(text);
  ASSERT_EQ(file.interchanges.size(), 1u) << text;
  EXPECT_TRUE(flawless(file));
  const auto& set = file.interchanges[0].groups.at(0).sets.at(0);
  EXPECT_EQ(set.segments.at(1).at(2), "A*B~C>D^E");
  const std::set<char> all = {
      file.interchanges[0].delimiters.element, file.interchanges[0].delimiters.component,
      file.interchanges[0].delimiters.repetition, file.interchanges[0].delimiters.segment};
  EXPECT_EQ(all.size(), 4u) << "four different bytes";
}

TEST(Writer, MarksStandForThePartnersSeparators) {
  Writer writer(dated_envelope(), {1, 1, 1}, "FA", "999");
  writer.segment("CTX", {std::string("BEG03") + kComponentMark + "4711"});
  writer.segment("REF", {"DP", std::string("1") + kRepetitionMark + "2"});
  const auto text = writer.finish();
  EXPECT_NE(text.find("CTX*BEG03>4711~"), std::string::npos) << text;
  EXPECT_NE(text.find("REF*DP*1^2~"), std::string::npos) << text;
}

TEST(Writer, CountsAndLeavesTrailingElementsOut) {
  InterchangeWriter writer(dated_envelope(), 7);
  writer.begin_group("PO", 1);
  writer.begin_set("850", 1);
  writer.segment("BEG", {"00", "SA", "1", "", ""});
  writer.segment("REF", {"", ""});  // nothing in it: not written
  writer.begin_set("850", 2);
  writer.begin_group("SH", 2);
  writer.begin_set("856", 1);
  const auto text = writer.finish();
  EXPECT_NE(text.find("BEG*00*SA*1~\nSE*3*0001~"), std::string::npos) << text;
  EXPECT_EQ(text.find("REF"), std::string::npos);
  EXPECT_TRUE(flawless(read(text))) << text;
}

TEST(Writer, RefusesSettingsThatNoIsaCanHold) {
  auto long_id = dated_envelope();
  long_id.receiver.id = "1234567890123456";
  EXPECT_THROW(InterchangeWriter(long_id, 1), NotWritable);
  // An ISA read by its widths may hold such an id.
  auto starred_id = dated_envelope();
  starred_id.sender.id = "000000011    *";
  EXPECT_THROW(InterchangeWriter(starred_id, 1), NotWritable);
  starred_id.choose_delimiters = true;
  EXPECT_EQ(read(InterchangeWriter(starred_id, 1).finish()).interchanges.size(), 1U);
  auto no_date = dated_envelope();
  no_date.date = "241126";
  EXPECT_THROW(InterchangeWriter(no_date, 1), NotWritable);
  EXPECT_THROW(InterchangeWriter(dated_envelope(), 1'000'000'000), NotWritable);
}

OutgoingSet some_set(const std::string& kind, const std::string& type, int number) {
  return {kind, type, "", {{"BEG", {"00", "SA", std::to_string(number), "", "20261124"}}}};
}

TEST(Batch, SplitsByCountAndBySize) {
  CountingNumbers numbers(100, 500);
  std::vector<std::string> out;
  Batch by_count(dated_envelope(), {3, 0}, numbers,
                 [&](std::string text) { out.push_back(std::move(text)); });
  for (int i = 0; i < 7; ++i) {
    by_count.add(some_set(i % 2 == 0 ? "PO" : "SH", i % 2 == 0 ? "850" : "856", i));
  }
  by_count.finish();
  ASSERT_EQ(out.size(), 3u);
  std::set<std::string> isa, gs;
  std::size_t sets = 0;
  for (const auto& text : out) {
    const auto file = read(text);
    EXPECT_TRUE(flawless(file)) << text;
    isa.emplace(file.interchanges.at(0).control);
    for (const auto& group : file.interchanges[0].groups) {
      gs.emplace(group.control);
      sets += group.sets.size();
    }
  }
  EXPECT_EQ(isa.size(), 3u);
  EXPECT_EQ(gs.size(), 5u);
  EXPECT_EQ(sets, 7u);
  out.clear();
  Batch by_size(dated_envelope(), {0, 600}, numbers,
                [&](std::string text) { out.push_back(std::move(text)); });
  for (int i = 0; i < 20; ++i) {
    by_size.add(some_set("PO", "850", i));
  }
  by_size.finish();
  EXPECT_GT(out.size(), 1u);
  for (const auto& text : out) {
    EXPECT_LE(text.size(), 600u);
  }
}

TEST(Batch, ASetThatCannotBeWrittenHarmsNoOther) {
  CountingNumbers numbers(1, 1);
  std::vector<std::string> out;
  Batch batch(dated_envelope(), {}, numbers,
              [&](std::string text) { out.push_back(std::move(text)); });
  batch.add(some_set("PO", "850", 1));
  auto bad = some_set("PO", "850", 2);
  bad.segments[0].elements[2] = "4*2";
  EXPECT_THROW(batch.add(bad), NotWritable);
  batch.add(some_set("PO", "850", 3));
  batch.finish();
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(read(out[0]).interchanges.at(0).groups.at(0).sets.size(), 2u);
}

// A process takes numbers and writes each down before it uses it, until it is killed; another goes
// on.
TEST(NumbersFile, NoNumberIsGivenTwiceThoughItsTakerIsKilled) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("x12-numbers-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto given = folder / "given";
  for (int round = 0; round < 6; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      NumbersFile numbers(folder / "partner");
      std::ofstream out(given, std::ios::app);
      for (;;) {
        out << numbers.next_interchange() << std::endl;
      }
    }
    ::usleep(20'000);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  std::ifstream in(given);
  std::set<std::uint64_t> seen;
  std::string line;
  while (std::getline(in, line)) {
    EXPECT_TRUE(seen.insert(std::stoull(line)).second) << line << " was given twice";
  }
  NumbersFile after(folder / "partner");
  EXPECT_FALSE(seen.contains(after.next_interchange()));
  std::filesystem::remove_all(folder);
}

TEST(NumbersFile, SaysWhatIsWrongWithItsFile) {
  const auto file =
      std::filesystem::temp_directory_path() / ("x12-numbers-bad-" + std::to_string(::getpid()));
  std::ofstream(file) << "hello\n";
  EXPECT_THROW(NumbersFile{file}, NumbersError);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace crossdock::x12
