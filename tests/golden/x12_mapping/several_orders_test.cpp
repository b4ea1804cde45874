// An 856 that speaks of several orders: a document for each, in any order of levels, or a refusal
// that says why none can be right.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>

#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/mapping/library.hpp"
#include "tests/golden/x12_mapping/text_of_set.hpp"
#include "tests/support/x12_documents/documents.hpp"

namespace crossdock::x12 {
namespace {

namespace json = boost::json;

const std::string kHead =
    "BSN*00*S-1*20261124*0915*0001\nHL*1**S\nTD5**2*SIMP\nREF*BM*B-1\nN1*ST*North\n"
    "N4*Chicago*IL*60601*US\n";

struct Read {
  bool ok = false;
  std::vector<json::value> documents;
  std::vector<std::string> problems;
};
Read read(const std::string& levels) {
  GrammarLibrary grammars({default_grammar_folder()});
  const MappingLibrary mappings({default_mapping_folder()});
  const auto grammar = grammars.find("005010");
  const auto* table = mappings.find("856");
  CanonicalReader reader(compile(*table, *grammar));
  Read out;
  std::istringstream lines(support::read_back(reader, *table, segments_of(kHead + levels),
                                              {{"channel", "north"}}, out.ok));
  for (std::string line; std::getline(lines, line);) {
    out.documents.push_back(json::parse(line));
  }
  out.problems = reader.problems();
  return out;
}

std::string packs(const json::value& document) {
  std::string out;
  const auto& shipment = document.at("shipment").as_object();
  for (const auto& package : shipment.at("packages").as_array()) {
    out += std::string(package.at("tracking_no").as_string()) + ":";
    for (const auto& content : package.at("contents").as_array()) {
      out += std::string(content.at("sku").as_string()) + ",";
    }
  }
  return out;
}

TEST(SeveralOrders, BecomeADocumentEach) {
  const auto got = read(
      "HL*2*1*O\nPRF*PO-A***20261101\nREF*DP*1\nHL*3*2*P\nMAN*CP*T1\nHL*4*3*I\nLIN*1*VN*A1\n"
      "SN1**1*EA\nHL*5*1*O\nPRF*PO-B\nHL*6*5*P\nMAN*CP*T2\nHL*7*6*I\nLIN*1*VN*B1\nSN1**2*EA\n"
      "HL*8*6*I\nLIN*2*VN*B2\nSN1**3*EA\nCTT*8\n");
  ASSERT_TRUE(got.ok) << got.problems.front();
  ASSERT_EQ(got.documents.size(), 2u);
  const auto& a = got.documents[0];
  const auto& b = got.documents[1];
  EXPECT_EQ(a.at("order").at("po_number"), json::value("PO-A"));
  EXPECT_EQ(b.at("order").at("po_number"), json::value("PO-B"));
  EXPECT_EQ(packs(a), "T1:A1,");
  EXPECT_EQ(packs(b), "T2:B1,B2,");
  // What the shipment says holds for both; what the first order says, for it only.
  for (const auto* one : {&a, &b}) {
    EXPECT_EQ(one->at("shipment").at("id"), json::value("S-1"));
    EXPECT_EQ(one->at("shipment").at("bol"), json::value("B-1"));
    EXPECT_EQ(one->at("order").at("ship_to").at("name"), json::value("North"));
  }
  EXPECT_EQ(a.at("order").at("po_date"), json::value("2026-11-01"));
  EXPECT_FALSE(b.at("order").as_object().contains("po_date"));
  EXPECT_EQ(a.at("order").at("references").as_array().size(), 1u);
  EXPECT_FALSE(b.at("order").as_object().contains("references"));
}

TEST(SeveralOrders, PalletsBelowTheirOrdersStayApart) {
  const auto got = read(
      "HL*2*1*O\nPRF*PO-A\nHL*3*2*T\nMAN*GM*1\nHL*4*3*P\nMAN*CP*T1\nHL*5*4*I\nLIN*1*VN*A1\n"
      "SN1**1*EA\nHL*6*1*O\nPRF*PO-B\nHL*7*6*T\nMAN*GM*2\nHL*8*7*P\nMAN*CP*T2\nHL*9*8*I\n"
      "LIN*1*VN*B1\nSN1**1*EA\nCTT*9\n");
  ASSERT_TRUE(got.ok) << got.problems.front();
  ASSERT_EQ(got.documents.size(), 2u);
  for (const auto& document : got.documents) {
    EXPECT_EQ(document.at("shipment").at("pallets").as_array().size(), 1u);
  }
}

TEST(SeveralOrders, InOnePackAreRefused) {
  const auto got = read(
      "HL*2*1*P\nMAN*CP*T1\nHL*3*2*O\nPRF*PO-A\nHL*4*3*I\nLIN*1*VN*A1\nSN1**1*EA\nHL*5*2*O\n"
      "PRF*PO-B\nHL*6*5*I\nLIN*1*VN*B1\nSN1**1*EA\nCTT*6\n");
  EXPECT_FALSE(got.ok);
  EXPECT_TRUE(got.documents.empty());
  ASSERT_FALSE(got.problems.empty());
  EXPECT_NE(got.problems.back().find("split it by order"), std::string::npos);
}

TEST(SeveralOrders, OneOrderBelowItsPacksIsTaken) {
  const auto got =
      read("HL*2*1*P\nMAN*CP*T1\nHL*3*2*O\nPRF*PO-A\nHL*4*3*I\nLIN*1*VN*A1\nSN1**1*EA\nCTT*4\n");
  ASSERT_TRUE(got.ok) << got.problems.front();
  ASSERT_EQ(got.documents.size(), 1u);
  EXPECT_EQ(packs(got.documents[0]), "T1:A1,");
}

}  // namespace
}  // namespace crossdock::x12
