// Partner profiles: what they change in a grammar, what they translate, and that every fault is
// said with its path.
#include "plugins/edi_x12/profile/profile.hpp"

#include <gtest/gtest.h>

#include "plugins/edi_x12/grammar/library.hpp"

namespace crossdock::x12 {
namespace {

const Draft& base() {
  static GrammarLibrary library({default_grammar_folder()});
  static const auto kDraft = library.draft("005010");
  return *kDraft;
}

constexpr const char* kNorth = R"(
name north
match { qualifier 01  id 111222333 }
send {
  version 004010VICS
  qualifier 01
  id 111222333
  segment_terminator 0x85
  element_separator "|"
  newline no
}
acknowledge { functional 999  ta1 always  deadline_minutes 90 }
tolerance { byte-order-mark error }
given { customer CUST-1  channel north }
segment BEG {
  02 { codes "SA DS" }
  04 { required yes }
  03 { max 10 }
  08 { unused yes }
}
segment PO1 {
  03 { add "XX"  drop "LB"  translate { EACH EA } }
}
set 850 {
  CTT { required yes }
  N1/N3 { required yes  most 1 }
  PO1/SDQ { unused yes }
}
)";

TEST(Profiles, TightenLoosenAndForbid) {
  const auto profile = parse_profile(kNorth, "north.info");
  const auto g = build(with_deviations(base(), profile));
  const auto& beg = *g.find_segment("BEG");
  const auto uses = g.uses(beg);
  EXPECT_TRUE(g.code_list(uses[1].codes).contains("DS"));
  EXPECT_FALSE(g.code_list(uses[1].codes).contains("NE"));
  EXPECT_EQ(g.code_list(uses[1].codes).words("SA"), "order that stands alone");
  EXPECT_TRUE(beg.mandatory >> 3 & 1);
  EXPECT_EQ(uses[2].max, 10u);
  EXPECT_TRUE(beg.unused >> 7 & 1);
  const auto& units = g.code_list(g.uses(*g.find_segment("PO1"))[2].codes);
  EXPECT_TRUE(units.contains("XX"));
  EXPECT_TRUE(units.contains("EACH"));
  EXPECT_FALSE(units.contains("LB"));
  EXPECT_TRUE(units.contains("EA"));
  // Other places of the same element stay as they are.
  EXPECT_TRUE(g.code_list(g.uses(*g.find_segment("SN1"))[2].codes).contains("LB"));
  int n3 = 0;
  bool ctt = false;
  const auto& set = *g.find_set("850");
  for (const auto& node : set.nodes) {
    const auto& id = g.segment(node.segment).id;
    if (id == "N3" && node.depth == 1 && node.area == 1 && node.mandatory) {
      EXPECT_EQ(node.most, 1u);
      ++n3;
    }
    ctt = ctt || (id == "CTT" && node.mandatory);
    if (id == "SDQ" && node.depth == 1) {
      EXPECT_TRUE(node.unused);
    }
  }
  EXPECT_EQ(n3, 1);
  EXPECT_TRUE(ctt);
  // What the base allows stays untouched.
  EXPECT_EQ(build(base()).find_segment("BEG")->unused, 0u);
}

TEST(Profiles, SayHowToSendAndAcknowledge) {
  const auto p = parse_profile(kNorth, "north.info");
  EXPECT_EQ(p.name, "north");
  EXPECT_EQ(p.version, "004010VICS");
  EXPECT_EQ(p.segment_terminator, '\x85');
  EXPECT_EQ(p.element_separator, '|');
  EXPECT_FALSE(p.newline);
  EXPECT_EQ(p.functional, "999");
  EXPECT_EQ(p.ta1, InterchangeReceipt::always);
  EXPECT_EQ(p.deadline, std::chrono::minutes(90));
  EXPECT_TRUE(p.is_from("01", "111222333", "ANY"));
  EXPECT_FALSE(p.is_from("ZZ", "111222333", "ANY"));
  EXPECT_EQ(p.given.at("customer"), "CUST-1");
}

TEST(Profiles, TranslateCodesBothWays) {
  const auto p = parse_profile(kNorth, "north.info");
  EXPECT_TRUE(p.translates());
  EXPECT_EQ(p.incoming("PO1", 3, "EACH"), "EA");
  EXPECT_EQ(p.outgoing("PO1", 3, "EA"), "EACH");
  EXPECT_EQ(p.incoming("PO1", 3, "CA"), "CA");
  EXPECT_EQ(p.incoming("SN1", 3, "EACH"), "EACH");
}

std::string fault(const std::string& info) {
  try {
    (void)build(with_deviations(base(), parse_profile(info, "p.info")));
  } catch (const GrammarError& error) {
    return error.what();
  }
  return "no fault";
}

TEST(Profiles, FaultsNameFileAndPath) {
  EXPECT_EQ(fault("match { id X }"), "p.info: name is missing; it names the partner");
  EXPECT_EQ(fault("name a\nsend { versoin 005010 }"),
            "p.info: send.versoin is not known; did you mean version?");
  EXPECT_EQ(fault("name a\nacknowledge { functional 998 }"),
            "p.info: acknowledge.functional is \"998\"; expected one of 997, 999, none");
  EXPECT_EQ(fault("name a\nsend { test maybe }"),
            "p.info: send.test is \"maybe\"; expected yes or no");
  EXPECT_EQ(fault("name a\nsend { element_separator A }"),
            "p.info: send.element_separator is \"A\"; expected one byte, no letter or digit, or "
            "its number as 0x85");
  EXPECT_EQ(fault("name a\nsend { element_separator \"~\" }"),
            "p.info: send uses one byte as two delimiters");
  EXPECT_EQ(fault("name a\nsegment BEG { 99 { required yes } }"),
            "p.info: segment BEG.99 is no element; write its number, as 02, or 04-2 for a "
            "component");
  EXPECT_EQ(fault("name a\nsegment BEG { 33 { required yes } }"),
            "p.info: element BEG33 is not in 005010");
  EXPECT_EQ(fault("name a\nset 850 { N9/ZZZ { required yes } }"),
            "p.info: line N9/ZZZ of set 850 is not in 005010");
  EXPECT_EQ(fault("name a\nsegment BEG { 03 { min 30 } }"),
            "p.info: segment BEG BEG03: the shortest length 30 is more than the longest, 22");
  EXPECT_EQ(fault("name a\nsegment BEG { 02 { codes SA translate { STANDALONE SA } } }"),
            "p.info: segment BEG BEG02: translates \"STANDALONE\"; a code has 1 to 8 characters");
  EXPECT_EQ(fault("name a\n{"), "p.info:2: unmatched {");
  EXPECT_EQ(fault("name a\n#include \"/etc/passwd\"\n"),
            "p.info: #include is not allowed in a profile; comments begin with ;");
}

}  // namespace
}  // namespace crossdock::x12
