// Any bytes as an X12 file, checked and mapped to documents: in one go, and by way of recordings,
// as several threads do it. Both say the same, whatever comes, also where sets are too large to be
// held.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/parallel/parallel_sink.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"
#include "plugins/edi_x12/engine/reader/relay.hpp"
#include "plugins/edi_x12/mapping/canonical_sink.hpp"

namespace {

using namespace crossdock::x12;

// A number that stands for everything that was told.
class Digest final : public Sink {
 public:
  std::uint64_t value = 1469598103934665603ULL;
  void interchange_begins(const InterchangeHead& head) override { add(head.line); }
  void group_begins(const GroupHead& head) override { add(head.line); }
  void set_begins(const SetHead& head) override { add(head.line); }
  void segment(const SegmentView& s, std::uint32_t position) override {
    if (position <= 2) {
      made(s.text(), 0);
    }
  }
  void set_ends(const SetEnd& end) override {
    add(end.segments);
    add(static_cast<std::uint64_t>(end.status()));
  }
  void group_ends(const GroupEnd& end) override {
    add(end.accepted);
    add(static_cast<std::uint64_t>(end.status()));
  }
  void interchange_ends(const InterchangeEnd& end) override { add(end.end_offset); }
  void finding(const Finding& f) override {
    add(static_cast<std::uint64_t>(f.code));
    add(f.offset);
    add(f.line);
    add(f.element);
    made(f.message, 1);
  }
  void made(std::string_view text, std::uint8_t kind) override {
    for (const char c : text) {
      add(static_cast<unsigned char>(c));
    }
    add(kind);
  }

 private:
  void add(std::uint64_t one) { value = (value ^ one) * 1099511628211ULL; }
};

// What the checker says goes to both: to the mapping, and on.
class Both final : public Relay {
 public:
  Both(Partners& partners, Sink& next)
      : Relay(next), canonical_(partners, {{"customer", "C"}}, true, [&](const auto& one) {
          next_.made(one.data, 2);
          for (const auto* words : {one.problems, one.unmapped}) {
            for (std::size_t i = 0; words != nullptr && i < words->size(); ++i) {
              next_.made((*words)[i], 3);
            }
          }
        }) {}
  void interchange_begins(const InterchangeHead& head) override {
    next_.interchange_begins(head);
    canonical_.interchange_begins(head);
  }
  void group_begins(const GroupHead& head) override {
    next_.group_begins(head);
    canonical_.group_begins(head);
  }
  void set_begins(const SetHead& head) override {
    next_.set_begins(head);
    canonical_.set_begins(head);
  }
  void segment(const SegmentView& s, std::uint32_t position) override {
    next_.segment(s, position);
    canonical_.segment(s, position);
  }
  void segments(std::span<SegmentView> run, std::uint32_t first_position) override {
    next_.segments(run, first_position);
    canonical_.segments(run, first_position);
  }
  void set_ends(const SetEnd& end) override {
    canonical_.set_ends(end);
    next_.set_ends(end);
  }

 private:
  CanonicalSink canonical_;
};

class Stage final : public Relay {
 public:
  Stage(Partners& partners, Sink& next)
      : Relay(static_cast<Sink&>(checker_)),
        both_(partners, next),
        checker_(both_, partners.choice(), policy_) {}

 private:
  const Policy policy_;
  Both both_;
  Checker checker_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static GrammarLibrary library({default_grammar_folder()});
  static Partners partners(library, {}, {default_mapping_folder()});
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const Policy policy;
  Digest one;
  {
    MemorySource source(text);
    Stage stage(partners, one);
    Reader(source, stage, policy).run();
  }
  Digest other;
  {
    MemorySource source(text);
    ParallelSink parallel([](Sink& next) { return std::make_unique<Stage>(partners, next); }, other,
                          1, {500, 900});
    (void)read_in_parallel(source, parallel, parallel, policy);
  }
  if (one.value != other.value) {
    std::abort();
  }
  return 0;
}
