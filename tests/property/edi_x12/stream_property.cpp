// What holds for any stream: what the writer wrote is read back equal, with any delimiters and in
// any portions; the AVX2 and the portable way say the same of any bytes, and so do any portions;
// and the memory that a stream takes does not grow with it.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"
#include "plugins/edi_x12/engine/writer/writer.hpp"
#include "tests/support/edi/traffic.hpp"

namespace crossdock::x12 {
namespace {

// Bytes in portions of changing sizes.
class Portions final : public Source {
 public:
  Portions(std::string_view bytes, std::vector<std::size_t> sizes)
      : bytes_(bytes), sizes_(std::move(sizes)) {}
  std::size_t read(char* into, std::size_t most) override {
    const std::size_t size = sizes_.empty() ? most : sizes_[next_++ % sizes_.size()];
    return bytes_.read(into, std::min(most, size));
  }

 private:
  MemorySource bytes_;
  std::vector<std::size_t> sizes_;
  std::size_t next_ = 0;
};

std::vector<std::size_t> some_portions() {
  return *rc::gen::container<std::vector<std::size_t>>(rc::gen::oneOf(
      rc::gen::inRange<std::size_t>(1, 20), rc::gen::inRange<std::size_t>(1, 40'000)));
}

using Segments = std::vector<std::vector<std::string>>;

// Everything that is told, as text: findings stand before the segment they are about.
class Told final : public Sink {
 public:
  std::string text;
  Segments body;  // between ST and SE
  std::size_t errors = 0;
  void interchange_begins(const InterchangeHead& head) override { add("isa", head.offset); }
  void group_begins(const GroupHead& head) override { add("gs", head.offset); }
  void segment(const SegmentView& s, std::uint32_t position) override {
    add("segment", position);
    text += s.text();
    add("", s.offset);
    if (s.key != key_of("ST") && s.key != key_of("SE")) {
      auto& one = body.emplace_back(1, std::string(s.id()));
      for (std::size_t n = 1; n <= s.count; ++n) {
        one.emplace_back(s.at(n));
      }
    }
  }
  void set_ends(const SetEnd& end) override { add("se", end.segments * 256 + end.status()); }
  void group_ends(const GroupEnd& end) override { add("ge", end.sets * 256 + end.status()); }
  void interchange_ends(const InterchangeEnd& end) override { add("iea", end.end_offset); }
  void finding(const Finding& f) override {
    errors += f.severity == Severity::error ? 1 : 0;
    add(f.name(), f.offset);
    add(f.message, f.line * 64 + f.element);
  }

 private:
  void add(std::string_view what, std::uint64_t number) {
    text.append(what).append(" ").append(std::to_string(number)).append("\n");
  }
};

Told read_all(std::string_view bytes, const std::vector<std::size_t>& portions, Way way) {
  static GrammarLibrary library({default_grammar_folder()});
  Told told;
  const Policy policy;
  Checker checker(told, by_release(library), policy, way);
  Portions source(bytes, portions);
  Reader(source, checker, policy, way).run();
  return told;
}

// Any byte that an element may hold as data: neither letters and digits, of which identifiers and
// numbers are made, nor blanks and line ends, nor the writer's own marks.
Delimiters some_delimiters() {
  std::vector<char> bytes;
  for (int i = 1; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool name = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!name && c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '.' && c != '-' &&
        c != kComponentMark && c != kRepetitionMark) {
      bytes.push_back(c);
    }
  }
  const auto four = *rc::gen::unique<std::vector<char>>(4, rc::gen::elementOf(bytes));
  return {four[0], four[1], four[2], four[3]};
}

std::string some_value(const Delimiters& d) {
  auto text = *rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::elementOf(std::string("ABCDEFGHXYZ0123456789")),
                     rc::gen::elementOf(std::string("abc.-,;:!?/&'()+= *~>^|"))));
  std::erase_if(text, [&](char c) {
    return c == d.element || c == d.component || c == d.repetition || c == d.segment;
  });
  // Blanks around a value are the envelope's business; see reader_test.
  while (!text.empty() && (text.back() == ' ' || text.front() == ' ')) {
    text.erase(text.front() == ' ' ? 0 : text.size() - 1, 1);
  }
  return text.substr(0, 60);
}

RC_GTEST_PROP(Stream, WhatIsWrittenIsReadBack, ()) {
  const Delimiters d = some_delimiters();
  EnvelopeSettings settings;
  settings.sender = {"01", "000000011"};
  settings.receiver = {"01", "000000001"};
  settings.delimiters = d;
  settings.newline = *rc::gen::arbitrary<bool>();
  settings.date = "20261124";
  settings.time = "0915";
  Writer writer(settings, {1, 1, 1}, "PO", "850");
  static const std::string kIds[] = {"BEG", "REF", "N1", "PO1", "PID", "MSG", "ZZ9", "CTT"};
  Segments written;
  const int count = *rc::gen::inRange(0, 60);
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> one{kIds[*rc::gen::inRange(0, 8)]};
    const int elements = *rc::gen::inRange(1, 20);
    for (int n = 0; n < elements; ++n) {
      one.push_back(some_value(d));
    }
    one.push_back("E");  // empty elements at the end are left out when written
    writer.segment(one[0], std::vector<std::string>(one.begin() + 1, one.end()));
    written.push_back(std::move(one));
  }
  const std::string bytes = writer.finish();
  const auto portions = some_portions();
  for (const Way way : {Way::portable, best_way()}) {
    RC_ASSERT(read_all(bytes, portions, way).body == written);
  }
}

RC_GTEST_PROP(Stream, BothWaysSayTheSameOfAnything, ()) {
  support::Traffic traffic(*rc::gen::arbitrary<std::uint32_t>(), 3000,
                           static_cast<std::uint32_t>(*rc::gen::inRange(1, 3)));
  std::string bytes, piece;
  while (traffic.next(piece)) {
    bytes += piece;
  }
  for (int damage = *rc::gen::inRange(0, 12); damage > 0; --damage) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        bytes.erase(at, *rc::gen::inRange<std::size_t>(0, 30));
        break;
      case 1:
        bytes.insert(at, *rc::gen::string<std::string>());
        break;
      case 2:
        bytes[at] = *rc::gen::elementOf(std::string("*~>^\r\n A0.-\x80", 12));
        break;
      default: {
        // One byte becomes another everywhere: delimiters that change, or line ends.
        const char old = bytes[at];
        std::replace(bytes.begin(), bytes.end(), old, *rc::gen::arbitrary<char>());
      }
    }
  }
  const auto whole = read_all(bytes, {}, Way::portable);
  RC_ASSERT(read_all(bytes, {}, best_way()).text == whole.text);
  RC_ASSERT(read_all(bytes, some_portions(), best_way()).text == whole.text);
}

TEST(Stream, WhatIsNoX12IsToldWithTheLineWhereItBegins) {
  std::string lines;
  for (int i = 0; i < 500; ++i) {
    lines += "no X12 on this line\n";
  }
  for (const std::size_t portion : {std::size_t{1}, std::size_t{100'000}}) {
    EXPECT_NE(read_all(lines, {portion}, best_way()).text.find("\" 64\n"), std::string::npos);
  }
}

TEST(Stream, HoldsNoMoreOfALongStreamThanOfAShortOne) {
  class Endless final : public Source {
   public:
    explicit Endless(std::uint64_t bytes) : traffic_(7, bytes) {}
    std::size_t read(char* into, std::size_t most) override {
      if (at_ == piece_.size()) {
        at_ = 0;
        if (!traffic_.next(piece_)) {
          piece_.clear();
          return 0;
        }
      }
      const auto count = std::min(most, piece_.size() - at_);
      std::copy_n(piece_.data() + at_, count, into);
      at_ += count;
      return count;
    }

   private:
    support::Traffic traffic_;
    std::string piece_;
    std::size_t at_ = 0;
  };
  // The window is all that is held of the bytes.
  class Watch final : public Sink {
   public:
    std::size_t largest = 0, sets = 0;
    void reading(Lexer& lexer) override { lexer_ = &lexer; }
    void set_ends(const SetEnd&) override {
      ++sets;
      largest = std::max(largest, lexer_->window_bytes());
    }

   private:
    Lexer* lexer_ = nullptr;
  };
  for (const std::uint64_t megabytes : {1, 8}) {
    Endless source(megabytes << 20);
    Watch watch;
    const Policy policy;
    Reader(source, watch, policy).run();
    EXPECT_GT(watch.sets, 400 * megabytes);
    EXPECT_EQ(watch.largest, 2 * Lexer::kChunk);
  }
}

}  // namespace
}  // namespace crossdock::x12
