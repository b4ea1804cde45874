// How much a worker gets of the processor when it wants all of it, and when it wants little.
#include "host/delivery/processor_share.hpp"

#include <gtest/gtest.h>

namespace crossdock::host::delivery {
namespace {

using std::chrono::milliseconds;
using Span = ProcessorShare::Span;

// A process that uses `greed` processors whenever it is not held, looked at every 50 ms; what it
// used in so many seconds.
double used_by(double share, double greed, int lasting) {
  ProcessorShare::Time now{};
  ProcessorShare processor(share, now);
  Span used{0};
  for (int i = 0; i < lasting * 20; ++i) {
    if (!processor.held()) {
      used += greed * Span(0.05);
    }
    now += milliseconds(50);
    processor.look(used, now);
  }
  return used.count();
}

TEST(ProcessorShareTest, TheGreedyGetTheirShareAndWhatIsSavedUp) {
  for (const double share : {0.1, 0.5, 1.0}) {
    const double used = used_by(share, 2, 100);
    EXPECT_GE(used, share * 100 * 0.98) << share;
    EXPECT_LE(used, share * 101 + 0.1) << share;  // one second saved, one look too late
  }
}

TEST(ProcessorShareTest, WhoWantsLessIsNeverHeld) { EXPECT_NEAR(used_by(0.5, 0.4, 100), 40, 0.01); }

TEST(ProcessorShareTest, IdleTimeIsSavedForASecondOnly) {
  ProcessorShare::Time now{};
  ProcessorShare processor(0.5, now);
  now += std::chrono::hours(1);
  EXPECT_FALSE(processor.look(Span(0), now));
  EXPECT_TRUE(processor.look(Span(0.6), now + milliseconds(100)));
}

}  // namespace
}  // namespace crossdock::host::delivery
