// The demo as a newcomer runs it, and what it leaves behind. Its twelve files hold an interchange
// that is sent twice and a purchase order that was cut off with a good interchange behind it.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <set>

#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Runs the demo once for all tests here.
class Demo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new Folder("demo");
    Child demo({program("crossdock-demo").string(), "--once", "--data",
                (folder_->path() / "data").string()},
               folder_->path() / "output");
    status_ = demo.wait(std::chrono::seconds(120));
    output_ = read_file(folder_->path() / "output");
    if (fs::exists(data() / "summary.json")) {
      summary_ = json::parse(read_file(data() / "summary.json"));
    }
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static fs::path data() { return folder_->path() / "data"; }
  static std::vector<std::string> documents(const std::string& prefix) {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(data() / "edi" / "outbox")) {
      if (entry.path().filename().string().starts_with(prefix)) {
        out.push_back(read_file(entry.path()));
      }
    }
    return out;
  }

  static Folder* folder_;
  static std::optional<int> status_;
  static std::string output_;
  static json::value summary_;
};
Folder* Demo::folder_ = nullptr;
std::optional<int> Demo::status_;
std::string Demo::output_;
json::value Demo::summary_;

TEST_F(Demo, EndsWithStatusZeroAndNamesItsSummaryLast) {
  ASSERT_TRUE(status_.has_value()) << "it did not end";
  EXPECT_EQ(*status_, 0) << output_;
  EXPECT_TRUE(output_.ends_with((data() / "summary.json").string() + "\n")) << output_;
}

TEST_F(Demo, SummaryHasEveryKey) {
  ASSERT_TRUE(summary_.is_object());
  const auto keys_of = [](const json::value& in) {
    std::set<std::string> out;
    for (const auto& [key, value] : in.as_object()) {
      out.insert(std::string(key));
    }
    return out;
  };
  const auto has = [&](const json::value& in, std::initializer_list<const char*> keys) {
    const auto there = keys_of(in);
    for (const char* key : keys) {
      EXPECT_TRUE(there.contains(key)) << key << " in " << json::serialize(in).substr(0, 200);
    }
  };
  has(summary_, {"orders", "allocations", "shipments", "invoices", "documents", "dead_letters",
                 "duplicates", "messages"});
  has(summary_.at("orders").at(0), {"id", "po_number", "channel", "status"});
  has(summary_.at("allocations").at(0), {"order", "line", "warehouse", "quantity"});
  has(summary_.at("shipments").at(0), {"order", "warehouse", "ssccs", "tracking_numbers"});
  has(summary_.at("invoices").at(0), {"order", "erp_number", "total"});
  has(summary_.at("documents").at(0), {"kind", "control_number", "file"});
  has(summary_.at("messages"), {"accepted", "delivered", "dead_lettered", "pending"});
}

TEST_F(Demo, InterchangeSentTwiceIsOneOrderAndReported) {
  int orders = 0;
  for (const auto& order : summary_.at("orders").as_array()) {
    orders += order.at("po_number") == json::value("71001") ? 1 : 0;
  }
  EXPECT_EQ(orders, 1);
  const auto& duplicates = summary_.at("duplicates").as_array();
  ASSERT_EQ(duplicates.size(), 1u);
  EXPECT_EQ(duplicates[0].at("file"), json::value("11-south-71001-again.x12"));
  int acknowledged = 0;
  for (const auto& document : documents("855-south")) {
    acknowledged += elements_of(document, "BAK", 3).at(0) == "71001" ? 1 : 0;
  }
  EXPECT_EQ(acknowledged, 1);
}

TEST_F(Demo, CutOffPurchaseOrderIsRefusedWithItsPlaceAndTheNextOneIsTaken) {
  const auto& letters = summary_.at("dead_letters").as_array();
  ASSERT_EQ(letters.size(), 1u);
  const std::string reason(letters[0].at("reason").as_string());
  EXPECT_NE(reason.find("12-south-71003-cut-off-then-71004.x12"), std::string::npos) << reason;
  EXPECT_NE(reason.find("byte "), std::string::npos) << reason;
  // One 997 to south says R(ejected) for the set, and it is for group 203.
  int rejected = 0;
  for (const auto& document : documents("997-south")) {
    const auto verdict = elements_of(document, "AK9", 1);
    if (!verdict.empty() && verdict[0] == "R") {
      ++rejected;
      EXPECT_EQ(elements_of(document, "AK1", 2).at(0), "203");
      EXPECT_EQ(elements_of(document, "AK5", 1).at(0), "R");
    }
  }
  EXPECT_EQ(rejected, 1);
  bool next_taken = false;
  for (const auto& order : summary_.at("orders").as_array()) {
    EXPECT_NE(order.at("po_number"), json::value("71003"));
    next_taken |= order.at("po_number") == json::value("71004");
  }
  EXPECT_TRUE(next_taken);
}

TEST_F(Demo, OddDelimitersAreReadAndAnsweredWithOurOwn) {
  for (const auto& document : documents("997-east")) {
    EXPECT_EQ(document.substr(0, 4), "ISA*");
  }
  EXPECT_EQ(std::count_if(summary_.at("orders").as_array().begin(),
                          summary_.at("orders").as_array().end(),
                          [](const json::value& order) {
                            return order.at("po_number") == json::value("PO-88-001");
                          }),
            1);
}

TEST_F(Demo, SplitOrderShipsFromThreeWarehousesAndTheRestOfTheNextIsBackordered) {
  std::map<std::string, std::string> ids;
  for (const auto& order : summary_.at("orders").as_array()) {
    ids[std::string(order.at("po_number").as_string())] = std::string(order.at("id").as_string());
  }
  std::map<std::string, std::int64_t> split;
  std::int64_t short_order = 0;
  for (const auto& one : summary_.at("allocations").as_array()) {
    const auto quantity = one.at("quantity").to_number<std::int64_t>();
    if (one.at("order") == json::value(ids["4500103"])) {
      split[std::string(one.at("warehouse").as_string())] += quantity;
    } else if (one.at("order") == json::value(ids["PO-88-003"]) &&
               one.at("line") == json::value("1")) {
      short_order += quantity;
    }
  }
  EXPECT_EQ(split.size(), 3u);
  std::int64_t total = 0;
  for (const auto& [warehouse, quantity] : split) {
    total += quantity;
  }
  EXPECT_EQ(total, 850);
  EXPECT_EQ(short_order, 50);  // of 80; there were 900
}

TEST_F(Demo, EveryCartonOfTheAdvicesHasAValidSscc) {
  const auto advices = documents("856");
  EXPECT_EQ(advices.size(), summary_.at("shipments").as_array().size());
  std::set<std::string> seen;
  for (const auto& document : advices) {
    for (const auto& sscc : elements_of(document, "MAN", "GM", 2)) {
      ASSERT_EQ(sscc.size(), 18u);
      int sum = 0;
      for (std::size_t i = 0; i < 17; ++i) {
        sum += (sscc[i] - '0') * (i % 2 == 0 ? 3 : 1);
      }
      EXPECT_EQ((10 - sum % 10) % 10, sscc[17] - '0') << sscc;
      EXPECT_TRUE(seen.insert(sscc).second) << sscc << " twice";
    }
  }
}

}  // namespace
}  // namespace crossdock::support
