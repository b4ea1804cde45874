// The connector's handle of its host: state that is waited for.
#include <gtest/gtest.h>

#include <atomic>
#include <crossdock/host.hpp>
#include <thread>

namespace {

using namespace crossdock;

// Takes every batch, and says of none that it is durable.
class SlowHost {
 public:
  SlowHost() {
    table_.struct_size = sizeof table_;
    table_.minor = XD_ABI_MINOR;
    table_.context = this;
    table_.emit = [](void* self, const xd_batch* batch) {
      auto& tag = static_cast<SlowHost*>(self)->tag_;
      tag = batch->tag;
      tag.notify_all();
      return xd_status{XD_OK};
    };
    table_.extension = [](void*, const char*) -> const void* { return nullptr; };
  }
  const xd_host_v0* table() const { return &table_; }
  // Waits for a batch; its tag.
  std::uint64_t taken() const {
    tag_.wait(0);
    return tag_;
  }

 private:
  std::atomic<std::uint64_t> tag_{0};
  xd_host_v0 table_{};
};

TEST(Host, StateIsStoredWhenTheHostSaysThatItIsDurable) {
  SlowHost slow;
  Host host(slow.table());
  std::thread control([&] { EXPECT_TRUE(host.take_own_tag(slow.taken())); });
  EXPECT_TRUE(host.put_state({{"key", "value"}}, std::chrono::hours(1)));
  control.join();
}

TEST(Host, StateThatNobodyConfirmsIsNotStored) {
  SlowHost slow;
  Host host(slow.table());
  EXPECT_FALSE(host.put_state({{"key", "value"}}, std::chrono::milliseconds(1)));
}

// The thread that would confirm it is the one that stops the connector, and waits for this one.
TEST(Host, AStopEndsTheWaitForState) {
  SlowHost slow;
  Host host(slow.table());
  std::thread control([&] {
    slow.taken();
    host.stop();
  });
  EXPECT_FALSE(host.put_state({{"key", "value"}}, std::chrono::hours(1)));
  control.join();
}

}  // namespace
