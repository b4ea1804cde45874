// One fault or oddity per file, with what must be found in it and how it must be answered, as a
// text beside it that people can read and judge. A change of behaviour shows as a change of a text.
// CROSSDOCK_WRITE_GOLDEN=1 writes them anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"

namespace crossdock::x12 {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

GrammarLibrary& library() {
  static GrammarLibrary out({default_grammar_folder()});
  return out;
}

// Gives at most so many bytes at a time.
class Portions final : public Source {
 public:
  Portions(std::string_view bytes, std::size_t most) : bytes_(bytes), most_(most) {}
  std::size_t read(char* into, std::size_t most) override {
    return bytes_.read(into, std::min(most, most_));
  }

 private:
  MemorySource bytes_;
  std::size_t most_;
};

// What reading tells, a line each, and the answers.
class Transcript final : public Sink {
 public:
  std::string text;
  bool lost = false, rejected = false;

  void interchange_begins(const InterchangeHead& head) override {
    line() << "interchange " << head.index << " offset " << head.offset + 1 << " isa13 "
           << head.control() << " from " << head.sender() << " to " << head.receiver()
           << " version " << head.version();
    report_.interchange_begins(head);
  }
  void interchange_segment(const SegmentView& s) override { line() << "segment " << s.id(); }
  void group_begins(const GroupHead& head) override {
    line() << "  group " << head.index << " gs01 " << head.functional_id << " gs06 " << head.control
           << " version " << head.version;
    report_.group_begins(head);
  }
  void set_begins(const SetHead& head) override {
    set_ = head;
    report_.set_begins(head);
  }
  void segment(const SegmentView& s, std::uint32_t position) override {
    report_.segment(s, position);
  }
  void set_ends(const SetEnd& end) override {
    rejected |= end.status() == 'R';
    line() << "    set " << set_.index << " st01 " << set_.type << " st02 " << set_.control
           << " segments " << end.segments << " status " << end.status();
    report_.set_ends(end);
  }
  void group_ends(const GroupEnd& end) override {
    line() << "  group ends, status " << end.status();
    report_.group_ends(end);
  }
  void interchange_ends(const InterchangeEnd& end) override {
    line() << "interchange ends, status " << end.status() << " segments " << end.segments;
    report_.interchange_ends(end);
  }
  void finding(const Finding& f) override {
    lost |= f.severity == Severity::error;
    line() << "      " << to_string(f.severity) << ' ' << f.name() << " offset " << f.offset + 1
           << " line " << f.line << " segment " << f.segment << ' ' << place_of(f)
           << (f.repetition != 0 ? " repetition " + std::to_string(f.repetition) : "") << ": "
           << f.message;
    report_.finding(f);
  }
  std::string finish(bool any) {
    flush();
    text += "exit status " + std::string(!any ? "2" : lost || rejected ? "1" : "0") + "\n";
    return text + answers_;
  }

 private:
  std::ostringstream& line() {
    flush();
    return line_;
  }
  void flush() {
    if (!line_.str().empty()) {
      text += line_.str() + "\n";
      line_.str("");
    }
  }
  std::ostringstream line_;
  SetHead set_;
  std::string answers_;
  ReportSink report_{[this](const InterchangeReport& report) {
    for (const auto functional : {FunctionalAnswer::x997, FunctionalAnswer::x999}) {
      auto settings = reply_settings(report);
      settings.date = "20261125";
      settings.time = "1200";
      settings.delimiters = Delimiters{'*', '>', '^', '~'};
      settings.newline = true;
      if (functional == FunctionalAnswer::x999) {
        settings.version = "005010";
      }
      const auto answer =
          write_answer(report, {functional, InterchangeAnswer::errors}, settings, {1, 1, 1});
      answers_ += "--- answer\n" + answer.value_or("none\n");
    }
  }};
};

std::string transcript(std::string_view bytes, std::size_t portion) {
  Transcript out;
  const Policy policy;
  Checker checker(out, by_release(library()), policy);
  Portions source(bytes, portion);
  const bool any = Reader(source, checker, policy).run();
  return out.finish(any);
}

std::vector<fs::path> probes() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(CROSSDOCK_PROBES)) {
    if (entry.path().extension() == ".x12") {
      out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Probes, EachIsReadAndAnsweredAsItsTextSays) {
  ASSERT_GT(probes().size(), 90u);
  for (const auto& probe : probes()) {
    SCOPED_TRACE(probe.filename().string());
    const auto text = transcript(content_of(probe), SIZE_MAX);
    auto expected = probe;
    expected.replace_extension(".expected");
    if (std::getenv("CROSSDOCK_WRITE_GOLDEN") != nullptr) {
      std::ofstream(expected, std::ios::binary | std::ios::trunc) << text;
    }
    EXPECT_EQ(content_of(expected), text);
  }
}

TEST(Probes, TheSameInAnyPortions) {
  for (const auto& probe : probes()) {
    SCOPED_TRACE(probe.filename().string());
    const auto bytes = content_of(probe);
    const auto whole = transcript(bytes, SIZE_MAX);
    for (const std::size_t portion : {1, 2, 3, 7, 64, 105, 106, 107}) {
      EXPECT_EQ(transcript(bytes, portion), whole) << "portions of " << portion << " bytes";
    }
  }
}

// What we answer must itself be flawless, whatever was answered.
TEST(Probes, AnswersAreWithoutAFinding) {
  std::size_t answers = 0;
  for (const auto& probe : probes()) {
    SCOPED_TRACE(probe.filename().string());
    // A GS06 that is no number must be given back as it is; an answer speaks the release that it
    // was asked in, known or not.
    if (probe.stem() == "gs06-not-a-number" || probe.stem() == "unknown-release") {
      continue;
    }
    const auto text = transcript(content_of(probe), SIZE_MAX);
    for (auto at = text.find("--- answer\n"); at != std::string::npos;
         at = text.find("--- answer\n", at + 1)) {
      const auto from = at + 11;
      const auto answer = text.substr(from, text.find("--- answer\n", from) - from);
      if (!answer.starts_with("ISA")) {
        continue;
      }
      ++answers;
      const auto again = transcript(answer, SIZE_MAX);
      const auto head = again.substr(0, again.find("exit status"));
      EXPECT_EQ(head.find("error "), std::string::npos) << answer << head;
      EXPECT_EQ(head.find("warning "), std::string::npos) << answer << head;
    }
  }
  EXPECT_GT(answers, 100u);
}

}  // namespace
}  // namespace crossdock::x12
