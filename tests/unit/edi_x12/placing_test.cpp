// A mapping that is told by the checker where segments stand reads what one reads that looks for
// itself.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"
#include "plugins/edi_x12/engine/reader/relay.hpp"
#include "plugins/edi_x12/mapping/canonical_sink.hpp"
#include "tests/support/edi/traffic.hpp"

namespace crossdock::x12 {
namespace {

// Takes away what a checker noted.
class Forgetting final : public Relay {
 public:
  using Relay::Relay;
  std::size_t placed = 0;
  void segment(const SegmentView& segment, std::uint32_t position) override {
    placed += segment.node < SegmentView::kNowhere ? 1 : 0;
    SegmentView bare = segment;
    bare.node = SegmentView::kNotLooked;
    bare.present = 0;
    next_.segment(bare, position);
  }
  void segments(std::span<SegmentView> run, std::uint32_t first_position) override {
    for (const auto& one : run) {
      segment(one, first_position++);
    }
  }
};

std::string documents_of(std::string_view bytes, bool told) {
  GrammarLibrary library({default_grammar_folder()});
  Partners partners(library, {}, {default_mapping_folder()});
  std::string out;
  CanonicalSink sink(partners, {{"customer", "C"}}, true, [&](const CanonicalResult& one) {
    out += one.data;
    for (const auto* words : {one.problems, one.unmapped}) {
      for (std::size_t i = 0; words != nullptr && i < words->size(); ++i) {
        out += "\n  " + (*words)[i];
      }
    }
    out += '\n';
  });
  Forgetting forgetting(sink);
  const Policy policy;
  Checker checker(told ? static_cast<Sink&>(sink) : forgetting, partners.choice(), policy);
  MemorySource source(bytes);
  Reader(source, checker, policy).run();
  EXPECT_TRUE(told || forgetting.placed > bytes.size() / 100) << forgetting.placed;
  return out;
}

TEST(Placing, MakesNoDifferenceToWhatIsRead) {
  std::string bytes, piece;
  support::Traffic traffic(5, 60'000);
  while (traffic.next(piece)) {
    bytes += piece;
  }
  for (const auto& entry : std::filesystem::directory_iterator(CROSSDOCK_PROBES)) {
    if (entry.path().extension() == ".x12") {
      std::ifstream in(entry.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(in), {});
    }
  }
  const auto told = documents_of(bytes, true);
  EXPECT_GT(told.size(), 50'000u);
  EXPECT_EQ(told, documents_of(bytes, false));
}

TEST(Placing, NamesWhatHasNoRowOnceInEachSet) {
  std::string bytes =
      "ISA*00*          *00*          *01*000000011      *01*000000001      *261124*0915*^*00501*"
      "000000001*0*P*>~GS*PO*000000011*000000001*20261124*0915*1*X*005010~";
  for (const char* control : {"0001", "0002"}) {
    bytes += "ST*850*" + std::string(control) + "~BEG*00*SA*7**20261113~";
    // More than are kept at once, each twice.
    for (int i = 0; i < 160; ++i) {
      bytes += "TD5*" + std::to_string(i % 80) + "~";
    }
    bytes += "PO1*1*1*EA~SE*164*" + std::string(control) + "~";
  }
  bytes += "GE*2*1~IEA*1*000000001~";
  const auto text = documents_of(bytes, true);
  for (int i = 0; i < 80; ++i) {
    const auto name = "\n  TD5[01=" + std::to_string(i) + "]";
    const auto first = text.find(name);
    const auto second = text.find(name, first + 1);
    ASSERT_NE(second, std::string::npos) << name;
    EXPECT_EQ(text.find(name, second + 1), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace crossdock::x12
