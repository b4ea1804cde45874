// Host, worker and the partner's station are killed at random moments while documents go both ways
// over AS2 and answers are lost. By the partner's own books: every order is answered, no control
// number is on two documents, and what came twice came under the same Message-ID with the same
// bytes.
//
// CROSSDOCK_KILL_ORDERS and CROSSDOCK_SEED choose size and course; the seed is printed.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/support/as2/as2_pair.hpp"
#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

std::string text(const json::object& in, const char* key) {
  const auto* value = in.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// Sends an order until its receipt says that it was taken: always under the same Message-ID.
void send_until_taken(As2Pair& pair, int number, const std::string& receipt,
                      std::atomic<int>& tries) {
  const auto po = "PO-" + std::to_string(1000 + number);
  const json::object wanted{{"document", interchange_850(0, number, {{po, {{1, 2}}}})},
                            {"message_id", "<order-" + std::to_string(number) + "@peer>"},
                            {"receipt", receipt},
                            {"chunked", number % 2 == 0}};
  for (;; ++tries) {
    try {
      const auto result = pair.send(wanted);
      const bool taken = receipt == "async" ? result.at("status") == 200
                                            : text(result, "disposition") == "processed";
      if (taken) {
        ++tries;
        return;
      }
    } catch (const std::runtime_error&) {
      // The partner's own station was killed.
    }
    std::this_thread::sleep_for(milliseconds(50));
  }
}

class EdiKill : public ::testing::TestWithParam<const char*> {};

TEST_P(EdiKill, NoDocumentIsLostOrSentTwiceAndNoControlNumberIsUsedTwice) {
  const std::string receipt = GetParam();
  const bool nightly = std::getenv("CROSSDOCK_NIGHTLY") != nullptr;
  const auto orders = from_environment("CROSSDOCK_KILL_ORDERS", nightly ? 300 : 10);
  const auto seed = from_environment("CROSSDOCK_SEED", 20261125);
  std::cout << orders << " orders, CROSSDOCK_SEED=" << seed << std::endl;
  const Folder folder("edi-kill-" + receipt);
  As2Pair pair(folder.path(), "receipt " + receipt + "\nresend_after 1s\nreceipt_within 10m\n");
  pair.host().start();

  std::atomic<bool> done{false};
  std::atomic<int> tries{0};
  std::thread feeder([&] {
    for (std::uint64_t i = 1; i <= orders; ++i) {
      send_until_taken(pair, static_cast<int>(i), receipt, tries);
    }
    done = true;
  });
  // On this thread, because a host ends with the thread that started it.
  std::mt19937_64 random(seed);
  int hosts = 0;
  int workers = 0;
  int partners = 0;
  // Kills are paced by progress, not by the clock: on a slow machine too, no document meets so many
  // of them in a row that the host takes it for poison.
  const auto progress = [&] {
    std::int64_t out = tries;
    try {
      for (const auto& one : pair.records()) {
        out += one.as_object().at("times").to_number<std::int64_t>();
      }
    } catch (const std::runtime_error&) {
    }
    return out;
  };
  for (int round = 0; !done || round < 8; ++round) {
    const auto before = progress();
    Stack::wait_until([&] { return done || progress() != before; }, seconds(10));
    std::this_thread::sleep_for(milliseconds(random() % 300));
    // The first is the host, the second a worker: each must have died once, however quick all is.
    switch (round < 2 ? (round == 0 ? 0u : 5u) : random() % 6) {
      case 0:
        pair.host().kill();
        pair.host().start();
        ++hosts;
        break;
      case 1:
        pair.peer().kill();
        pair.start_peer();
        ++partners;
        break;
      case 2:
        try {
          pair.control("close", 1);  // the next receipt of the partner is lost
        } catch (const std::runtime_error&) {
        }
        break;
      default: {
        const auto status = pair.host().connector("edi");
        const auto* pid = status.is_object() ? status.as_object().if_contains("pid") : nullptr;
        if (pid != nullptr && pid->is_number() && pid->to_number<int>() > 1) {
          ::kill(pid->to_number<pid_t>(), SIGKILL);
          ++workers;
        }
      }
    }
  }
  feeder.join();
  std::cout << hosts << " kills of the host, " << workers << " of workers, " << partners
            << " of the partner; " << tries << " sendings for " << orders << " orders" << std::endl;

  // A 997 and an 855 for each order. What was out at too many kills is a dead letter, and an
  // operator gives it back.
  const bool all = Stack::wait_until(
      [&] {
        pair.replay_dead_letters();
        try {
          return pair.records().size() >= 2 * orders;
        } catch (const std::runtime_error&) {
          return false;
        }
      },
      seconds(120));
  EXPECT_TRUE(all) << pair.host().log();
  std::map<std::string, int> control_numbers;
  std::map<std::string, int> acknowledged;
  std::map<std::string, int> answered;
  std::int64_t repeats = 0;
  for (const auto& value : pair.records()) {
    const auto& one = value.as_object();
    const auto document = text(one, "document");
    ASSERT_FALSE(document.empty()) << json::serialize(one);
    EXPECT_EQ(one.at("same"), json::value(true))
        << "other bytes under one Message-ID: " << text(one, "message_id");
    repeats += one.at("times").to_number<std::int64_t>() - 1;
    for (const auto& number : elements_of(document, "ISA", 13)) {
      ++control_numbers[number];
    }
    for (const auto& group : elements_of(document, "AK1", 2)) {
      ++acknowledged[group];
    }
    for (const auto& po : elements_of(document, "BAK", 3)) {
      ++answered[po];
    }
  }
  std::cout << repeats << " documents came again under their Message-ID" << std::endl;
  for (const auto* counts : {&control_numbers, &acknowledged, &answered}) {
    for (const auto& [what, times] : *counts) {
      EXPECT_EQ(times, 1) << what;
    }
  }
  EXPECT_EQ(acknowledged.size(), orders);
  EXPECT_EQ(answered.size(), orders);
  const auto known = pair.orders();
  EXPECT_EQ(known.size(), orders);
  EXPECT_EQ(std::set<std::string>(known.begin(), known.end()).size(), orders);
  EXPECT_GT(hosts, 0);
  EXPECT_GT(workers, 0);
  EXPECT_EQ(pair.host().stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Receipts, EdiKill, ::testing::Values("sync", "async"));

}  // namespace
}  // namespace crossdock::support
