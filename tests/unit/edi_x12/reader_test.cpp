// Reading X12: what is whole is read, what is damaged is said, with its place, and reading goes on.
#include "plugins/edi_x12/engine/reader/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/engine/check/checker.hpp"
#include "tests/support/edi/purchase_orders.hpp"

namespace crossdock::x12 {
namespace {

using support::interchange_850;

std::string good(int control) { return interchange_850(0, control, {{"PO-1", {{1, 5}, {2, 3}}}}); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

EnvelopeSettings envelope() {
  EnvelopeSettings out;
  out.sender = {"01", "000000001"};
  out.receiver = {"01", "000000011"};
  out.date = "20261124";
  out.time = "0915";
  return out;
}

bool has_error(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::error; });
}

// Every finding of a file, wherever it hangs.
std::vector<Finding> all_findings(const File& file) {
  auto out = file.findings;
  for (const auto& interchange : file.interchanges) {
    out.insert(out.end(), interchange.findings.begin(), interchange.findings.end());
    for (const auto& group : interchange.groups) {
      out.insert(out.end(), group.findings.begin(), group.findings.end());
      for (const auto& set : group.sets) {
        out.insert(out.end(), set.findings.begin(), set.findings.end());
      }
    }
  }
  return out;
}

TEST(Reader, ReadsAWholeInterchange) {
  const auto text = good(7);
  const auto file = read(text);
  ASSERT_EQ(file.interchanges.size(), 1u);
  const auto& interchange = file.interchanges[0];
  EXPECT_TRUE(interchange.whole);
  EXPECT_EQ(interchange.sender, "000000011");
  EXPECT_EQ(interchange.control, "000000007");
  ASSERT_EQ(interchange.groups.size(), 1u);
  ASSERT_EQ(interchange.groups[0].sets.size(), 1u);
  const auto& set = interchange.groups[0].sets[0];
  EXPECT_EQ(set.type, "850");
  EXPECT_TRUE(set.usable());
  EXPECT_EQ(set.segments.front().id, "ST");
  EXPECT_EQ(set.segments.back().id, "SE");
  EXPECT_TRUE(all_findings(file).empty());
}

TEST(Reader, TakesDelimitersFromEachIsa) {
  auto odd = good(8);
  std::replace(odd.begin(), odd.end(), '*', '|');
  std::replace(odd.begin(), odd.end(), '~', '\x1e');
  std::replace(odd.begin(), odd.end(), '\n', '\r');
  const auto text = good(7) + odd + good(9);
  const auto file = read(text);
  ASSERT_EQ(file.interchanges.size(), 3u);
  EXPECT_EQ(file.interchanges[1].delimiters.element, '|');
  EXPECT_EQ(file.interchanges[1].delimiters.segment, '\x1e');
  for (const auto& interchange : file.interchanges) {
    EXPECT_TRUE(interchange.whole);
  }
}

TEST(Reader, RepetitionIsASeparatorFromRelease00402OnOnly) {
  const auto text = good(1);
  EXPECT_EQ(read(text).interchanges.at(0).delimiters.repetition, '^');
  const auto old = replaced(replaced(text, "*^*00501*", "*U*00401*"), "005010", "004010");
  EXPECT_EQ(read(old).interchanges.at(0).delimiters.repetition, 0);
}

TEST(Reader, ReadsOnAfterACutOffSet) {
  auto cut = good(1);
  cut.erase(cut.find("CTT"));  // the rest of the set, its trailer, group and interchange trailers
  const auto text = cut + good(2);
  const auto file = read(text);
  ASSERT_EQ(file.interchanges.size(), 2u);
  EXPECT_FALSE(file.interchanges[0].whole);
  EXPECT_TRUE(file.interchanges[1].whole);
  const auto findings = all_findings(file);
  ASSERT_FALSE(findings.empty());
  EXPECT_GT(findings.front().offset, 0u);
}

TEST(Reader, SaysEachKindOfDamage) {
  const auto text = good(1);
  const std::pair<std::string, std::string> kDamages[] = {
      {"IEA*1*000000001~", ""},                  // no interchange trailer
      {"IEA*1*000000001~", "IEA*2*000000001~"},  // wrong count
      {"IEA*1*000000001~", "IEA*1*000000002~"},  // another control number
      {"GE*1*1~", ""},
      {"GE*1*1~", "GE*3*1~"},
      {"GE*1*1~", "GE*1*9~"},
      {"*0001~\nGE", "*0002~\nGE"},  // SE02
      {"SE*9*", "SE*8*"},
  };
  for (const auto& [from, to] : kDamages) {
    SCOPED_TRACE(from + " -> " + to);
    auto damaged = text;
    if (from.starts_with("SE*")) {
      const auto at = damaged.find("SE*");
      damaged.insert(at + 3, "9");  // a count that is not
    } else {
      damaged = replaced(text, from, to);
    }
    EXPECT_FALSE(all_findings(read(damaged)).empty());
  }
}

TEST(Reader, NoiseAroundInterchangesIsSaidAndPassedOver) {
  const auto text = "\xef\xbb\xbf\r\n" + good(1) + "\n\nsome words\n" + good(2);
  const auto file = read(text);
  EXPECT_EQ(file.interchanges.size(), 2u);
}

TEST(Reader, WhatIsNoX12IsNoInterchange) {
  for (const auto& text : {std::string(), std::string("ISA"), std::string("ISA*00*"),
                           std::string(1000, 'x'), std::string("ISA") + std::string(200, '*')}) {
    EXPECT_TRUE(read(text).interchanges.empty() || has_error(all_findings(read(text)))) << text;
  }
}

GrammarChoice grammars() {
  static GrammarLibrary library({default_grammar_folder()});
  return by_release(library);
}

TEST(Acknowledgement, AcceptsRejectsAndCounts) {
  const auto text = good(1);
  const auto file = read_checked(text, grammars());
  const auto accepted = report_of(file.interchanges[0].groups[0]);
  EXPECT_EQ(accepted.status(), 'A');
  EXPECT_EQ(accepted.sets.at(0).status, 'A');

  auto cut = text;
  const auto se = cut.find("SE*");
  cut.erase(se, cut.find("GE*") - se);
  const auto damaged = read_checked(cut, grammars());
  const auto rejected = report_of(damaged.interchanges[0].groups[0]);
  EXPECT_EQ(rejected.sets.at(0).status, 'R');
  EXPECT_EQ(rejected.status(), 'R');
  const auto answer = write_997(rejected, envelope(), {1, 1, 1});
  EXPECT_EQ(support::elements_of(answer, "AK5", 1).at(0), "R");
  EXPECT_EQ(support::elements_of(answer, "AK9", 1).at(0), "R");
  EXPECT_EQ(support::elements_of(answer, "AK1", 2).at(0), "1");
  // What we write, we read.
  EXPECT_TRUE(all_findings(read_checked(answer, grammars())).empty());
}

// What we say in acknowledgements must be said in their own code lists.
TEST(Acknowledgement, EveryCodeIsInItsCodeList) {
  GrammarLibrary library({default_grammar_folder()});
  const auto lists = [](Level level) -> std::vector<std::string> {
    switch (level) {
      case Level::interchange:
        return {"I18"};
      case Level::group:
        return {"716"};
      case Level::set:
        return {"718", "618"};
      case Level::segment:
        return {"720", "620"};
      default:
        return {"723", "621"};
    }
  };
  for (const std::string release : {"004010", "005010"}) {
    const auto grammar = library.find(release);
    for (std::size_t i = 0; i < kCodes; ++i) {
      Finding f;
      f.code = static_cast<Code>(i);
      const auto code = acknowledgement_code(f, release);
      const bool later = release == "004010" &&
                         (f.code == Code::element_repeats || f.code == Code::component_excess ||
                          f.code == Code::set_outside_group);
      if (code.empty() || later) {
        continue;  // 004010 has neither repetitions nor 999s
      }
      for (const auto& number : lists(facts(f.code).level)) {
        const auto* element = grammar->find_element(number);
        if (element != nullptr && element->codes != kNone) {
          EXPECT_TRUE(grammar->code_list(element->codes).contains(code))
              << f.name() << ": " << code << " is not in list " << number << " of " << release;
        }
      }
    }
  }
}

}  // namespace
}  // namespace crossdock::x12
