// Nothing is silently lost: what a mapping has no place for is named, down to the element.
#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/mapping/library.hpp"
#include "tests/golden/x12_mapping/text_of_set.hpp"
#include "tests/support/x12_documents/documents.hpp"

namespace crossdock::x12 {
namespace {

std::vector<std::string> unmapped(const std::string& more) {
  GrammarLibrary grammars({default_grammar_folder()});
  const MappingLibrary mappings({default_mapping_folder()});
  const auto grammar = grammars.find("005010");
  const auto* table = mappings.find("850");
  CanonicalReader reader(compile(*table, *grammar));
  bool ok = false;
  const auto text = "BEG*00*SA*PO-1**20261101\n" + more + "PO1*1*2*EA*9.90**VN*SKU-001\nCTT*1\n";
  support::read_back(reader, *table, segments_of(text), {{"currency", "USD"}}, ok);
  EXPECT_TRUE(ok) << reader.problems().front();
  return reader.unmapped();
}

TEST(Unmapped, NothingWhereAllHasAPlace) {
  EXPECT_TRUE(
      unmapped("CUR*BY*USD\nTD5**2*SIMP\nN1*ST*North*92*DC1\nN4*Chicago*IL*60601*US\n").empty());
}

TEST(Unmapped, ElementsOfSegmentsThatHaveRows) {
  EXPECT_EQ(unmapped("TD5*O*2*SIMP*M\n"), (std::vector<std::string>{"TD5[01=O]", "TD5[04=M]"}));
  // A number whose kind no row names, and a constant that is another one.
  EXPECT_EQ(unmapped("N1*ST*North*ZY*DC1\n"),
            (std::vector<std::string>{"N1[03=ZY]", "N1[04=DC1]"}));
  EXPECT_EQ(unmapped("CUR*SE*USD\n"), (std::vector<std::string>{"CUR[01=SE]"}));
}

TEST(Unmapped, ASecondValueWhereThereIsRoomForOne) {
  EXPECT_EQ(unmapped("DTM*010*20261201\nDTM*038*20261202\n"),
            (std::vector<std::string>{"DTM[02=20261202]"}));
  EXPECT_TRUE(unmapped("DTM*010*20261201\nDTM*038*20261201\n").empty());
}

TEST(Unmapped, SegmentsWithoutARow) {
  const auto named = unmapped("TAX*1234\n");
  EXPECT_NE(std::find(named.begin(), named.end(), "TAX"), named.end());
}

}  // namespace
}  // namespace crossdock::x12
