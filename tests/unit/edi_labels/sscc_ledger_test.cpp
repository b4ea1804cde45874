// Carton numbers in a ledger: none twice within a year, whatever crashes; prints and voids.
#include "plugins/edi_x12/labels/sscc_ledger.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "crossdock/canonical/identifiers.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::edi::labels {
namespace {

constexpr std::int64_t kDay = 86'400'000'000'000;
constexpr std::int64_t kNow = 1'795'511'700'000'000'000;
const std::string kPrefix = "0614141";
const std::string kSmall = "061414112345";  // twelve digits leave four for the serial number

class Numbers : public ::testing::Test {
 protected:
  template <class What>
  static std::string refused(What what) {
    try {
      what();
      return {};
    } catch (const std::runtime_error& fault) {
      return fault.what();
    }
  }
  support::Folder folder_{"sscc"};
  std::filesystem::path file_ = folder_.path() / "cartons.ledger";
  SsccLedger ledger_{file_};
};

TEST_F(Numbers, FollowEachOtherAndAreSsccs) {
  const auto first = ledger_.allot('0', kPrefix, 2, kNow);
  EXPECT_EQ(first, (std::vector<std::string>{"006141410000000012", "006141410000000029"}));
  SsccLedger again(file_);  // another process
  const auto next = again.allot('0', kPrefix, 1, kNow).at(0);
  EXPECT_EQ(next, *canonical::make_sscc('0', kPrefix, 3));
  // Each extension digit has a sequence of its own.
  EXPECT_EQ(ledger_.allot('3', kPrefix, 1, kNow).at(0), *canonical::make_sscc('3', kPrefix, 1));
}

TEST_F(Numbers, AreNotAllottedAgainWithinAYear) {
  std::set<std::string> seen;
  for (const auto& sscc : ledger_.allot('0', kSmall, 9'999, kNow)) {
    seen.insert(sscc);
  }
  EXPECT_EQ(seen.size(), 9'999u);
  EXPECT_EQ(ledger_.allot('0', kSmall, 1, kNow + kDay).size(), 1u);
  EXPECT_NE(refused([&] { ledger_.allot('0', kSmall, 1, kNow + 365 * kDay); }).find("only 0"),
            std::string::npos);
  // A use counts, not only the allotting; a voided number is a used one.
  const auto first = *canonical::make_sscc('0', kSmall, 1);
  const auto second = *canonical::make_sscc('0', kSmall, 2);
  ledger_.print(first, false, kNow + 100 * kDay);
  ledger_.void_number(second, "crushed", kNow + 200 * kDay);
  const auto later = ledger_.allot('0', kSmall, 3, kNow + 366 * kDay);
  EXPECT_EQ(later.front(), *canonical::make_sscc('0', kSmall, 3));
  EXPECT_NE(refused([&] { ledger_.allot('0', kSmall, 9'999, kNow + 366 * kDay); }), "");
}

TEST_F(Numbers, KnowWhatWasPrintedAndVoided) {
  const auto sscc = ledger_.allot('0', kPrefix, 1, kNow).at(0);
  EXPECT_EQ(ledger_.entries().at(sscc).state, SsccState::allotted);
  ledger_.print(sscc, false, kNow);
  EXPECT_EQ(ledger_.entries().at(sscc).state, SsccState::printed);
  EXPECT_NE(refused([&] { ledger_.print(sscc, false, kNow); }).find("reprint"), std::string::npos);
  ledger_.print(sscc, true, kNow + kDay);
  EXPECT_EQ(ledger_.entries().at(sscc).state, SsccState::reprinted);
  EXPECT_EQ(ledger_.entries().at(sscc).prints, 2u);
  ledger_.void_number(sscc, "fell off\nthe lorry", kNow + kDay);
  const auto entry = ledger_.entries().at(sscc);
  EXPECT_EQ(entry.state, SsccState::voided);
  EXPECT_EQ(entry.reason, "fell off the lorry");
  EXPECT_NE(refused([&] { ledger_.print(sscc, true, kNow); }).find("voided"), std::string::npos);
  EXPECT_NE(
      refused([&] { ledger_.print("006141410000009992", true, kNow); }).find("never allotted"),
      std::string::npos);
}

TEST_F(Numbers, SurviveALineThatACrashCutAndSayWhatIsDamaged) {
  const auto first = ledger_.allot('0', kPrefix, 1, kNow).at(0);
  std::ofstream(file_, std::ios::app | std::ios::binary) << "2026-11-24T09:15:00Z allotted 00614";
  const auto second = SsccLedger(file_).allot('0', kPrefix, 1, kNow).at(0);
  EXPECT_EQ(second, *canonical::make_sscc('0', kPrefix, 2));
  EXPECT_EQ(SsccLedger(file_).entries().size(), 2u);
  std::ofstream(file_, std::ios::app | std::ios::binary) << "rubbish\n";
  EXPECT_NE(refused([&] { SsccLedger{file_}; }).find("line 3"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::edi::labels
