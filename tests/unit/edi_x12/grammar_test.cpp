// Grammars: the files that come with Crossdock load whole, say what X12 says, and a file with a
// fault is refused with its line.
#include "plugins/edi_x12/grammar/grammar.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "plugins/edi_x12/grammar/explain.hpp"
#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/grammar/text.hpp"

namespace crossdock::x12 {
namespace {

namespace fs = std::filesystem;

GrammarLibrary& library() {
  static GrammarLibrary library({default_grammar_folder()});
  return library;
}

const Grammar& release(std::string_view version) {
  static std::map<std::string, std::shared_ptr<const Grammar>> kept;
  auto& grammar = kept[std::string(version)];
  if (!grammar) {
    grammar = library().find(version);
  }
  return *grammar;
}

// Follows a list of segment ids through a set; the ids that no step allowed, and after '!' those
// that passed over something mandatory.
std::string walk(const Grammar& grammar, std::string_view set_id,
                 std::initializer_list<std::string_view> ids) {
  const auto* set = grammar.find_set(set_id);
  std::uint16_t at = 0;
  std::string out;
  for (const auto id : ids) {
    const auto* segment = grammar.find_segment(id);
    const auto slot = segment == nullptr ? kNone : set->slot_of[grammar.index_of(*segment)];
    if (slot == kNone) {
      out += "?" + std::string(id) + " ";
      continue;
    }
    const auto step = set->step(at, slot);
    if (!step.ok()) {
      out += "-" + std::string(id) + " ";
      continue;
    }
    if (step.skips_mandatory()) {
      out += "!";
      for (const auto node : set->skipped(at, step.node())) {
        out += grammar.segment(set->nodes[node].segment).id + " ";
      }
    } else {
      EXPECT_TRUE(set->skipped(at, step.node()).empty()) << id;
    }
    at = step.node();
  }
  return out;
}

TEST(Grammars, EverySetOfEveryReleaseIsThere) {
  const std::vector<std::string> both = {"850", "855", "856", "860", "865", "810", "846", "832",
                                         "875", "880", "940", "943", "944", "945", "947", "204",
                                         "210", "214", "990", "180", "812", "820", "824", "997"};
  for (const auto* version : {"004010", "005010"}) {
    for (const auto& id : both) {
      const auto* set = release(version).find_set(id);
      ASSERT_NE(set, nullptr) << version << " " << id;
      EXPECT_EQ(release(version).segment(set->nodes.front().segment).id, "ST");
      EXPECT_EQ(release(version).segment(set->nodes.back().segment).id, "SE");
    }
    for (const auto* id : {"ISA", "IEA", "GS", "GE", "TA1"}) {
      EXPECT_NE(release(version).find_segment(id), nullptr) << version << " " << id;
    }
  }
  EXPECT_NE(release("005010").find_set("999"), nullptr);
  EXPECT_EQ(release("004010").find_set("999"), nullptr);
}

TEST(Grammars, ReleaseFollowsFromGs08) {
  EXPECT_EQ(library().find("005010X"), library().find("005010"));
  EXPECT_EQ(library().find("003060"), nullptr);
  EXPECT_EQ(library().find(""), nullptr);
  EXPECT_EQ(library().find("00501"), nullptr);
}

TEST(Grammars, ElementsSayTypeLengthAndCodes) {
  const auto& g = release("005010");
  const auto* beg = g.find_segment("BEG");
  ASSERT_NE(beg, nullptr);
  const auto uses = g.uses(*beg);
  EXPECT_EQ(g.element(uses[1].element).number, "92");
  EXPECT_EQ(uses[1].type, ElementType::ID);
  ASSERT_NE(uses[1].codes, kNone);
  EXPECT_TRUE(g.code_list(uses[1].codes).contains("SA"));
  EXPECT_FALSE(g.code_list(uses[1].codes).contains("S"));
  EXPECT_FALSE(g.code_list(uses[1].codes).contains("sa"));
  EXPECT_FALSE(g.code_list(uses[1].codes).contains(""));
  EXPECT_EQ(beg->mandatory & 0b11111, 0b10111u);
  EXPECT_EQ(uses[4].type, ElementType::DT);
  EXPECT_EQ(uses[4].min, 8u);
  // REF02 holds 30 characters in 4010 and 50 in 5010.
  EXPECT_EQ(release("004010").uses(*release("004010").find_segment("REF"))[1].max, 30u);
  EXPECT_EQ(g.uses(*g.find_segment("REF"))[1].max, 50u);
  // Long codes: the form of a telephone number, the release in ISA12 and others.
  const auto* sac = g.find_segment("SAC");
  const auto& charges = g.code_list(g.uses(*sac)[1].codes);
  EXPECT_TRUE(charges.contains("D240"));
  EXPECT_FALSE(charges.contains("D2401"));
  EXPECT_FALSE(charges.contains("0000"));
  // SAC05 counts cents.
  EXPECT_EQ(implied_decimals(g.uses(*sac)[4].type), 2);
  EXPECT_TRUE(sac->typed >> 4 & 1);
}

TEST(Grammars, ConditionsHoldOrNot) {
  const auto c = [](const char* text) { return *parse_condition(text); };
  EXPECT_EQ(c("P0304").text(), "P0304");
  EXPECT_TRUE(c("P0304").holds(0b1100));
  EXPECT_TRUE(c("P0304").holds(0));
  EXPECT_FALSE(c("P0304").holds(0b0100));
  EXPECT_TRUE(c("R0203").holds(0b010));
  EXPECT_FALSE(c("R0203").holds(0b001));
  EXPECT_TRUE(c("E0203").holds(0b010));
  EXPECT_FALSE(c("E0203").holds(0b110));
  EXPECT_EQ(c("C0302").text(), "C0302");
  EXPECT_TRUE(c("C0302").holds(0b010));
  EXPECT_FALSE(c("C0302").holds(0b100));
  EXPECT_EQ(c("L050412").text(), "L050412");
  EXPECT_TRUE(c("L050412").holds(0b11000));
  EXPECT_FALSE(c("L050412").holds(0b10000));
  EXPECT_FALSE(parse_condition("P0"));
  EXPECT_FALSE(parse_condition("Q0304"));
  EXPECT_FALSE(parse_condition("P0365"));
  EXPECT_FALSE(parse_condition("C03"));
}

TEST(Grammars, StepsFollowTheTable) {
  const auto& g = release("005010");
  EXPECT_EQ(
      walk(g, "850",
           {"BEG", "REF", "REF", "DTM", "N1", "N3", "N4", "N1", "PO1", "PID", "PO1", "CTT", "SE"}),
      "");
  EXPECT_EQ(walk(g, "850", {"REF", "PO1", "SE"}), "!BEG ");
  EXPECT_EQ(walk(g, "850", {"BEG", "SE"}), "!PO1 ");
  EXPECT_EQ(walk(g, "850", {"BEG", "N1", "CUR", "PO1", "SE"}), "-CUR ");
  EXPECT_EQ(walk(g, "850", {"BEG", "HL", "PO1", "SE"}), "?HL ");
  EXPECT_EQ(walk(g, "856",
                 {"BSN", "HL", "TD1", "TD5", "REF", "N1", "HL", "PRF", "HL", "MAN", "HL", "LIN",
                  "SN1", "CTT", "SE"}),
            "");
  EXPECT_EQ(walk(g, "997", {"AK1", "AK2", "AK3", "AK4", "AK3", "AK5", "AK2", "AK5", "AK9", "SE"}),
            "");
  EXPECT_EQ(walk(g, "997", {"AK1", "AK2", "AK9", "SE"}), "!AK5 ");
  EXPECT_EQ(walk(g, "997", {"AK1", "AK2", "AK3", "AK2", "AK5", "SE"}), "!AK5 !AK9 ");
}

// A folder that goes with the test.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("x12-grammar-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

TEST(Grammars, UsersAddAndReplace) {
  const Folder folder;
  folder.write("005010/own.grammar",
               "release 005010\n"
               "codes 92\n  Q1 quick order\n  - SA\n"
               "segment ZZA own segment\n  01 92 M\n  02 352 X\n  03 352 X x3\n  if P0203\n"
               "set 850 PO own order\n  ST M 1\n  loop ZZA M >1\n    REF O 2\n  end\n  SE M 1\n");
  folder.write("005010OURS/a.grammar", "release 005010OURS over 005010\ncodes 92\n  Q2 other\n");
  GrammarLibrary both({default_grammar_folder(), folder.path()});
  const auto g = both.find("005010");
  const auto& kinds = g->code_list(g->find_element("92")->codes);
  EXPECT_TRUE(kinds.contains("Q1"));
  EXPECT_EQ(kinds.words("Q1"), "quick order");
  EXPECT_FALSE(kinds.contains("SA"));
  EXPECT_TRUE(kinds.contains("DS"));
  EXPECT_EQ(g->uses(*g->find_segment("ZZA"))[2].repeats, 3);
  EXPECT_EQ(walk(*g, "850", {"ZZA", "REF", "ZZA", "SE"}), "");
  EXPECT_EQ(walk(*g, "850", {"SE"}), "!ZZA ");
  EXPECT_NE(g->find_set("856"), nullptr) << "the rest stays";
  const auto ours = both.find("005010OURS");
  EXPECT_TRUE(ours->code_list(ours->find_element("92")->codes).contains("Q2"));
  EXPECT_NE(ours->find_segment("ZZA"), nullptr);
  EXPECT_EQ(both.find("005010OTHER"), g);
}

TEST(CodeLists, KeepAnyBytesTheirOrderAndTheLastWords) {
  CodeList list;
  const std::string zeros("\0\0", 2);
  for (const auto& [value, words] :
       std::initializer_list<std::pair<std::string, std::string>>{{"ZZ", "first"},
                                                                  {zeros, "zeros"},
                                                                  {"A", ""},
                                                                  {"ZZ", "second"},
                                                                  {"ZZ", ""},
                                                                  {"CODE4567", ""}}) {
    list.add(value, words);
  }
  list.seal();
  ASSERT_EQ(list.size(), 4u);
  const auto values = list.values();
  EXPECT_EQ(values[0].value, zeros);
  EXPECT_EQ(values[0].words, "zeros");
  EXPECT_EQ(values[1].value, "A");
  EXPECT_EQ(values[2].value, "CODE4567");
  EXPECT_EQ(values[3].words, "second");
  EXPECT_TRUE(list.contains("CODE4567"));
  EXPECT_FALSE(list.contains("CODE456"));
  EXPECT_THROW(list.add("CODE45678", ""), std::length_error);
  EXPECT_THROW(list.add("", ""), std::length_error);
}

TEST(Grammars, FaultsNameFileAndLine) {
  const auto fault = [](const std::string& text) -> std::string {
    const Folder folder;
    folder.write("005010/own.grammar", text);
    try {
      GrammarLibrary library({folder.path()});
      library.find("005010");
    } catch (const GrammarError& error) {
      const std::string what = error.what();
      const auto at = what.find("own.grammar");
      return at == std::string::npos ? what : what.substr(at);
    }
    return "no fault";
  };
  const std::string head = "release 005010\n";
  EXPECT_EQ(fault("element 1 AN 1-2\n").substr(0, 15), "own.grammar:1: ");
  EXPECT_EQ(fault(head + "element 1 XX 1-2\n").substr(0, 15), "own.grammar:2: ");
  EXPECT_EQ(fault(head + "element 1 AN 3-2\n").substr(0, 15), "own.grammar:2: ");
  EXPECT_EQ(fault(head + "element 1 AN 1-2\n\nelement 1 AN 1-2\n").substr(0, 39),
            "own.grammar:4: element 1 is defined twi");
  EXPECT_EQ(fault(head + "segment AB x\n  01 77 M\n"),
            "own.grammar:2: AB uses element 77, which no file defines");
  EXPECT_EQ(fault(head + "element 77 AN 1-1\nsegment AB x\n  02 77 M\n").substr(0, 41),
            "own.grammar:4: expected element 1 of AB, ");
  EXPECT_EQ(fault(head + "element 77 AN 1-1\nsegment AB x\n  01 77 M\n  if P0102\n"),
            "own.grammar:3: condition P0102 of AB names an element that it does not have");
  EXPECT_EQ(fault(head + "set 999 FA\n  ST M 1\n  loop AB O 1\n  SE M 1\n"),
            "own.grammar:5: set 999 has a loop without `end`");
  EXPECT_EQ(fault(head + "segment ST a\nsegment SE b\nset 999 FA\n  ST M 1\n  AB O 1\n  SE M 1\n"),
            "own.grammar:6: set 999 uses segment AB, which no file defines");
  EXPECT_EQ(fault(head + "codes 12\n + A\n"),
            "005010: codes are given for element 12, which no file defines");
  EXPECT_EQ(fault(head + "wrong\n").substr(0, 15), "own.grammar:2: ");
  EXPECT_EQ(fault("release 004010\n").substr(0, 15), "own.grammar: sa");
  EXPECT_EQ(fault("release 005010 over 005020\n"), "own.grammar: release 005020 is not at hand");
  EXPECT_NE(fault(head + "element 1 AN 1-2 " + std::string(5000, 'x') + "\n").find(":2: the line"),
            std::string::npos);
}

std::string told(std::vector<std::string> question) {
  const auto answer = explain(release("005010"), question);
  return (answer.found ? "" : "! ") + answer.text;
}

TEST(Explanation, AnswersForSetsSegmentsElementsAndCodes) {
  EXPECT_EQ(told({"N103=92"}),
            "N103=92  code of the buyer\n  N103 is what kind of code the identification is\n");
  EXPECT_EQ(told({"N1-03=92"}), told({"N103=92"}));
  EXPECT_EQ(told({"850", "PO1-02"}),
            "PO102  quantity\n  element 380, conditional, decimal number (R), 1 to 15 characters\n"
            "  C0302  with PO103 also PO102\n"
            "  in 850: detail, mandatory, up to 100000 times, begins a loop\n");
  EXPECT_NE(told({"REF"}).find("R0203  at least one of REF02, REF03"), std::string::npos);
  EXPECT_NE(told({"REF04-2"}).find("element 127, mandatory"), std::string::npos);
  EXPECT_NE(told({"850"}).find("      N3          O 2"), std::string::npos);
  EXPECT_NE(told({"BEG02"}).find("    SA    order that stands alone"), std::string::npos);
  EXPECT_NE(told({"element", "353=00"}).find("original"), std::string::npos);
  EXPECT_NE(told({"SAC05"}).find("2 implied decimals"), std::string::npos);
}

TEST(Explanation, SaysWhatIsWrongAndWhatIsNear) {
  EXPECT_EQ(told({"BGE"}).substr(0, 54), "! there is no segment BGE in 005010; near to it: BEG, ");
  EXPECT_EQ(told({"BEG99"}), "! BEG has the elements 01 to 12 in 005010, not \"99\"");
  EXPECT_EQ(told({"BEG01-1"}), "! BEG01 has no components");
  EXPECT_EQ(told({"N103=QQQ"}).substr(0, 30), "! \"QQQ\" is not among the 241 v");
  EXPECT_EQ(told({"777", "BEG"}).substr(0, 35), "! there is no set 777 in 005010; th");
  EXPECT_EQ(told({}).substr(0, 12), "! name a set");
}

}  // namespace
}  // namespace crossdock::x12
