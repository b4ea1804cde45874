// Waiting until what a partner sent is durable, as the answer to him does.
#include "plugins/edi_x12/exchange/under_way.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace crossdock::edi {
namespace {

using std::chrono::hours;

bool taken(const Batch&) { return true; }
bool never() { return false; }

TEST(UnderWay, WaitsUntilTheBatchIsDurable) {
  UnderWay under_way;
  Batch batch;
  ASSERT_TRUE(under_way.give("one", batch, taken));
  std::thread host([&] { under_way.accepted(batch.tag); });
  EXPECT_TRUE(under_way.wait("one", hours(1), never));
  host.join();
  EXPECT_FALSE(under_way.is_open("one"));
}

TEST(UnderWay, TimeOverLeavesItOpen) {
  UnderWay under_way;
  Batch batch;
  ASSERT_TRUE(under_way.give("one", batch, taken));
  EXPECT_FALSE(under_way.wait("one", std::chrono::milliseconds(1), never));
  EXPECT_TRUE(under_way.is_open("one"));
}

// The thread that would bring the news is the one that stops the connector, and waits for this one.
TEST(UnderWay, AStopEndsTheWaiting) {
  UnderWay under_way;
  Batch batch;
  ASSERT_TRUE(under_way.give("one", batch, taken));
  std::atomic<bool> stopping{false};
  std::thread host([&] { stopping = true; });
  EXPECT_FALSE(under_way.wait("one", hours(1), [&] { return stopping.load(); }));
  host.join();
}

}  // namespace
}  // namespace crossdock::edi
