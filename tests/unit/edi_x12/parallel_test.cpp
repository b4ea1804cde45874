// Several threads for one file say what one says, of anything, in the same order; they hold no more
// than they may, and tell as they go.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/parallel/parallel_sink.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"
#include "plugins/edi_x12/engine/reader/relay.hpp"
#include "plugins/edi_x12/mapping/canonical_sink.hpp"
#include "tests/support/edi/traffic.hpp"

namespace crossdock::x12 {
namespace {

constexpr unsigned kThreads[] = {1, 2, 4};
// So small that a few sets are many batches, and some sets are too large to be held.
constexpr ParallelSink::Bounds kSmall{2'000, 6'000};

// All that is told, as text; of the segments what every reader hands on.
class Told final : public Sink {
 public:
  std::string text;
  std::size_t sets = 0, findings = 0;
  void interchange_begins(const InterchangeHead& head) override {
    add("isa " + std::string(head.control()), head.offset, head.line);
  }
  void interchange_segment(const SegmentView& s) override { add(s.text(), s.offset, 0); }
  void group_begins(const GroupHead& head) override {
    add("gs " + head.control + head.version, head.offset, head.line);
  }
  void set_begins(const SetHead& head) override {
    add("st " + head.type + head.control, head.offset, head.line);
  }
  void segment(const SegmentView& s, std::uint32_t position) override {
    if (position <= 2) {
      add(s.text(), s.offset, position);
    }
  }
  void set_ends(const SetEnd& end) override {
    ++sets;
    add("se", end.segments, static_cast<std::uint64_t>(end.status()));
    add("se", end.offset, end.end_offset);
  }
  void group_ends(const GroupEnd& end) override {
    add("ge", end.accepted * 1000 + end.flawed, end.rejected * 1000 + end.declared);
    add("ge", end.sets, static_cast<std::uint64_t>(end.status()));
  }
  void interchange_ends(const InterchangeEnd& end) override {
    add("iea", end.segments, end.end_offset + static_cast<std::uint64_t>(end.status()));
  }
  void finding(const Finding& f) override {
    ++findings;
    add(std::string(f.name()) + f.message + f.loop + f.value, f.offset, f.line);
    add(to_string(f.severity), f.segment, f.element * 100 + f.component * 10 + f.repetition);
  }
  void made(std::string_view made, std::uint8_t kind) override { add(made, kind, 0); }

 private:
  void add(std::string_view what, std::uint64_t a, std::uint64_t b) {
    text.append(what).append(" ").append(std::to_string(a)).append(" ");
    text.append(std::to_string(b)).append("\n");
  }
};

GrammarLibrary& library() {
  static GrammarLibrary grammars({default_grammar_folder()});
  return grammars;
}

Partners& partners() {
  static Partners none(library(), {}, {default_mapping_folder()});
  return none;
}

const Policy kPolicy;

std::unique_ptr<Sink> checking(Sink& next) {
  return std::make_unique<Checker>(next, by_release(library()), kPolicy);
}

// Documents beside what the check says.
class Mapping final : public Relay {
 public:
  explicit Mapping(Sink& next)
      : Relay(static_cast<Sink&>(checker_)),
        canonical_(
            partners(), {{"customer", "C"}}, true,
            [&next](const CanonicalResult& one) { next.made(one.data, one.data.empty() ? 1 : 0); }),
        checker_(canonical_, partners().choice(), kPolicy) {}

 private:
  CanonicalSink canonical_;
  Checker checker_;
};
std::unique_ptr<Sink> mapping(Sink& next) { return std::make_unique<Mapping>(next); }

Told alone(std::string_view bytes, const ParallelSink::MakeStage& make) {
  Told told;
  MemorySource source(bytes);
  const auto stage = make(told);
  Reader(source, *stage, kPolicy).run();
  return told;
}

Told together(std::string_view bytes, const ParallelSink::MakeStage& make, unsigned threads,
              const ParallelSink::Bounds& bounds) {
  Told told;
  MemorySource source(bytes);
  ParallelSink parallel(make, told, threads, bounds);
  (void)read_in_parallel(source, parallel, parallel, kPolicy);
  return told;
}

void expect_the_same(const std::string& bytes, const std::string& what,
                     const std::vector<unsigned>& numbers = {1, 2, 4}) {
  for (const auto& make : {&checking, &mapping}) {
    const auto one = alone(bytes, make);
    for (const unsigned threads : numbers) {
      for (const auto& bounds : {kSmall, ParallelSink::Bounds()}) {
        EXPECT_EQ(together(bytes, make, threads, bounds).text, one.text)
            << what << " with " << threads << " threads";
      }
    }
  }
}

std::string traffic(std::uint64_t bytes, std::uint32_t interchanges) {
  support::Traffic made(11, bytes, interchanges);
  std::string out, piece;
  while (made.next(piece)) {
    out += piece;
  }
  return out;
}

TEST(Parallel, SaysOfEveryProbeWhatOneThreadSays) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(CROSSDOCK_PROBES)) {
    if (entry.path().extension() != ".x12") {
      continue;
    }
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    expect_the_same(bytes, entry.path().filename().string(), {2});
    all += bytes;
  }
  ASSERT_GT(all.size(), 30'000u);
  expect_the_same(all, "all probes in a row");
}

TEST(Parallel, SaysOfManySetsWhatOneThreadSays) {
  for (const std::uint32_t interchanges : {1U, 40U}) {
    const auto bytes = traffic(400'000, interchanges);
    ASSERT_GT(alone(bytes, checking).sets, 100u);
    expect_the_same(bytes, std::to_string(interchanges) + " interchanges");
  }
}

TEST(Parallel, SaysOfDamageWhatOneThreadSays) {
  std::mt19937 random(3);
  const auto below = [&](std::size_t end) { return random() % end; };
  for (int round = 0; round < 12; ++round) {
    auto bytes = traffic(60'000, 1 + round % 3);
    for (std::size_t damage = 1 + below(40); damage > 0; --damage) {
      const auto at = below(bytes.size());
      switch (below(5)) {
        case 0:
          bytes.erase(at, below(40));
          break;
        case 1:
          bytes.insert(at, 1 + below(6), static_cast<char>(below(256)));
          break;
        case 2:
          bytes[at] = "*~>^\r\n A0.-\x80"[below(12)];
          break;
        case 3:
          bytes.insert(at, "\r\n\n");
          break;
        default:
          bytes.insert(at, "\nZZ*1*\r\n*2");
      }
    }
    if (round % 4 == 3) {
      std::replace(bytes.begin(), bytes.end(), '~', round % 8 == 3 ? '\n' : '\r');
    }
    expect_the_same(bytes, "round " + std::to_string(round));
  }
}

// Many bytes in small portions, that asks each time before it gives.
class Asking final : public Source {
 public:
  Asking(std::string_view bytes, std::function<void(std::size_t taken)> ask)
      : bytes_(bytes), ask_(std::move(ask)) {}
  std::size_t read(char* into, std::size_t most) override {
    ask_(taken_);
    const auto count = std::min({most, std::size_t{1000}, bytes_.size() - taken_});
    std::copy_n(bytes_.data() + taken_, count, into);
    taken_ += count;
    return count;
  }

 private:
  std::string_view bytes_;
  std::function<void(std::size_t)> ask_;
  std::size_t taken_ = 0;
};

TEST(Parallel, TellsAsItReadsAndHoldsNoMoreThanItsBatches) {
  const auto bytes = traffic(600'000, 1);
  std::vector<std::size_t> ends;  // of sets
  for (std::size_t at = bytes.find("\nSE*"); at != std::string::npos;
       at = bytes.find("\nSE*", at + 1)) {
    ends.push_back(at);
  }
  for (const unsigned threads : kThreads) {
    Told told;
    ParallelSink parallel(checking, told, threads, kSmall);
    std::size_t most = 0;
    Asking source(bytes, [&](std::size_t taken) {
      const auto read = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), taken) -
                                                 ends.begin());
      most = std::max(most, read - std::min(read, told.sets));
    });
    (void)read_in_parallel(source, parallel, parallel, kPolicy);
    EXPECT_EQ(told.sets, ends.size());
    // A batch is a set or two of this traffic.
    EXPECT_LT(most, 4 + 4 * threads * ParallelSink::kBatchesPerThread);
  }
}

TEST(Parallel, ASetTooLargeToBeHeldIsToldWhileItIsRead) {
  auto bytes = traffic(1'000, 1);
  bytes.resize(bytes.find("PO1*"));
  for (int line = 0; line < 3'000; ++line) {
    bytes += "PO1*1*1*EA*X**UP*061414126830~\n";
  }
  Told told;
  ParallelSink parallel(checking, told, 2, kSmall);
  std::size_t in_the_middle = 0;
  Asking source(bytes, [&](std::size_t taken) {
    if (taken <= bytes.size() / 2) {
      in_the_middle = told.findings;
    }
  });
  (void)read_in_parallel(source, parallel, parallel, kPolicy);
  EXPECT_GT(in_the_middle, 500u);
  EXPECT_EQ(told.text, alone(bytes, checking).text);
}

struct Fault {};

// Throws at the n-th set of a kind.
class Faulty final : public Relay {
 public:
  Faulty(Sink& next, std::string control) : Relay(next), control_(std::move(control)) {}
  void set_begins(const SetHead& head) override {
    if (head.control == control_) {
      throw Fault{};
    }
    next_.set_begins(head);
  }

 private:
  std::string control_;
};

TEST(Parallel, AFaultOfAStageIsThrownWhenAllBeforeItIsTold) {
  const auto bytes = traffic(200'000, 1);
  const auto make = [](Sink& next) { return std::make_unique<Faulty>(next, "0040"); };
  const auto until_fault = [](Told& told, const std::function<void()>& read) {
    EXPECT_THROW(read(), Fault);
    EXPECT_EQ(told.sets, 39u);
  };
  Told one;
  until_fault(one, [&] {
    MemorySource source(bytes);
    Reader(source, *make(one), kPolicy).run();
  });
  for (const unsigned threads : kThreads) {
    Told told;
    until_fault(told, [&] {
      MemorySource source(bytes);
      ParallelSink parallel(make, told, threads, kSmall);
      (void)read_in_parallel(source, parallel, parallel, kPolicy);
    });
    EXPECT_EQ(told.text, one.text) << threads << " threads";
  }
}

TEST(Parallel, AReadErrorComesWhenAllBeforeItIsTold) {
  const auto bytes = traffic(200'000, 1);
  const auto failing = [&] {
    return Asking(bytes, [](std::size_t taken) {
      if (taken > 100'000) {
        throw ReadError("the disk is gone");
      }
    });
  };
  Told one;
  auto source = failing();
  EXPECT_THROW(Reader(source, *checking(one), kPolicy).run(), ReadError);
  EXPECT_GT(one.sets, 10u);
  for (const unsigned threads : kThreads) {
    Told told;
    auto again = failing();
    ParallelSink parallel(checking, told, threads, kSmall);
    EXPECT_THROW((void)read_in_parallel(again, parallel, parallel, kPolicy), ReadError);
    EXPECT_EQ(told.text, one.text) << threads << " threads";
  }
}

// Whoever takes the result has enough of it.
class Weary final : public Sink {
 public:
  std::size_t sets = 0;
  void set_ends(const SetEnd&) override {
    if (++sets == 20) {
      throw Fault{};
    }
  }
};

TEST(Parallel, EndsWhenItsResultIsNotWantedAnyMore) {
  const auto bytes = traffic(200'000, 1);
  for (const unsigned threads : kThreads) {
    Weary weary;
    MemorySource source(bytes);
    ParallelSink parallel(checking, weary, threads, kSmall);
    EXPECT_THROW((void)read_in_parallel(source, parallel, parallel, kPolicy), Fault);
    EXPECT_EQ(weary.sets, 20u);
  }
}

}  // namespace
}  // namespace crossdock::x12
