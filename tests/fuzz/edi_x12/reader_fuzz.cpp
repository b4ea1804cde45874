// Any bytes as an X12 file, read in two ways and in portions, checked against grammars, and
// answered: whatever comes, reading ends, says the same each time, and what it says lies within the
// file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"

namespace {

using namespace crossdock::x12;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

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

// A number that stands for everything that was told.
class Digest final : public Sink {
 public:
  explicit Digest(std::size_t size) : size_(size) {}
  std::uint64_t value = 1469598103934665603ULL;
  void segment(const SegmentView& s, std::uint32_t position) override {
    for (const char c : s.text()) {
      add(static_cast<unsigned char>(c));
    }
    add(position);
    require(s.offset <= size_ && s.end_offset <= size_);
  }
  void set_ends(const SetEnd& end) override {
    add(end.segments);
    add(static_cast<std::uint64_t>(end.status()));
    require(end.offset <= end.end_offset && end.end_offset <= size_);
  }
  void interchange_ends(const InterchangeEnd& end) override { add(end.segments); }
  void finding(const Finding& f) override {
    add(static_cast<std::uint64_t>(f.code));
    add(f.offset);
    add(f.line);
    add(f.element);
    require(f.offset <= size_ && !f.message.empty() && f.line > 0);
  }

 private:
  void add(std::uint64_t one) { value = (value ^ one) * 1099511628211ULL; }
  std::size_t size_;
};

std::uint64_t read_through(std::string_view bytes, std::size_t portion, Way way) {
  static GrammarLibrary library({default_grammar_folder()});
  Digest digest(bytes.size());
  const Policy policy;
  Checker checker(digest, by_release(library), policy);
  Portions source(bytes, portion);
  Reader(source, checker, policy, way).run();
  return digest.value;
}

void answer(std::string_view bytes) {
  for (const auto& interchange : read(bytes).interchanges) {
    const auto report = report_of(interchange);
    auto settings = reply_settings(report);
    settings.date = "20261124";
    settings.time = "0915";
    for (const auto functional : {FunctionalAnswer::x997, FunctionalAnswer::x999}) {
      try {
        const auto text =
            write_answer(report, {functional, InterchangeAnswer::always}, settings, {1, 1, 1});
        // What we write, we read.
        require(text && read(*text).interchanges.size() == 1);
      } catch (const NotWritable&) {
        // what came in may hold what cannot be written back: an empty id, say
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto whole = read_through(text, SIZE_MAX, best_way());
  require(whole == read_through(text, 61, Way::portable));
  answer(text);
  return 0;
}
