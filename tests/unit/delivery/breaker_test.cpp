#include "host/delivery/breaker.hpp"

#include <gtest/gtest.h>

namespace crossdock::host::delivery {
namespace {

using std::chrono::milliseconds;

class BreakerTest : public ::testing::Test {
 public:
  Breaker breaker{3, {milliseconds(1000), milliseconds(8000)}};
  Breaker::Time now{};

  void open() {
    for (int i = 0; i < 3; ++i) {
      breaker.failed(now, 1.0);
    }
  }
};

TEST_F(BreakerTest, OpensAfterFailuresInARowOnly) {
  EXPECT_TRUE(breaker.failed(now, 1.0));
  EXPECT_TRUE(breaker.failed(now, 1.0));
  breaker.succeeded();
  EXPECT_TRUE(breaker.failed(now, 1.0));
  EXPECT_TRUE(breaker.failed(now, 1.0));
  EXPECT_EQ(breaker.state(), Breaker::State::closed);
  EXPECT_TRUE(breaker.failed(now, 1.0));
  EXPECT_EQ(breaker.state(), Breaker::State::open);
  EXPECT_EQ(breaker.admits(10, now), 0u);
}

TEST_F(BreakerTest, LetsOneProbeThroughAndBurnsNoAttemptForIt) {
  open();
  now += milliseconds(1000);
  EXPECT_EQ(breaker.admits(10, now), 1u);
  EXPECT_EQ(breaker.admits(10, now), 0u) << "one probe at a time";
  EXPECT_FALSE(breaker.failed(now, 1.0)) << "an outage must not use up a message's attempts";
  EXPECT_EQ(breaker.admits(10, now + milliseconds(1500)), 0u) << "the wait doubles";
  EXPECT_EQ(breaker.admits(10, now + milliseconds(2000)), 1u);
  breaker.succeeded();
  EXPECT_EQ(breaker.admits(10, now + milliseconds(2000)), 10u);
}

TEST_F(BreakerTest, ALostProbeIsSentAgain) {
  open();
  now += milliseconds(1000);
  EXPECT_EQ(breaker.admits(1, now), 1u);
  breaker.probe_lost();
  EXPECT_EQ(breaker.admits(1, now), 1u);
}

TEST(Backoff, GrowsAndIsBoundedAndNeverZero) {
  const Backoff backoff{milliseconds(100), milliseconds(5000)};
  EXPECT_EQ(backoff.wait(1, 1.0), milliseconds(100));
  EXPECT_EQ(backoff.wait(3, 1.0), milliseconds(400));
  EXPECT_EQ(backoff.wait(30, 1.0), milliseconds(5000));
  EXPECT_EQ(backoff.wait(4'000'000'000u, 1.0), milliseconds(5000));
  EXPECT_GE(backoff.wait(1, 0.0), milliseconds(10));
}

}  // namespace
}  // namespace crossdock::host::delivery
