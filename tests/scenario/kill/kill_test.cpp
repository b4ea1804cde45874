// Processes are killed at random moments while orders flow, outside systems lose answers, and in
// the end everything has happened once, by the far ends' own books.
//
// CROSSDOCK_KILL_ORDERS and CROSSDOCK_SEED choose size and course; the seed is printed.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <random>
#include <thread>

#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/tally.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// Kills one process after another until told to stop; the host is started again each time.
class Killer {
 public:
  Killer(Stack& stack, std::uint64_t seed) : stack_(stack), random_(seed) {}

  int kill_until(const std::atomic<bool>& done) {
    while (!done) {
      std::this_thread::sleep_for(milliseconds(200 + random_() % 500));
      if (random_() % 5 == 0) {
        stack_.kill_host();
        stack_.start_host();
        ++host_kills_;
      } else {
        const auto workers = stack_.workers();
        if (!workers.empty()) {
          auto victim = workers.begin();
          std::advance(victim, static_cast<std::ptrdiff_t>(random_() % workers.size()));
          ::kill(victim->second, SIGKILL);
          ++worker_kills_;
        }
      }
    }
    return host_kills_ + worker_kills_;
  }
  int host_kills() const { return host_kills_; }
  int worker_kills() const { return worker_kills_; }

 private:
  Stack& stack_;
  std::mt19937_64 random_;
  int host_kills_ = 0;
  int worker_kills_ = 0;
};

TEST(Kill, EverythingHappensOnceWhilePartsAreKilled) {
  const bool nightly = std::getenv("CROSSDOCK_NIGHTLY") != nullptr;
  const auto wanted = from_environment("CROSSDOCK_KILL_ORDERS", nightly ? 2000 : 200);
  const auto seed = from_environment("CROSSDOCK_SEED", 20261124);
  std::cout << wanted << " orders, CROSSDOCK_SEED=" << seed << std::endl;
  const Folder folder("kill");
  StackOptions options;
  options.data = folder.path();
  options.log_level = "warning";
  options.crashes_per_minute = 10'000;
  options.wms_options = {"--ship-after", "100", "--short-every", "23", "--stock-factor", "10000"};
  options.carrier_options = {"--track-after", "600000"};
  options.erp_options = {"--stock-factor", "10000"};
  Stack stack(options);
  stack.start_simulators();
  stack.write_configuration();
  stack.start_host();
  ASSERT_TRUE(stack.wait_for_master_data());
  // Every far end does what it was asked and then loses some answers, and refuses some calls.
  stack.faults("wms", {{"drop_every", 31}, {"error_every", 43}});
  stack.faults("carrier", {{"drop_every", 29}, {"error_every", 41}});
  stack.faults("erp", {{"drop_every", 37}, {"error_every", 47}});

  std::vector<std::string> numbers;
  std::atomic<bool> done{false};
  std::thread feeder([&] {
    std::mt19937_64 random(seed);
    for (int control = 1; numbers.size() < wanted; ++control) {
      const int retailer = static_cast<int>(random() % kRetailers);
      std::vector<PurchaseOrder> orders;
      for (std::uint64_t i = 0; i < 1 + random() % 9 && numbers.size() < wanted; ++i) {
        PurchaseOrder order{"PO-" + std::to_string(100'000 + numbers.size()), {}};
        for (std::uint64_t line = 0; line < 1 + random() % 4; ++line) {
          order.lines.push_back(
              {static_cast<int>(1 + random() % 19), static_cast<int>(2 + random() % 9)});
        }
        numbers.push_back(order.number);
        orders.push_back(std::move(order));
      }
      stack.drop(retailer_name(retailer) + "-" + std::to_string(control) + ".x12",
                 interchange_850(retailer, control, orders));
      std::this_thread::sleep_for(milliseconds(30));
    }
    // Kills go on until all was read and for a while longer, so that the end is under fire too.
    Stack::wait_until([&] { return fs::is_empty(stack.inbox()); }, seconds(120));
    std::this_thread::sleep_for(seconds(3));
    done = true;
  });
  // On this thread, because a host ends with the thread that started it.
  Killer killer(stack, seed);
  killer.kill_until(done);
  feeder.join();
  std::cout << killer.host_kills() << " kills of the host, " << killer.worker_kills()
            << " of workers" << std::endl;
  for (const char* name : {"wms", "carrier", "erp"}) {
    stack.faults(name, {{"drop_every", 0}, {"error_every", 0}});
  }
  ASSERT_TRUE(stack.wait_for_drain(seconds(240))) << "messages are still pending";
  for (const auto& finding : tally(stack, numbers, simulated_books(stack))) {
    ADD_FAILURE() << finding;
  }
  EXPECT_GT(killer.host_kills(), 0);
  EXPECT_GT(killer.worker_kills(), 0);
  EXPECT_EQ(stack.stop_host(), 0);
}

}  // namespace
}  // namespace crossdock::support
