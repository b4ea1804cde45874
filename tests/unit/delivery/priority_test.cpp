// What is urgent, and that a key that becomes urgent moves without losing its order.
#include "host/delivery/priority.hpp"

#include <gtest/gtest.h>

#include "host/delivery/lanes.hpp"

namespace crossdock::host::delivery {
namespace {

Priority of(std::string_view type, std::string_view data = "{}",
            const std::vector<PriorityRule>& rules = {}) {
  canonical::MessageView message;
  message.type = type;
  message.data = data;
  return priority_of(message, rules);
}

TEST(Priorities, StockThatIsGoneIsUrgentAndStockThatIsThereIsNot) {
  const auto stock = [](const std::string& quantity) {
    return R"({"sku":"A-1","channel":"north","scope":"group","available_to_sell":{"value":)" +
           quantity +
           R"(,"uom":"EA"},"provenance":"computed","as_of":"2026-01-01T00:00:00Z","rev":1})";
  };
  const char* type = "crossdock.inventory.availability.changed.v1";
  EXPECT_EQ(of(type, stock("\"0\"")), Priority::urgent);
  EXPECT_EQ(of(type, stock("\"-2\"")), Priority::urgent);
  EXPECT_EQ(of(type, stock("\"7\"")), Priority::normal);
  EXPECT_EQ(of(type, "nonsense"), Priority::normal);
}

TEST(Priorities, CancellationsAreUrgentAndCataloguesAreBulk) {
  EXPECT_EQ(of("crossdock.fulfillment.order.cancel_requested.v1"), Priority::urgent);
  EXPECT_EQ(of("crossdock.catalog.product.upserted.v1"), Priority::bulk);
  EXPECT_EQ(of("crossdock.sales.order.captured.v1"), Priority::normal);
}

TEST(Priorities, TheOperatorDecides) {
  const std::vector<PriorityRule> rules{{"crossdock.catalog.*", Priority::urgent}};
  EXPECT_EQ(of("crossdock.catalog.product.upserted.v1", "{}", rules), Priority::urgent);
}

Item item(Position position, Priority priority) {
  Item out;
  out.position = position;
  out.priority = priority;
  out.bytes = std::make_shared<const std::string>("bytes");
  return out;
}

TEST(LanesByPriority, UrgentKeysOvertakeOthers) {
  Lanes lanes;
  for (Position i = 1; i <= 100; ++i) {
    lanes.add("bulk" + std::to_string(i), item(i, Priority::bulk));
  }
  lanes.add("zero", item(101, Priority::urgent));
  EXPECT_EQ(lanes.take()->key, "zero");
  EXPECT_EQ(lanes.take()->key, "bulk1");
}

TEST(LanesByPriority, AKeyThatBecomesUrgentMovesWithItsOrder) {
  Lanes lanes;
  lanes.add("other", item(1, Priority::bulk));
  lanes.add("a", item(2, Priority::bulk));
  lanes.add("a", item(3, Priority::urgent));
  auto* lane = lanes.take();
  ASSERT_EQ(lane->key, "a");
  EXPECT_EQ(lane->items.front().position, 2u) << "order per key goes before priority";
  lanes.settled(*lane);
  lane = lanes.take();
  EXPECT_EQ(lane->items.front().position, 3u);
  lanes.settled(*lane);
  lane = lanes.take();
  EXPECT_EQ(lane->key, "other");
  lanes.settled(*lane);
  EXPECT_EQ(lanes.take(), nullptr) << "old places are empty";
  EXPECT_EQ(lanes.find("a"), nullptr);
}

TEST(LanesByPriority, AFloodOfUrgentKeysDoesNotStopTheRest) {
  Lanes lanes;
  for (Position i = 1; i <= 200; ++i) {
    lanes.add("urgent" + std::to_string(i), item(i, Priority::urgent));
    lanes.add("normal" + std::to_string(i), item(1000 + i, Priority::normal));
    lanes.add("bulk" + std::to_string(i), item(2000 + i, Priority::bulk));
  }
  int bulk = 0;
  int normal = 0;
  for (int i = 0; i < 64; ++i) {
    const auto position = lanes.take()->items.front().position;
    bulk += position > 2000 ? 1 : 0;
    normal += position > 1000 && position <= 2000 ? 1 : 0;
  }
  EXPECT_EQ(bulk, 4);
  EXPECT_EQ(normal, 12);
}

TEST(LanesByPriority, OnlyTheAskedOnesAreTaken) {
  Lanes lanes;
  lanes.add("a", item(1, Priority::urgent));
  lanes.add("b", item(2, Priority::bulk));
  EXPECT_EQ(lanes.take(1u << static_cast<unsigned>(Priority::bulk))->key, "b");
}

}  // namespace
}  // namespace crossdock::host::delivery
