#include "host/delivery/lanes.hpp"

#include <gtest/gtest.h>

namespace crossdock::host::delivery {
namespace {

Item item(Position position) {
  return {.position = position, .bytes = std::make_shared<const std::string>("bytes")};
}

TEST(Lanes, KeepOrderWithinAKeyAndLetOtherKeysPass) {
  Lanes lanes;
  lanes.add("a", item(1));
  lanes.add("a", item(2));
  lanes.add("b", item(3));
  auto* a = lanes.take();
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->items.front().position, 1u);
  auto* b = lanes.take();
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->items.front().position, 3u) << "the second message of `a` must wait for the first";
  EXPECT_EQ(lanes.take(), nullptr);
  lanes.settled(*a);
  a = lanes.take();
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->items.front().position, 2u);
}

TEST(Lanes, MessagesWithoutAKeyNeverWaitForEachOther) {
  Lanes lanes;
  lanes.add("", item(1));
  lanes.add("", item(2));
  EXPECT_NE(lanes.take(), nullptr);
  EXPECT_NE(lanes.take(), nullptr);
}

TEST(Lanes, AWaitingKeyGivesUpItsBytesAndComesBackInOrder) {
  Lanes lanes;
  lanes.add("a", item(1));
  lanes.add("a", item(2));
  auto* lane = lanes.take();
  ASSERT_NE(lane, nullptr);
  lanes.again(*lane, Wait::retry);
  EXPECT_EQ(lanes.loaded_bytes(), 0u);
  EXPECT_EQ(lanes.take(), nullptr);
  lanes.release(*lane);
  lane = lanes.take();
  ASSERT_NE(lane, nullptr);
  EXPECT_EQ(lane->items.front().position, 1u);
  EXPECT_EQ(lane->items.front().bytes, nullptr) << "to be read again by its position";
}

TEST(Lanes, FollowersStayBehindADeadLetterUntilItIsDealtWith) {
  Lanes lanes;
  lanes.add("a", item(1));
  lanes.add("a", item(2));
  auto* lane = lanes.take();
  lanes.park_behind_dead_letter(*lane);
  EXPECT_EQ(lanes.parked_lanes(), 1u);
  lanes.add("a", item(3));
  EXPECT_EQ(lanes.take(), nullptr);
  EXPECT_TRUE(lanes.unpark("a"));
  EXPECT_EQ(lanes.parked_lanes(), 0u);
  lane = lanes.take();
  ASSERT_NE(lane, nullptr);
  EXPECT_EQ(lane->items.front().position, 2u);
  EXPECT_FALSE(lanes.unpark("a"));
}

TEST(Lanes, AReplayedDeadLetterGoesBeforeItsFollowers) {
  Lanes lanes;
  lanes.add("a", item(1));
  lanes.add("a", item(2));
  lanes.park_behind_dead_letter(*lanes.take());
  lanes.add_front("a", item(1));
  auto* lane = lanes.take();
  ASSERT_NE(lane, nullptr);
  EXPECT_EQ(lane->items.front().position, 1u);
  lanes.settled(*lane);
  EXPECT_EQ(lanes.take()->items.front().position, 2u);
}

TEST(Lanes, AReplayWhileAnotherOfTheKeyIsOutWaitsForItsAnswer) {
  Lanes lanes;
  lanes.add("a", item(5));
  auto* lane = lanes.take();
  lanes.add_front("a", item(1));
  EXPECT_EQ(lane->items.front().position, 5u) << "the answer that comes is for 5";
  lanes.settled(*lane);
  EXPECT_EQ(lanes.take()->items.front().position, 1u);
}

TEST(Lanes, ADeadLetterFromBeforeTheStartHoldsItsKey) {
  Lanes lanes;
  lanes.park("a");
  lanes.add("a", item(7));
  EXPECT_EQ(lanes.take(), nullptr);
  EXPECT_TRUE(lanes.unpark("a"));
  EXPECT_NE(lanes.take(), nullptr);
}

TEST(Lanes, EmptyLanesCostNothing) {
  Lanes lanes;
  for (Position i = 1; i <= 1000; ++i) {
    lanes.add("key" + std::to_string(i), item(i));
  }
  while (auto* lane = lanes.take()) {
    lanes.settled(*lane);
  }
  EXPECT_EQ(lanes.loaded(), 0u);
  EXPECT_EQ(lanes.loaded_bytes(), 0u);
  EXPECT_EQ(lanes.find("key1"), nullptr);
}

}  // namespace
}  // namespace crossdock::host::delivery
