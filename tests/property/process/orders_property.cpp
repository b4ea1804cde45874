// Random orders, stock, short shipments, refusals, cancellations, repeats and reorderings: after
// every step the invariants hold. CROSSDOCK_SEED repeats a course, CROSSDOCK_STEPS makes it longer.
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "crossdock/canonical/message_types.hpp"
#include "tests/support/process/world.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// The outside systems of the world: they answer what they were sent, late, out of order, twice.
class Chaos {
 public:
  Chaos(World& world, std::uint64_t seed) : world_(world), random_(seed) {}

  void step() {
    switch (random_() % 8) {
      case 0:
      case 1:
        take(world_.order(any({"north", "south", "east", "west"}),
                          "PO-" + std::to_string(random_() % 400), lines(),
                          random_() % 12 == 0 ? "cancel" : "original"));
        break;
      case 2:
        world_.count(any({"EWR", "ATL", "DFW", "PHX", "YYZ"}), sku(),
                     static_cast<std::int64_t>(random_() % 40));
        break;
      default:
        answer();
    }
  }

 private:
  std::string any(std::initializer_list<const char*> of) {
    return *(of.begin() + random_() % of.size());
  }
  std::string sku() { return "A" + std::to_string(random_() % 4); }
  std::vector<std::pair<std::string, std::int64_t>> lines() {
    std::vector<std::pair<std::string, std::int64_t>> out;
    for (std::uint64_t i = 0; i < 1 + random_() % 3; ++i) {
      out.emplace_back(sku(), 1 + random_() % 15);
    }
    return out;
  }

  void take(const std::vector<Sent>& sent) {
    for (const auto& one : sent) {
      open_.push_back(one);
    }
  }

  void answer() {
    if (open_.empty()) {
      return;
    }
    const auto place = random_() % open_.size();
    const auto one = open_[place];
    if (random_() % 10 != 0) {  // else it is answered again later
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(place));
    }
    if (one.type == canonical::kLabelRequested) {
      take(world_.label(*canonical::decode<canonical::LabelRequest>(one.data).value));
    } else if (one.type == canonical::kInvoiceRequested) {
      take(world_.post(*canonical::decode<canonical::InvoiceRequest>(one.data).value));
    } else if (one.type == canonical::kFulfillmentRequested) {
      const auto request = *canonical::decode<canonical::FulfillmentRequest>(one.data).value;
      if (random_() % 6 == 0) {
        canonical::FulfillmentDecision refused;
        refused.fulfillment_order_id = request.fulfillment_order.id;
        refused.order_id = request.fulfillment_order.order_id;
        refused.warehouse = request.fulfillment_order.warehouse;
        take(world_.receive(canonical::kFulfillmentRejected, canonical::encode(refused)));
      } else {
        take(world_.ship(request,
                         static_cast<std::int64_t>(random_() % 3 == 0 ? random_() % 20 : 0)));
      }
    } else if (one.type == canonical::kFulfillmentCancelRequested) {
      auto answer = *canonical::decode<canonical::FulfillmentCancellation>(one.data).value;
      answer.accepted = random_() % 3 != 0;
      take(world_.receive(canonical::kFulfillmentCancelled, canonical::encode(answer)));
    }
  }

  World& world_;
  std::mt19937_64 random_;
  std::deque<Sent> open_;
};

TEST(OrdersProperty, InvariantsHoldAfterEveryStep) {
  const bool nightly = std::getenv("CROSSDOCK_NIGHTLY") != nullptr;
  const auto seed = from_environment("CROSSDOCK_SEED", 20261124);
  const auto steps = from_environment("CROSSDOCK_STEPS", nightly ? 30'000 : 2'500);
  std::cout << "CROSSDOCK_SEED=" << seed << " CROSSDOCK_STEPS=" << steps << std::endl;
  const Folder folder("orders-property");
  World world(folder.path());
  for (int i = 0; i < 4; ++i) {
    world.add_product("A" + std::to_string(i));
  }
  Chaos chaos(world, seed);
  for (std::uint64_t step = 0; step < steps; ++step) {
    chaos.step();
    if (step > 2'000 && step % 100 != 0) {
      continue;  // looking at everything costs more the more there is
    }
    const auto broken = world.broken_invariants();
    ASSERT_TRUE(broken.empty()) << "after step " << step << ": " << broken.front();
  }
  EXPECT_GT(world.number("SELECT COUNT(*) FROM orders"), 50);
  EXPECT_GT(world.number("SELECT COUNT(*) FROM invoices WHERE state = 'posted'"), 20);
}

}  // namespace
}  // namespace crossdock::support
