// The tape and the lexer over it: both ways of scanning agree, segments come out whole in any
// portions, lines are counted, binary data and long segments are held.
#include "plugins/edi_x12/engine/lexer/lexer.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace crossdock::x12 {
namespace {

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

std::vector<std::string> segments(std::string_view text, const Delimiters& delimiters,
                                  std::size_t portion, Way way) {
  Portions source(text, portion);
  Lexer lexer(source, way);
  lexer.use(delimiters);
  std::vector<std::string> out;
  SegmentView s;
  while (lexer.next(s)) {
    std::string one(s.id());
    for (std::size_t i = 1; i <= s.count; ++i) {
      one += "|" + std::string(s.at(i));
    }
    EXPECT_EQ(text.substr(s.offset, s.text().size()), s.text());
    out.push_back(one + (s.odd ? " odd" : "") + (s.filler ? " filler" : ""));
  }
  return out;
}

std::vector<Way> ways() {
  return best_way() == Way::avx2 ? std::vector<Way>{Way::portable, Way::avx2}
                                 : std::vector<Way>{Way::portable};
}

TEST(Tape, BothWaysGiveTheSame) {
  if (best_way() != Way::avx2) {
    GTEST_SKIP() << "this processor has no AVX2";
  }
  std::mt19937 random(3);
  const char kBytes[] = "*~>^\n\r\x1f\xe9 ABC0123456789";
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 300, ' ');
    for (auto& c : text) {
      c = kBytes[random() % (sizeof kBytes - 1)];
    }
    const std::string padded = text + std::string(kTapePadding, '*');
    const Delimiters delimiters{'*', '>', round % 2 == 0 ? '^' : '\0', round % 3 == 0 ? '\n' : '~'};
    Tape one, other;
    one.reserve(512);
    other.reserve(512);
    Scanner(delimiters, Way::portable).scan(padded.data(), 0, text.size(), one);
    Scanner(delimiters, Way::avx2).scan(padded.data(), 0, text.size(), other);
    ASSERT_EQ(one.mark_count, other.mark_count);
    ASSERT_EQ(one.end_count, other.end_count);
    ASSERT_EQ(one.odd_count, other.odd_count);
    EXPECT_TRUE(std::equal(one.marks.get(), one.marks.get() + one.mark_count, other.marks.get()));
    EXPECT_TRUE(std::equal(one.ends.get(), one.ends.get() + one.end_count, other.ends.get()));
    EXPECT_TRUE(std::equal(one.odd.get(), one.odd.get() + one.odd_count, other.odd.get()));
  }
}

TEST(Lexer, SegmentsAreTheSameInAnyPortions) {
  const std::string text = "ST*850*1~\nN1*ST**x>y~\r\n  REF*A^B~~SE~";
  const std::vector<std::string> expected = {"ST|850|1", "N1|ST||x>y odd", "REF|A^B odd filler", "",
                                             "SE"};
  for (const Way way : ways()) {
    for (const std::size_t portion : {1, 2, 3, 5, 8, 100}) {
      EXPECT_EQ(segments(text, {'*', '>', '^', '~'}, portion, way), expected) << portion;
    }
  }
}

TEST(Lexer, LinesEndSegmentsInAnyMix) {
  const std::vector<std::string> expected = {"ST|1", "N1|2", "N2|3", "SE|4 filler"};
  for (const char* text : {"ST*1\nN1*2\nN2*3\n\nSE*4\n", "ST*1\r\nN1*2\rN2*3\n\r\nSE*4\r"}) {
    for (const Way way : ways()) {
      EXPECT_EQ(segments(text, {'*', '>', 0, '\n'}, 1, way), expected);
      EXPECT_EQ(segments(text, {'*', '>', 0, '\r'}, 64, way), expected);
    }
  }
}

TEST(Lexer, ALongSegmentMakesTheWindowGrow) {
  const std::string data(300'000, 'x');
  const std::string text = "A*1~N1*" + data + "*2~SE*3~";
  MemorySource source(text);
  Lexer lexer(source);
  lexer.use({});
  SegmentView s;
  ASSERT_TRUE(lexer.next(s));
  ASSERT_TRUE(lexer.next(s));
  EXPECT_EQ(s.at(1), data);
  EXPECT_EQ(s.at(2), "2");
  ASSERT_TRUE(lexer.next(s));
  EXPECT_EQ(s.offset, text.size() - 5);
  EXPECT_FALSE(lexer.next(s));
}

TEST(Lexer, GivesUpOnASegmentWithoutEnd) {
  const std::string text = "A*1~" + std::string(Lexer::kLargestSegment + 100'000, 'x');
  MemorySource source(text);
  Lexer lexer(source);
  lexer.use({});
  SegmentView s;
  ASSERT_TRUE(lexer.next(s));
  EXPECT_FALSE(lexer.next(s));
  EXPECT_TRUE(lexer.too_long());
}

TEST(Lexer, CountsLinesForwardAndBack) {
  const std::string text = "A*1~\nB*2~\r\nC*3~\rD*4~";
  for (const std::size_t portion : {1, 4, 100}) {
    Portions source(text, portion);
    Lexer lexer(source);
    lexer.use({});
    SegmentView s;
    std::vector<std::uint64_t> lines;
    while (lexer.next(s)) {
      const auto first = lexer.line_of(s.offset);
      (void)lexer.line_of(s.end_offset);
      EXPECT_EQ(lexer.line_of(s.offset), first);
      lines.push_back(first);
    }
    EXPECT_EQ(lines, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  }
}

TEST(Lexer, BinaryDataMayHoldAnything) {
  std::string data;
  for (int i = 0; i < 70'000; ++i) {
    data.push_back(static_cast<char>(i * 7));
  }
  const std::string text = "ST*1~BIN*" + std::to_string(data.size()) + "*" + data + "~SE*2~";
  for (const std::size_t portion : {std::size_t{1000}, text.size()}) {
    Portions source(text, portion);
    Lexer lexer(source);
    lexer.use({});
    SegmentView s;
    ASSERT_TRUE(lexer.next(s));
    ASSERT_TRUE(lexer.next(s));
    ASSERT_TRUE(lexer.binary(s, 2, data.size()));
    EXPECT_EQ(s.at(2), data);
    ASSERT_TRUE(lexer.next(s));
    EXPECT_EQ(s.text(), "SE*2");
  }
}

TEST(Lexer, BinaryDataOfAnotherLengthLeavesTheSegmentAsItWas) {
  const std::string text = "BIN*99*short~SE*2~";
  MemorySource source(text);
  Lexer lexer(source);
  lexer.use({});
  SegmentView s;
  ASSERT_TRUE(lexer.next(s));
  EXPECT_FALSE(lexer.binary(s, 2, 99));
  EXPECT_EQ(s.at(2), "short");
  ASSERT_TRUE(lexer.next(s));
  EXPECT_EQ(s.text(), "SE*2");
}

}  // namespace
}  // namespace crossdock::x12
