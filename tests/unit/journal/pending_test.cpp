// Sets of positions against a plain set, and over their bytes.
#include "host/journal/pending.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace crossdock::host::journal {
namespace {

void expect_same(const PositionSet& set, const std::set<Position>& model) {
  EXPECT_EQ(set.size(), model.size());
  Position at = 0;
  for (const auto expected : model) {
    at = set.after(at);
    ASSERT_EQ(at, expected);
  }
  EXPECT_EQ(set.after(at), 0u);
}

TEST(PositionSet, IsASet) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20; ++round) {
    PositionSet set;
    std::set<Position> model;
    const Position span = round % 2 == 0 ? 300 : 100'000;
    for (int step = 0; step < 2000; ++step) {
      const Position position = 1 + random() % span;
      if (random() % 2 == 0) {
        ASSERT_EQ(set.insert(position), model.insert(position).second);
      } else {
        ASSERT_EQ(set.erase(position), model.erase(position) == 1);
      }
      ASSERT_EQ(set.contains(position), model.contains(position));
    }
    expect_same(set, model);
  }
}

TEST(Pending, ComesBackFromItsBytes) {
  Pending pending;
  for (Position position : {1, 64, 4095, 4096, 1'000'000}) {
    pending.of("erp").insert(position);
  }
  pending.of("wms").insert(3);
  Pending back;
  ASSERT_TRUE(Pending::from_bytes(pending.to_bytes(), back));
  expect_same(back.of("erp"), {1, 64, 4095, 4096, 1'000'000});
  expect_same(back.of("wms"), {3});
  EXPECT_TRUE(back.owed_between(5000, 1'000'001));
  EXPECT_FALSE(back.owed_between(5000, 1'000'000));
  EXPECT_FALSE(Pending::from_bytes(pending.to_bytes().substr(0, 100), back));
}

}  // namespace
}  // namespace crossdock::host::journal
