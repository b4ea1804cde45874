// Random holds, orders, pools, rules, counts, movements, transfers, returns, and time: after every
// step the invariants hold and availability is what a plain reading of the tables gives.
// CROSSDOCK_SEED repeats a course, CROSSDOCK_STEPS makes it longer.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

#include "crossdock/canonical/aftersales.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/inventory/availability.hpp"
#include "tests/support/process/world.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;
using canonical::Quantity;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kRound = 5'000;  // steps in one store, so that looking stays cheap

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// The formulas of the canonical model, section 3, read off the tables without any of the code that
// answers for them.
std::int64_t by_hand(World& world, const std::string& sku, const std::string& channel) {
  auto& db = world.store();
  std::int64_t pools = 0;
  std::int64_t shared = 0;
  bool strict = false;
  {
    auto statement = db.prepare(
        "SELECT 1 FROM allocation_pools WHERE sku = ? AND channel = ? AND mode = 'strict'");
    statement.bind(sku, channel);
    strict = statement.step();
  }
  for (const auto& [code, one] : world.settings().warehouses) {
    std::int64_t net = world.number(
        "SELECT on_hand - damaged - quality_hold - quarantine - expired - recalled - allocated - "
        "soft_reserved - safety_stock FROM positions WHERE sku = '" +
        sku + "' AND warehouse = '" + code + "'");
    net = std::max<std::int64_t>(0, net);
    auto statement = db.prepare(
        "SELECT channel, quota - used FROM allocation_pools WHERE sku = ? AND scope = ? ORDER BY "
        "priority DESC, id");
    statement.bind(sku, code);
    while (statement.step()) {
      const auto left = std::clamp<std::int64_t>(statement.integer(1), 0, net);
      net -= left;
      pools += statement.text(0) == channel ? left : 0;
    }
    shared += net;
  }
  const auto held = world.number("SELECT SUM(open) FROM reservations WHERE sku = '" + sku +
                                 "' AND warehouse = '*' AND state IN ('soft', 'hard')");
  const auto found = world.settings().channels.find(channel);
  auto threshold = found->second.threshold_e4;
  if (world.number("SELECT COUNT(*) FROM thresholds WHERE sku = '" + sku + "' AND channel = '" +
                   channel + "'") > 0) {
    threshold = world.number("SELECT quantity FROM thresholds WHERE sku = '" + sku +
                             "' AND channel = '" + channel + "'");
  }
  return std::max<std::int64_t>(0, pools + (strict ? 0 : shared) - held - threshold);
}

class Course {
 public:
  Course(World& world, std::uint64_t seed) : world_(world), random_(seed) {
    for (const char* sku : kSkus) {
      world_.add_product(sku);
    }
    canonical::Product kit;
    kit.sku = "KIT";
    kit.title = "Kit";
    kit.kind = canonical::ProductKind::kit;
    kit.kit_components = {{"A0", Quantity::of(1), {}}, {"A1", Quantity::of(2), {}}};
    send(canonical::kProductUpserted, kit);
  }

  void step() {
    world_.now_ns += static_cast<std::int64_t>(random_() % 40) * kSecond;
    try {
      act();
    } catch (const process::Refused&) {
      ++refused_;  // what cannot be is said, and changes nothing
    }
  }
  std::uint64_t refused() const { return refused_; }

 private:
  static constexpr const char* kSkus[] = {"A0", "A1", "A2"};
  static constexpr const char* kPlaces[] = {"EWR", "ATL", "DFW", "PHX", "YYZ"};
  static constexpr const char* kChannels[] = {"north", "south", "east", "west"};

  template <class T>
  std::vector<Sent> send(std::string_view type, const T& value) {
    auto sent = world_.receive(type, canonical::encode(value));
    for (const auto& one : sent) {
      open_.push_back(one);
    }
    return sent;
  }
  std::string sku() { return kSkus[random_() % 3]; }
  std::string sold() { return random_() % 6 == 0 ? "KIT" : sku(); }
  std::string place() { return kPlaces[random_() % 5]; }
  std::string channel() { return kChannels[random_() % 4]; }
  Quantity some(std::uint64_t most) {
    return Quantity::of(static_cast<std::int64_t>(random_() % most));
  }

  void act() {
    switch (random_() % 16) {
      case 0:
        world_.count(place(), sku(), static_cast<std::int64_t>(random_() % 40));
        break;
      case 1:
      case 2:
      case 3:
        ask();
        break;
      case 4:
      case 5:
        change_hold();
        break;
      case 6:
        set_pool();
        break;
      case 7:
        set_rule();
        break;
      case 8:
        move();
        break;
      case 9:
      case 10:
        transfer();
        break;
      case 11:
        give_back();
        break;
      case 12:
      case 13:
        for (const auto& one :
             world_.order(channel(), "PO-" + std::to_string(random_() % 5'000),
                          {{sold(), 1 + random_() % 6}, {sold(), 1 + random_() % 6}})) {
          open_.push_back(one);
        }
        break;
      default:
        answer();
    }
  }

  void ask() {
    canonical::ReservationRequest r;
    r.order_id = "cart-" + std::to_string(random_() % 60);
    r.line_no = "1";
    // One line is always of one product.
    r.sku = kSkus[std::hash<std::string>{}(r.order_id) % 3];
    r.channel = kChannels[std::hash<std::string>{}(r.order_id) / 3 % 4];
    r.warehouse = random_() % 3 == 0 ? "" : place();
    r.quantity = some(9);
    r.kind =
        random_() % 2 == 0 ? canonical::ReservationKind::soft : canonical::ReservationKind::hard;
    r.ttl_seconds = static_cast<std::int64_t>(random_() % 4) * 300;
    r.shortage = static_cast<canonical::ShortageRule>(1 + random_() % 3);
    send(canonical::kReservationRequested, r);
  }

  void change_hold() {
    canonical::ReservationChange c;
    c.order_id = "cart-" + std::to_string(random_() % 60);
    c.action = static_cast<canonical::ReservationAction>(1 + random_() % 5);
    c.warehouse = place();
    if (random_() % 3 == 0) {
      c.quantity = some(4);
    }
    send(canonical::kReservationChangeRequested, c);
  }

  void set_pool() {
    canonical::AllocationPool pool;
    pool.sku = sku();
    pool.scope = place();
    pool.channel = channel();
    pool.quota = some(12);
    pool.mode = random_() % 2 == 0 ? canonical::PoolMode::strict : canonical::PoolMode::spill;
    pool.priority = static_cast<std::int64_t>(random_() % 3);
    send(canonical::kPoolChanged, pool);
  }

  void set_rule() {
    canonical::StockRule rule;
    rule.sku = sku();
    if (random_() % 2 == 0) {
      rule.warehouse = place();
    } else {
      rule.channel = channel();
    }
    rule.keep = some(5);
    send(canonical::kStockRuleChanged, rule);
  }

  void move() {
    canonical::InventoryMovement m;
    m.id = "m-" + std::to_string(++movements_);
    m.sku = sku();
    m.warehouse = place();
    m.occurred_at.ns = world_.now_ns - static_cast<std::int64_t>(random_() % 100) * kSecond;
    switch (random_() % 4) {
      case 0:
        m.kind = canonical::MovementKind::receive;
        m.on_hand_delta = some(20);
        m.lot = "L" + std::to_string(random_() % 5);
        m.lot_expires_at = canonical::Instant{world_.now_ns + 3'000 * kSecond};
        break;
      case 1:
        m.kind = canonical::MovementKind::damage;
        m.deltas = {{canonical::StockBucket::damaged, some(3), {}}};
        break;
      case 2:
        m.kind = canonical::MovementKind::hold;
        m.deltas = {{canonical::StockBucket::quality_hold, some(3), {}}};
        break;
      default:
        m.kind = canonical::MovementKind::release_hold;
        m.deltas = {{canonical::StockBucket::quality_hold, {-some(3).e4, "EA"}, {}}};
    }
    send(canonical::kMovementReported, m);
  }

  void transfer() {
    const auto id = "T" + std::to_string(random_() % 40);
    if (random_() % 5 == 0) {
      canonical::TransferChange change;
      change.id = id;
      change.action = static_cast<canonical::TransferAction>(1 + random_() % 3);
      if (random_() % 2 == 0) {
        change.in_transit = static_cast<canonical::InTransitRule>(1 + random_() % 2);
      }
      send(canonical::kTransferChangeRequested, change);
      return;
    }
    canonical::Transfer t;
    t.id = id;
    const auto from = std::hash<std::string>{}(id);
    t.from = kPlaces[from % 5];
    t.to = kPlaces[(from + 1) % 5];
    t.state =
        random_() % 3 == 0 ? canonical::TransferState::draft : canonical::TransferState::ready;
    canonical::TransferLine line;
    line.sku = kSkus[from % 3];
    line.planned = Quantity::of(static_cast<std::int64_t>(1 + random_() % 6));
    line.shipped = line.planned;
    line.accepted = some(4);
    line.rejected = some(2);
    line.missing = some(2);
    t.lines.push_back(line);
    const std::string_view types[] = {canonical::kTransferRequested, canonical::kTransferDispatched,
                                      canonical::kTransferReceived, canonical::kTransferReceived};
    send(types[random_() % 4], t);
  }

  void give_back() {
    const auto order = world_.text("SELECT id FROM orders ORDER BY id LIMIT 1 OFFSET " +
                                   std::to_string(random_() % 200));
    if (order.empty()) {
      return;
    }
    canonical::Return r;
    r.id = "RET-" + order.substr(order.size() - 6) + std::to_string(random_() % 3);
    r.order_id = order;
    canonical::ReturnLine line;
    line.line_no = std::to_string(1 + random_() % 2);
    line.sku = "A0";
    line.authorised = some(4);
    line.dispositions = {{static_cast<canonical::Disposition>(1 + random_() % 8), some(3), {}}};
    r.lines.push_back(line);
    r.warehouse = place();
    send(random_() % 2 == 0 ? canonical::kReturnRequested : canonical::kReturnReceived, r);
  }

  // What the processes asked of the outside, answered late, out of order, sometimes twice.
  void answer() {
    if (open_.empty()) {
      return;
    }
    const auto at = random_() % open_.size();
    const auto one = open_[at];
    if (random_() % 10 != 0) {
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    std::vector<Sent> sent;
    if (one.type == canonical::kLabelRequested) {
      sent = world_.label(*canonical::decode<canonical::LabelRequest>(one.data).value);
    } else if (one.type == canonical::kFulfillmentRequested) {
      sent = world_.ship(*canonical::decode<canonical::FulfillmentRequest>(one.data).value,
                         static_cast<std::int64_t>(random_() % 3 == 0 ? random_() % 4 : 0));
    } else if (one.type == canonical::kInvoiceRequested) {
      sent = world_.post(*canonical::decode<canonical::InvoiceRequest>(one.data).value);
    }
    open_.insert(open_.end(), sent.begin(), sent.end());
  }

  World& world_;
  std::mt19937_64 random_;
  std::deque<Sent> open_;
  std::uint64_t refused_ = 0;
  int movements_ = 0;
};

void look(World& world, std::uint64_t step) {
  for (const auto& broken : world.broken_invariants()) {
    ADD_FAILURE() << "after step " << step << ": " << broken;
  }
  for (const char* sku : {"A0", "A1", "A2"}) {
    for (const char* channel : {"north", "south", "east", "west"}) {
      const auto said = process::available_to_sell(world.store(), world.settings(), sku, channel);
      EXPECT_EQ(said, by_hand(world, sku, channel))
          << sku << " over " << channel << " after step " << step;
    }
  }
}

TEST(StockProperty, InvariantsHoldAfterEveryStep) {
  const bool nightly = std::getenv("CROSSDOCK_NIGHTLY") != nullptr;
  const auto seed = from_environment("CROSSDOCK_SEED", 20261125);
  const auto steps = from_environment("CROSSDOCK_STEPS", nightly ? 1'000'000 : 2'500);
  std::cout << "CROSSDOCK_SEED=" << seed << " CROSSDOCK_STEPS=" << steps << std::endl;
  for (std::uint64_t first = 0; first < steps; first += kRound) {
    const Folder folder("stock-property");
    World world(folder.path());
    world.store().execute("PRAGMA synchronous=OFF");  // no machine dies in this test
    world.settings().channels["south"].threshold_e4 = 2 * Quantity::kScale;
    Course course(world, seed + first);
    const auto count = std::min(kRound, steps - first);
    for (std::uint64_t step = 0; step < count; ++step) {
      course.step();
      if (step < 80 || step % 20 == 0 || step + 1 == count) {
        look(world, first + step);
      }
      if (::testing::Test::HasFailure()) {
        FAIL() << "repeat with CROSSDOCK_SEED=" << seed + first << " CROSSDOCK_STEPS=" << step + 1;
      }
    }
    EXPECT_GT(course.refused(), 0u);
    EXPECT_GT(world.number("SELECT COUNT(*) FROM movements WHERE kind = 'ship'"), 0);
    EXPECT_GT(world.number("SELECT COUNT(*) FROM movements WHERE kind = 'transfer_in'"), 0);
    EXPECT_GT(world.number("SELECT COUNT(*) FROM pool_draws"), 0);
  }
}

}  // namespace
}  // namespace crossdock::support
