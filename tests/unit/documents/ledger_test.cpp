// What was sent against what partners say of it: deadlines that pass, refusals, and
// acknowledgements of what was never sent, by the business processes' own store.
#include <gtest/gtest.h>

#include "crossdock/canonical/documents.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "tests/support/process/world.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;

class Ledger : public ::testing::Test {
 protected:
  void issue(const std::string& kind, int number, std::int64_t minutes) {
    canonical::DocumentIssued issued;
    issued.kind = kind;
    issued.control = {"00000000" + std::to_string(number), std::to_string(number), "0001", {}};
    issued.partner = "north";
    issued.file = kind + "-north-" + std::to_string(number) + ".x12";
    issued.refers_to = "ord_" + std::to_string(number);
    issued.issued_at.ns = world_.now_ns;
    if (minutes > 0) {
      issued.acknowledge_by.emplace().ns = world_.now_ns + minutes * kMinute;
    }
    world_.receive(canonical::kDocumentIssued, canonical::encode(issued));
  }
  void acknowledge(const std::string& kind, int number, const std::string& status) {
    canonical::DocumentAcknowledged said;
    said.kind = kind;
    said.control.interchange = "00000000" + std::to_string(number);
    said.control.group = kind == "interchange" ? "" : std::to_string(number);
    said.partner = "north";
    said.status = status;
    if (status != "A") {
      said.findings.push_back({"AK403 7", "error", "not in the code list", 0, "element 3", {}});
    }
    world_.receive(canonical::kDocumentAcknowledged, canonical::encode(said));
  }
  // Time passes; what is due runs before the next message.
  void pass(std::int64_t minutes) {
    world_.now_ns += minutes * kMinute;
    issue("997", 9, 0);
  }
  std::string state(int number) {
    return world_.text("SELECT acknowledged || '/' || overdue FROM documents WHERE group_no = '" +
                       std::to_string(number) + "'");
  }
  std::int64_t alerts(const std::string& containing) {
    return world_.number(
        "SELECT count(*) FROM alerts WHERE kind = 'acknowledgement' AND text LIKE '%" + containing +
        "%'");
  }

  Folder folder_{"ledger"};
  World world_{folder_.path()};
};

TEST_F(Ledger, WhatIsNotAcknowledgedInTimeIsRaisedOnce) {
  issue("856", 1, 60);
  issue("810", 2, 0);  // no acknowledgement is said to be due: a day
  pass(59);
  EXPECT_EQ(alerts(""), 0);
  pass(2);
  EXPECT_EQ(alerts("has not acknowledged 856-north-1.x12 in time"), 1);
  EXPECT_EQ(state(1), "/1");
  pass(600);
  EXPECT_EQ(alerts(""), 1);
  pass(24 * 60);
  EXPECT_EQ(alerts("has not acknowledged 810-north-2.x12"), 1);
  acknowledge("856", 1, "A");
  EXPECT_EQ(alerts("after all"), 1);
  EXPECT_EQ(state(1), "A/1");
}

TEST_F(Ledger, WhatIsAcknowledgedInTimeIsNot) {
  issue("856", 1, 60);
  acknowledge("856", 1, "A");
  pass(120);
  EXPECT_EQ(alerts(""), 0);
  EXPECT_EQ(state(1), "A/0");
}

TEST_F(Ledger, RefusalsAndStrangersAreRaisedWithTheirWords) {
  issue("856", 1, 60);
  acknowledge("856", 1, "R");
  EXPECT_EQ(alerts("refuses a document: element 3: not in the code list (AK403 7)"), 1);
  acknowledge("810", 5, "A");
  EXPECT_EQ(alerts("never sent"), 1);
  issue("855", 2, 60);
  acknowledge("interchange", 2, "A");
  EXPECT_EQ(state(2), "/0") << "its own acknowledgement is still to come";
  acknowledge("interchange", 2, "R");
  EXPECT_EQ(state(2), "R/0");
  EXPECT_EQ(alerts("refuses an interchange"), 1);
  pass(120);
  EXPECT_EQ(alerts("in time"), 0) << "a refusal is an answer";
}

}  // namespace
}  // namespace crossdock::support
