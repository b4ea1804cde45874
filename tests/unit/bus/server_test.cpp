// The loop of the bus: what is posted to it, and what becomes of work that its end overtakes.
#include "host/bus/server.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

namespace crossdock::host::bus {
namespace {

class Loop : public ::testing::Test {
 protected:
  zmq::context_t context_;
  Server server_{context_, "inproc://loop"};
};

TEST_F(Loop, RunsWhatIsPostedInItsOrder) {
  std::vector<int> seen;
  for (int i = 0; i < 3; ++i) {
    server_.post([&seen, i] { seen.push_back(i); });
  }
  server_.stop();
  server_.run();
  EXPECT_EQ(seen, (std::vector<int>{0, 1, 2}));
}

// A caller of HTTP who waits for the loop must not wait for one that has ended: the host's own stop
// waits for that caller.
TEST_F(Loop, WorkThatItsEndOvertakesIsDestroyedAndWhoWaitsHearsOfIt) {
  const auto ask = [&] {
    auto done = std::make_shared<std::promise<void>>();
    auto waiting = done->get_future();
    server_.post([done = std::move(done)] { done->set_value(); });
    return waiting;
  };
  std::future<void> in_the_last_round;
  server_.stop();
  server_.post([&] { in_the_last_round = ask(); });
  server_.run();
  auto afterwards = ask();
  for (auto* waiting : {&in_the_last_round, &afterwards}) {
    ASSERT_EQ(waiting->wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_THROW(waiting->get(), std::future_error);
  }
}

}  // namespace
}  // namespace crossdock::host::bus
