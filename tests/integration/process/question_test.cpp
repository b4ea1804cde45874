// The question of a decision is kept as text, without what is as usual, and read again years later.
#include "host/process/sourcing/question.hpp"

#include <gtest/gtest.h>

namespace crossdock::host::process {
namespace {

Question unusual() {
  Question out;
  out.channel = "north";
  out.country = "US";
  out.service = "ground";
  out.value_minor = 7000;
  out.at_ns = 1'795'717'918'974'925'210;
  out.lines = {{{"1", "KIT", 20'000}, {{"A", 20'000}, {"B", 10'000}}, "3"},
               {{"2", "C", 10'000}, {{"C", 10'000}}, ""},
               {{"3", "PACK", 10'000}, {{"D", 60'000}}, ""}};
  Question::Warehouse far;
  far.code = "ATL";
  far.country = "US";
  far.distance_km = 947.507950176974;  // of more digits the last may be read as its neighbour
  far.cost_minor = 120;
  far.priority = 2;
  far.hazmat_classes = {"3", "8"};
  far.ship_on = canonical::parse_date("2026-11-26");
  far.arrives_on = canonical::parse_date("2026-11-30");
  far.stock = {{"A", 5}, {"B", -1}};
  Question::Warehouse shut;
  shut.code = "YYZ";
  shut.country = "CA";
  shut.barred = "is not active: it is closed";
  out.warehouses = {far, shut};
  out.in_all = {{"A", 5}, {"B", -1}};
  return out;
}

TEST(Questions, AreReadAsTheyWereWritten) {
  const auto asked = unusual();
  const auto text = to_json(asked);
  const auto read = question_from_json(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->service, "ground");
  EXPECT_EQ(read->at_ns, asked.at_ns);
  ASSERT_EQ(read->lines.size(), 3u);
  ASSERT_EQ(read->lines[0].parts.size(), 2u);
  EXPECT_EQ(read->lines[0].parts[0].sku, "A");
  EXPECT_EQ(read->lines[0].parts[0].factor, 20'000);
  EXPECT_EQ(read->lines[0].hazard_class, "3");
  ASSERT_EQ(read->lines[1].parts.size(), 1u);  // left out: it is the product itself
  EXPECT_EQ(read->lines[1].parts[0].sku, "C");
  EXPECT_EQ(read->lines[1].parts[0].factor, 10'000);
  EXPECT_EQ(read->lines[2].parts[0].factor, 60'000);
  ASSERT_EQ(read->warehouses.size(), 2u);
  const auto& far = read->warehouses[0];
  EXPECT_EQ(far.cost_minor, 120);
  EXPECT_EQ(far.priority, 2);
  EXPECT_EQ(far.hazmat_classes, (std::vector<std::string>{"3", "8"}));
  EXPECT_EQ(far.distance_km, asked.warehouses[0].distance_km);
  EXPECT_EQ(far.stock, asked.warehouses[0].stock);
  EXPECT_EQ(far.ship_on, asked.warehouses[0].ship_on);
  EXPECT_EQ(far.arrives_on, asked.warehouses[0].arrives_on);
  EXPECT_EQ(read->warehouses[1].barred, "is not active: it is closed");
  EXPECT_FALSE(read->warehouses[1].distance_km);
  EXPECT_EQ(read->in_all, asked.in_all);
}

TEST(Questions, ThatSaidTheUsualTooAreReadStill) {
  const auto read = question_from_json(
      R"({"channel":"north","country":"US","service":"","value":7000,"at":5,"lines":[{"line":"1",)"
      R"("sku":"A","quantity":20000,"hazard_class":"","parts":[{"sku":"A","factor":10000}]}],)"
      R"("warehouses":[{"code":"ATL","country":"US","cost":0,"priority":0,"hazmat":[],"barred":"",)"
      R"("stock":{"A":7},"distance":12.5,"ship_on":"2026-11-26"}],"in_all":{"A":7}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read),
            R"({"channel":"north","country":"US","value":7000,"at":5,"lines":[{"line":"1","sku":)"
            R"("A","quantity":20000}],"warehouses":[{"code":"ATL","country":"US","stock":{"A":7},)"
            R"("distance":12.5,"ship_on":"2026-11-26"}],"in_all":{"A":7}})");
}

TEST(Questions, ThatAskedOtherwiseAreNone) {
  const std::string no_line = R"({"channel":"n","country":"US","value":1,"at":1,"lines":[{}],)"
                              R"("warehouses":[],"in_all":{}})";
  for (const std::string& text : {std::string(), std::string("{"), std::string("[]"),
                                  std::string("{}"), std::string(R"({"channel":1})"), no_line}) {
    EXPECT_FALSE(question_from_json(text)) << text;
  }
}

}  // namespace
}  // namespace crossdock::host::process
