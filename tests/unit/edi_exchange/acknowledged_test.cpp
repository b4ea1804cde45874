// Acknowledgements that a partner sends: what the connector tells the host of them.
#include <gtest/gtest.h>

#include "crossdock/canonical/documents.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "tests/support/edi_desk/desk.hpp"
#include "tests/unit/edi_exchange/x12_text.hpp"

namespace crossdock::support {
namespace {

std::vector<canonical::DocumentAcknowledged> told(EdiDesk& desk, const std::string& file) {
  std::vector<canonical::DocumentAcknowledged> out;
  for (const auto& message : EdiDesk::of_type(desk.take(file), canonical::kDocumentAcknowledged)) {
    const auto decoded = canonical::decode<canonical::DocumentAcknowledged>(message.data);
    EXPECT_TRUE(decoded.value.has_value()) << canonical::to_text(decoded.problems);
    out.push_back(decoded.value.value_or(canonical::DocumentAcknowledged()));
  }
  return out;
}

TEST(Acknowledged, SetBySetWithWhatIsWrong) {
  EdiDesk desk;
  const auto all =
      told(desk, from_north("FA", {{"997",
                                    "AK1*SH*0042~AK2*856*0001~AK3*MAN*12**8~AK4*2*88*7*123~AK5*R*5~"
                                    "AK2*856*2~AK5*A~AK9*P*2*2*1~"}}));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].kind, "856");
  EXPECT_EQ(all[0].partner, "north");
  EXPECT_EQ(all[0].control.group, "42");
  EXPECT_EQ(all[0].control.interchange, "000000042");
  EXPECT_EQ(all[0].control.set, "0001");
  EXPECT_EQ(all[0].status, "R");
  ASSERT_EQ(all[0].findings.size(), 2u);
  EXPECT_EQ(all[0].findings[0].code, "AK403 7");
  EXPECT_EQ(all[0].findings[0].where, "segment MAN 12, element 2");
  EXPECT_NE(all[0].findings[0].message.find("\"123\""), std::string::npos);
  EXPECT_EQ(all[0].findings[1].code, "AK502 5");
  EXPECT_EQ(all[1].control.set, "0002");
  EXPECT_EQ(all[1].status, "A");
  EXPECT_TRUE(all[1].findings.empty());
}

TEST(Acknowledged, AsAGroupWhereNoSetIsNamed) {
  EdiDesk desk;
  const auto all =
      told(desk, from_north("FA", {{"997", "AK1*IN*7~AK9*R*1*1*0*4~"},
                                   {"999", "AK1*PR*8*005010~AK2*855*0001~IK5*E~AK9*E*1*1*1~"}}));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].kind, "810");
  EXPECT_EQ(all[0].control.group, "7");
  EXPECT_EQ(all[0].control.set, "");
  EXPECT_EQ(all[0].status, "R");
  EXPECT_EQ(all[0].findings.at(0).code, "AK905 4");
  EXPECT_EQ(all[1].kind, "855");
  EXPECT_EQ(all[1].status, "E");
}

TEST(Acknowledged, AnInterchangeByTa1) {
  EdiDesk desk;
  const auto all = told(desk, from_north("", {}, 9, "TA1*000000042*261124*0915*R*025~"));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].kind, "interchange");
  EXPECT_EQ(all[0].control.interchange, "000000042");
  EXPECT_EQ(all[0].status, "R");
  EXPECT_NE(all[0].findings.at(0).message.find("earlier interchange"), std::string::npos)
      << all[0].findings.at(0).message;
  // The same file again is a repeat and tells nothing twice.
  EXPECT_TRUE(told(desk, from_north("", {}, 9, "TA1*000000042*261124*0915*R*025~")).empty());
}

}  // namespace
}  // namespace crossdock::support
