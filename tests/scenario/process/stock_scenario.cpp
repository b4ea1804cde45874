// Stock through the business processes: the cases of availability, reservations, transfers, returns
// and reconciliation on five warehouses of North America, each followed by the invariants.
#include <gtest/gtest.h>

#include "crossdock/canonical/aftersales.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/inventory/supply.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/step.hpp"
#include "tests/support/process/world.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;
using canonical::Quantity;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

class Stock : public ::testing::Test {
 protected:
  Stock() {
    auto& settings = world_.settings();
    settings.channels.clear();
    for (const char* code : {"SHOP", "AMZ", "B2B", "EDI"}) {
      process::ChannelSettings channel;
      channel.code = code;
      channel.connector = "edi";
      settings.channels[code] = channel;
    }
    settings.channels["SHOP"].threshold_e4 = 10 * Quantity::kScale;
    settings.warehouses["YYZ"].warehouse.channels = {"AMZ", "B2B", "EDI"};
  }
  void TearDown() override {
    for (const auto& broken : world_.broken_invariants()) {
      ADD_FAILURE() << broken;
    }
  }

  template <class T>
  std::vector<Sent> send(std::string_view type, const T& value) {
    return world_.receive(type, canonical::encode(value));
  }
  // Lets time pass to an instant.
  std::vector<Sent> until(std::int64_t ns) {
    world_.now_ns = ns;
    return world_.receive("crossdock.process.clock.ticked.v1", "{}");
  }
  void count(const char* warehouse, const std::string& sku, std::int64_t on_hand,
             std::int64_t damaged = 0, std::int64_t quality_hold = 0) {
    canonical::InventorySnapshot snapshot;
    snapshot.warehouse = warehouse;
    snapshot.system = "wms";
    snapshot.as_of.ns = world_.now_ns;
    snapshot.lines.push_back({sku,
                              Quantity::of(on_hand),
                              Quantity::of(damaged),
                              {},
                              Quantity::of(quality_hold),
                              {},
                              {},
                              {},
                              {}});
    send(canonical::kSnapshotReceived, snapshot);
  }
  void safety(const char* warehouse, const std::string& sku, std::int64_t units) {
    canonical::StockRule rule;
    rule.sku = sku;
    rule.warehouse = warehouse;
    rule.keep = Quantity::of(units);
    send(canonical::kStockRuleChanged, rule);
  }
  void pool(const char* channel, const char* scope, const std::string& sku, std::int64_t quota,
            canonical::PoolMode mode = canonical::PoolMode::strict) {
    canonical::AllocationPool one;
    one.sku = sku;
    one.scope = scope;
    one.channel = channel;
    one.quota = Quantity::of(quota);
    one.mode = mode;
    send(canonical::kPoolChanged, one);
  }
  canonical::ReservationRequest request(
      const char* channel, const std::string& demand, const std::string& sku, std::int64_t units,
      const char* warehouse = "",
      canonical::ReservationKind kind = canonical::ReservationKind::hard) {
    canonical::ReservationRequest out;
    out.order_id = demand;
    out.line_no = "1";
    out.sku = sku;
    out.channel = channel;
    out.warehouse = warehouse;
    out.quantity = Quantity::of(units);
    out.kind = kind;
    out.demand = "project";
    out.answer_to = "edi";
    return out;
  }
  canonical::ReservationAnswer ask(const canonical::ReservationRequest& wanted) {
    const auto sent = send(canonical::kReservationRequested, wanted);
    return *canonical::decode<canonical::ReservationAnswer>(sent.at(0).data).value;
  }
  canonical::ReservationAnswer change(const std::string& demand, canonical::ReservationAction what,
                                      const char* warehouse = "") {
    canonical::ReservationChange out;
    out.order_id = demand;
    out.action = what;
    out.warehouse = warehouse;
    out.answer_to = "edi";
    const auto sent = send(canonical::kReservationChangeRequested, out);
    return *canonical::decode<canonical::ReservationAnswer>(sent.at(0).data).value;
  }
  std::int64_t ats(const char* channel, const std::string& sku = "SKU-A") {
    return process::available_to_sell(world_.store(), world_.settings(), sku, channel) /
           Quantity::kScale;
  }
  std::int64_t part(const char* channel, const char* warehouse, const std::string& sku = "SKU-A") {
    return process::part_of_warehouse(
               process::stock_of(world_.store(), world_.settings(), sku, world_.now_ns),
               world_.settings(), channel, warehouse) /
           Quantity::kScale;
  }
  process::Position at(const char* warehouse, const std::string& sku = "SKU-A") {
    return process::position(world_.store(), sku, warehouse);
  }
  static std::int64_t units(std::int64_t e4) { return e4 / Quantity::kScale; }

  // The fixture of five warehouses: SKU-A with its pools.
  void five() {
    world_.add_product("SKU-A");
    count("EWR", "SKU-A", 120, 5, 3);
    count("ATL", "SKU-A", 60);
    count("DFW", "SKU-A", 80, 2);
    count("PHX", "SKU-A", 40, 0, 4);
    count("YYZ", "SKU-A", 30);
    pool("AMZ", "EWR", "SKU-A", 30);
    pool("EDI", "EWR", "SKU-A", 10);
    ask(request("AMZ", "amz-6", "SKU-A", 6, "EWR"));
    ask(request("B2B", "ewr-34", "SKU-A", 34, "EWR"));
    ask(request("B2B", "atl-20", "SKU-A", 20, "ATL"));
    ask(request("B2B", "dfw-30", "SKU-A", 30, "DFW"));
    ask(request("B2B", "phx-6", "SKU-A", 6, "PHX"));
    ask(request("B2B", "yyz-5", "SKU-A", 5, "YYZ"));
    ask(request("B2B", "ewr-soft", "SKU-A", 10, "EWR", canonical::ReservationKind::soft));
    ask(request("B2B", "dfw-soft", "SKU-A", 4, "DFW", canonical::ReservationKind::soft));
    safety("EWR", "SKU-A", 12);
    safety("ATL", "SKU-A", 6);
    safety("DFW", "SKU-A", 8);
    safety("PHX", "SKU-A", 4);
    safety("YYZ", "SKU-A", 3);
  }
  // An order over a channel that is shipped whole; the fulfillment requests that it led to.
  std::string shipped_order(const char* channel, const std::string& po, const std::string& sku,
                            std::int64_t units) {
    for (const auto& one : world_.order(channel, po, {{sku, units}})) {
      if (one.type == canonical::kLabelRequested) {
        for (const auto& asked :
             world_.label(*canonical::decode<canonical::LabelRequest>(one.data).value)) {
          if (asked.type == canonical::kFulfillmentRequested) {
            world_.ship(*canonical::decode<canonical::FulfillmentRequest>(asked.data).value);
          }
        }
      }
    }
    return world_.text("SELECT id FROM orders WHERE po_number = '" + po + "'");
  }

  Folder folder_{std::string("stock-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  World world_{folder_.path()};
};

TEST_F(Stock, IsOneNumberPerChannel) {
  five();
  EXPECT_EQ(units(at("EWR").net()), 50);
  EXPECT_EQ(units(at("ATL").net()), 34);
  EXPECT_EQ(units(at("DFW").net()), 36);
  EXPECT_EQ(units(at("PHX").net()), 26);
  EXPECT_EQ(units(at("YYZ").net()), 22);
  EXPECT_EQ(ats("SHOP"), 102);
  EXPECT_EQ(ats("AMZ"), 24);
  EXPECT_EQ(ats("EDI"), 10);
  EXPECT_EQ(ats("B2B"), 134);
  world_.settings().warehouses["YYZ"].warehouse.channels.clear();
  EXPECT_EQ(ats("SHOP"), 124);
}

TEST_F(Stock, SafetyStockIsTakenFromEveryChannel) {
  five();
  world_.settings().channels["SHOP"].availability_taker = "shop";
  safety("ATL", "SKU-A", 40);
  EXPECT_EQ(units(at("ATL").net()), 0);
  EXPECT_EQ(ats("SHOP"), 68);
  const auto told = until(world_.now_ns + 2 * kSecond);
  ASSERT_EQ(told.size(), 1u);
  const auto event = *canonical::decode<canonical::Availability>(told[0].data).value;
  EXPECT_EQ(event.available_to_sell.whole(), 68);
  EXPECT_EQ(event.channel, "SHOP");
  safety("ATL", "SKU-A", 41);
  EXPECT_EQ(units(at("ATL").net()), -1);
  EXPECT_EQ(ats("SHOP"), 68);
  EXPECT_TRUE(until(world_.now_ns + 2 * kSecond).empty()) << "the value is the same";
}

TEST_F(Stock, IsPromisedByDateFromWhatIsComing) {
  world_.add_product("SKU-D");
  world_.now_ns = canonical::parse_instant("2026-04-01T15:00:00Z")->ns;
  count("PHX", "SKU-D", 20);
  ask(request("B2B", "due-now", "SKU-D", 12, "PHX"));
  const auto supply = [&](const char* id, std::int64_t quantity, const char* day) {
    canonical::Supply one;
    one.id = id;
    one.kind = "po";
    one.sku = "SKU-D";
    one.warehouse = "PHX";
    one.open = Quantity::of(quantity);
    one.eta = canonical::parse_date(day);
    send(canonical::kSupplyChanged, one);
  };
  EXPECT_EQ(ats("B2B", "SKU-D"), 8);
  supply("po-1", 30, "2026-04-10");
  EXPECT_EQ(ats("B2B", "SKU-D"), 8) << "what is coming is not there today";
  auto later = request("B2B", "apr-5", "SKU-D", 5, "PHX");
  later.needed_on = canonical::parse_date("2026-04-05");
  EXPECT_EQ(ask(later).short_by.e4, 0);
  later = request("B2B", "apr-12", "SKU-D", 12, "PHX");
  later.needed_on = canonical::parse_date("2026-04-12");
  EXPECT_EQ(ask(later).short_by.e4, 0);
  EXPECT_EQ(ats("B2B", "SKU-D"), 3) << "5 of the 8 are wanted before more comes";
  const auto steps =
      process::promise_by_date(world_.store(), world_.settings(), "SKU-D", "B2B", world_.now_ns);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(units(steps[0].quantity), 3);
  EXPECT_EQ(units(steps[1].quantity), 21);
  EXPECT_EQ(canonical::local_date({steps[1].from_ns}, "America/Phoenix"),
            canonical::parse_date("2026-04-10"));
  EXPECT_EQ(units(ask(request("B2B", "today", "SKU-D", 5, "PHX")).short_by.e4), 5);
  // On its day the demand takes what was kept for it.
  until(canonical::parse_instant("2026-04-05T12:00:00Z")->ns);
  EXPECT_EQ(units(at("PHX", "SKU-D").allocated), 17);
  EXPECT_EQ(ats("B2B", "SKU-D"), 3);
}

TEST_F(Stock, OfASilentWarehouseIsUnknownThenNothing) {
  world_.settings().warehouses["PHX"].freshness_ns = 15 * kMinute;
  world_.settings().warehouses["PHX"].floor_after_ns = 60 * kMinute;
  five();
  world_.settings().channels["SHOP"].availability_taker = "shop";
  const auto heard = world_.number("SELECT heard_at FROM feeds WHERE warehouse = 'PHX'");
  const auto provenance = [&] {
    return process::available_to_sell_at(world_.store(), world_.settings(), "SKU-A", "SHOP",
                                         world_.now_ns)
        .provenance;
  };
  until(heard + 15 * kMinute - kSecond);
  EXPECT_EQ(provenance(), process::Provenance::computed);
  until(heard + 15 * kMinute);
  EXPECT_EQ(provenance(), process::Provenance::unknown);
  EXPECT_EQ(ats("SHOP"), 102) << "the last number stands";
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM alerts WHERE kind = 'feed_silent'"), 1);
  safety("ATL", "SKU-A", 7);
  EXPECT_TRUE(until(world_.now_ns + kMinute).empty()) << "what is not known is not told on";
  const auto told = until(heard + 60 * kMinute + 2 * kSecond);
  EXPECT_EQ(provenance(), process::Provenance::floor);
  EXPECT_EQ(ats("SHOP"), 75);
  EXPECT_EQ(told.size(), 1u);
  count("PHX", "SKU-A", 40, 0, 4);
  EXPECT_EQ(provenance(), process::Provenance::computed);
  EXPECT_EQ(ats("SHOP"), 101);
  EXPECT_EQ(until(world_.now_ns + 5 * kSecond).size(), 1u) << "one event";
  EXPECT_TRUE(until(world_.now_ns + 5 * kSecond).empty());
}

TEST_F(Stock, HeldSoftlyLapsesExactlyAtItsTime) {
  five();
  auto cart = request("SHOP", "cart-1", "SKU-A", 5, "EWR", canonical::ReservationKind::soft);
  cart.ttl_seconds = 600;
  const auto noon = world_.now_ns + kHour;
  world_.now_ns = noon - 1'000'000;
  EXPECT_EQ(part("SHOP", "EWR"), 16);
  ask(cart);
  EXPECT_EQ(part("SHOP", "EWR"), 11);
  until(noon + 10 * kMinute - 2'000'000);
  EXPECT_EQ(part("SHOP", "EWR"), 11);
  until(noon + 10 * kMinute);
  EXPECT_EQ(part("SHOP", "EWR"), 16);
  EXPECT_EQ(world_.text("SELECT state FROM reservations WHERE order_id = 'cart-1'"), "expired");
  // Too late, but it is there: taken afresh, and the history says so.
  EXPECT_EQ(change("cart-1", canonical::ReservationAction::confirm).short_by.e4, 0);
  EXPECT_EQ(part("SHOP", "EWR"), 11);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM reservation_events WHERE what = 're_reserved'"), 1);
}

TEST_F(Stock, ConfirmedTooLateAndGoneIsAShortage) {
  world_.add_product("SKU-S");
  count("EWR", "SKU-S", 1);
  world_.settings().channels["SHOP"].threshold_e4 = 0;
  auto cart = request("SHOP", "cart-1", "SKU-S", 1, "EWR", canonical::ReservationKind::soft);
  cart.ttl_seconds = 600;
  ask(cart);
  until(world_.now_ns + 10 * kMinute + kSecond);
  EXPECT_EQ(ask(request("B2B", "other", "SKU-S", 1, "EWR")).short_by.e4, 0);
  EXPECT_EQ(units(change("cart-1", canonical::ReservationAction::confirm).short_by.e4), 1);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM alerts WHERE kind = 'shortage'"), 1);
}

TEST_F(Stock, ActivityExtendsAHold) {
  world_.add_product("SKU-S");
  count("EWR", "SKU-S", 5);
  auto cart = request("B2B", "cart-1", "SKU-S", 5, "EWR", canonical::ReservationKind::soft);
  cart.ttl_seconds = 600;
  const auto start = world_.now_ns + kMinute;
  world_.now_ns = start - 1'000'000;
  ask(cart);
  world_.now_ns = start + 8 * kMinute - 1'000'000;
  change("cart-1", canonical::ReservationAction::extend);
  until(start + 18 * kMinute - 2'000'000);
  EXPECT_EQ(ats("B2B", "SKU-S"), 0);
  until(start + 18 * kMinute);
  EXPECT_EQ(ats("B2B", "SKU-S"), 5);
}

TEST_F(Stock, OfAnOrderOnHoldDoesNotLapse) {
  world_.add_product("SKU-S");
  count("EWR", "SKU-S", 5);
  world_.order("B2B", "PO-1", {{"SKU-S", 2}});
  const auto order = world_.text("SELECT id FROM orders");
  auto held = request("B2B", order, "SKU-S", 3, "EWR", canonical::ReservationKind::soft);
  held.line_no = "9";
  held.ttl_seconds = 600;
  ask(held);
  world_.store().execute("UPDATE orders SET status = 'on_hold'");
  until(world_.now_ns + 26 * kHour);
  EXPECT_EQ(ats("B2B", "SKU-S"), 0);
  EXPECT_GT(world_.number("SELECT COUNT(*) FROM reservation_events WHERE what = 'extended'"), 100);
  world_.store().execute("UPDATE orders SET status = 'routed'");
  change(order, canonical::ReservationAction::confirm);
  EXPECT_EQ(units(at("EWR", "SKU-S").allocated), 5);
  change(order, canonical::ReservationAction::release);
  world_.store().execute(
      "UPDATE order_lines SET cancelled = 20000; UPDATE shipments SET state = 'cancelled'; UPDATE "
      "orders SET status = 'cancelled'");
}

TEST_F(Stock, ReservedAgainIsReservedOnce) {
  five();
  const auto first = ask(request("B2B", "line", "SKU-A", 5, "ATL"));
  for (int i = 0; i < 2; ++i) {
    const auto again = ask(request("B2B", "line", "SKU-A", 5, "ATL"));
    EXPECT_EQ(again.reservations.at(0).id, first.reservations.at(0).id);
    EXPECT_EQ(again.reservations.at(0).open.whole(), 5);
  }
  EXPECT_EQ(units(at("ATL").allocated), 25);
  EXPECT_EQ(ask(request("B2B", "line", "SKU-A", 7, "ATL")).reservations.at(0).open.whole(), 7);
  EXPECT_EQ(units(at("ATL").allocated), 27);
  EXPECT_EQ(ask(request("B2B", "line", "SKU-A", 4, "ATL")).reservations.at(0).open.whole(), 4);
  EXPECT_EQ(units(at("ATL").allocated), 24);
}

TEST_F(Stock, HeldByTheGroupIsPinnedInOneStep) {
  five();
  EXPECT_EQ(units(ask(request("SHOP", "cart", "SKU-A", 5)).short_by.e4), 0);
  EXPECT_EQ(ats("SHOP"), 97);
  EXPECT_EQ(units(at("DFW").allocated), 30) << "no warehouse holds it yet";
  change("cart", canonical::ReservationAction::pin, "DFW");
  EXPECT_EQ(ats("SHOP"), 97);
  EXPECT_EQ(units(at("DFW").allocated), 35);
  EXPECT_EQ(world_.number("SELECT SUM(soft + hard) FROM group_demand"), 0);
}

TEST_F(Stock, OfAStrictPoolEndsWithIt) {
  five();
  auto refused = request("AMZ", "amz-25", "SKU-A", 25, "EWR");
  EXPECT_EQ(units(ask(refused).short_by.e4), 25);
  EXPECT_EQ(part("SHOP", "EWR"), 16);
  pool("AMZ", "EWR", "SKU-A", 30, canonical::PoolMode::spill);
  EXPECT_EQ(units(ask(refused).short_by.e4), 0);
  EXPECT_EQ(part("SHOP", "EWR"), 15);
  EXPECT_EQ(units(world_.number("SELECT spilled FROM allocation_pools WHERE channel = 'AMZ'")), 1);
  EXPECT_EQ(units(ask(request("EDI", "edi-10", "SKU-A", 10, "EWR")).short_by.e4), 0);
  EXPECT_EQ(units(ask(request("EDI", "edi-1", "SKU-A", 1, "EWR")).short_by.e4), 1);
  EXPECT_EQ(part("SHOP", "EWR"), 15);
  pool("EDI", "EWR", "SKU-A", 20);
  EXPECT_EQ(part("SHOP", "EWR"), 5);
  EXPECT_EQ(ats("EDI"), 10);
}

TEST_F(Stock, OfAPoolRaisedIsTakenFromWhatIsShared) {
  five();
  pool("EDI", "EWR", "SKU-A", 20);
  EXPECT_EQ(part("SHOP", "EWR"), 6);
  EXPECT_EQ(ats("AMZ"), 24);
  EXPECT_EQ(ats("EDI"), 20);
}

TEST_F(Stock, OfAKitIsTheLeastOfItsComponents) {
  for (const bool zero_first : {true, false}) {
    const std::string a = zero_first ? "Z1" : "Y1";
    const std::string b = zero_first ? "Y2" : "Z2";
    world_.add_product(a);
    world_.add_product(b);
    count("EWR", zero_first ? b : a, 5);
    canonical::Product kit;
    kit.sku = zero_first ? "K1" : "K2";
    kit.title = "Kit";
    kit.kind = canonical::ProductKind::kit;
    kit.kit_components = {{a, Quantity::of(1), {}}, {b, Quantity::of(1), {}}};
    send(canonical::kProductUpserted, kit);
    EXPECT_EQ(ats("B2B", kit.sku), 0);
  }
  world_.add_product("A2");
  world_.add_product("B");
  canonical::Product kit;
  kit.sku = "SKU-K";
  kit.title = "Kit";
  kit.kind = canonical::ProductKind::kit;
  kit.kit_components = {{"A2", Quantity::of(1), {}}, {"B", Quantity::of(2), {}}};
  send(canonical::kProductUpserted, kit);
  count("EWR", "A2", 5);
  count("EWR", "B", 5);
  EXPECT_EQ(ats("B2B", "SKU-K"), 2);
  // One line of the kit and one of its component alone: looked at together.
  world_.order("B2B", "PO-K", {{"SKU-K", 2}, {"B", 2}});
  EXPECT_EQ(units(at("EWR", "B").allocated), 5);
  EXPECT_EQ(units(at("EWR", "A2").allocated), 2);
  EXPECT_EQ(units(world_.number("SELECT open FROM reservations WHERE state = 'backordered'")), 1);
  const auto id = shipped_order("B2B", "PO-K2", "A2", 3);
  EXPECT_EQ(units(at("EWR", "A2").stock.on_hand), 2);
}

TEST_F(Stock, OfAKitShipsItsComponents) {
  world_.add_product("A2");
  world_.add_product("B");
  canonical::Product kit;
  kit.sku = "SKU-K";
  kit.title = "Kit";
  kit.kind = canonical::ProductKind::kit;
  kit.kit_components = {{"A2", Quantity::of(1), {}}, {"B", Quantity::of(2), {}}};
  send(canonical::kProductUpserted, kit);
  count("EWR", "A2", 5);
  count("EWR", "B", 9);
  shipped_order("B2B", "PO-1", "SKU-K", 3);
  EXPECT_EQ(units(at("EWR", "A2").stock.on_hand), 2);
  EXPECT_EQ(units(at("EWR", "B").stock.on_hand), 3);
  EXPECT_EQ(units(at("EWR", "B").allocated), 0);
  EXPECT_EQ(ats("B2B", "SKU-K"), 1);
}

TEST_F(Stock, OfALotEndsWithItsShelfLife) {
  world_.add_product("SKU-L");
  canonical::InventoryMovement in;
  in.id = "in-1";
  in.sku = "SKU-L";
  in.warehouse = "EWR";
  in.kind = canonical::MovementKind::receive;
  in.on_hand_delta = Quantity::of(10);
  in.lot = "L1";
  in.lot_expires_at = canonical::Instant{world_.now_ns + 10 * kHour};
  send(canonical::kMovementReported, in);
  EXPECT_EQ(ats("B2B", "SKU-L"), 10);
  send(canonical::kMovementReported, in);
  EXPECT_EQ(ats("B2B", "SKU-L"), 10) << "said twice";
  auto held = in;
  held.id = "hold-1";
  held.kind = canonical::MovementKind::hold;
  held.on_hand_delta = {};
  held.lot_expires_at.reset();
  held.deltas = {{canonical::StockBucket::recalled, Quantity::of(4), {}}};
  send(canonical::kMovementReported, held);
  EXPECT_EQ(ats("B2B", "SKU-L"), 6);
  until(world_.now_ns + 11 * kHour);
  EXPECT_EQ(ats("B2B", "SKU-L"), 0);
  EXPECT_EQ(units(at("EWR", "SKU-L").stock.expired), 6);
}

TEST_F(Stock, MovesBetweenWarehousesInTwoPhases) {
  five();
  const auto phx = ats("B2B");
  canonical::Transfer transfer;
  transfer.id = "T1";
  transfer.from = "DFW";
  transfer.to = "PHX";
  transfer.state = canonical::TransferState::ready;
  transfer.lines.push_back({"SKU-A", Quantity::of(10), {}, {}, {}, {}, {}, {}});
  send(canonical::kTransferRequested, transfer);
  send(canonical::kTransferRequested, transfer);
  EXPECT_EQ(ats("B2B"), phx - 10) << "it is held";
  transfer.lines[0].shipped = Quantity::of(10);
  send(canonical::kTransferDispatched, transfer);
  send(canonical::kTransferDispatched, transfer);
  EXPECT_EQ(units(at("DFW").stock.on_hand), 70);
  EXPECT_EQ(units(process::coming(world_.store(), "SKU-A", "PHX").in_transit), 10);
  EXPECT_EQ(part("B2B", "PHX"), 26);
  canonical::TransferChange cancel;
  cancel.id = "T1";
  cancel.action = canonical::TransferAction::cancel;
  EXPECT_THROW(send(canonical::kTransferChangeRequested, cancel), process::Refused);
  transfer.receipt_ref = "R1";
  transfer.lines[0].accepted = Quantity::of(7);
  transfer.lines[0].rejected = Quantity::of(2);
  transfer.lines[0].missing = Quantity::of(1);
  send(canonical::kTransferReceived, transfer);
  send(canonical::kTransferReceived, transfer);
  EXPECT_EQ(units(at("PHX").stock.on_hand), 49);
  EXPECT_EQ(units(at("PHX").stock.damaged), 2);
  EXPECT_EQ(process::coming(world_.store(), "SKU-A", "PHX").in_transit, 0);
  EXPECT_EQ(part("B2B", "PHX"), 33);
  EXPECT_EQ(world_.text("SELECT state FROM transfers"), "closed_short");
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM discrepancies WHERE state = 'open'"), 1);
}

TEST_F(Stock, OnItsWayGoesBackWhereATransferIsCancelled) {
  five();
  canonical::Transfer transfer;
  transfer.id = "T1";
  transfer.from = "DFW";
  transfer.to = "PHX";
  transfer.lines.push_back({"SKU-A", Quantity::of(10), Quantity::of(10), {}, {}, {}, {}, {}});
  send(canonical::kTransferDispatched, transfer);
  canonical::TransferChange cancel;
  cancel.id = "T1";
  cancel.action = canonical::TransferAction::cancel;
  cancel.in_transit = canonical::InTransitRule::return_to_source;
  send(canonical::kTransferChangeRequested, cancel);
  EXPECT_EQ(units(at("DFW").stock.on_hand), 80);
  EXPECT_EQ(world_.text("SELECT state FROM transfers"), "cancelled");
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM discrepancies"), 0);
}

TEST_F(Stock, IsBalancedByRule) {
  five();
  process::BalancingRule rule;
  rule.name = "west";
  rule.sku = "SKU-A";
  rule.from = "DFW";
  rule.to = "PHX";
  rule.below_e4 = 30 * Quantity::kScale;
  rule.fill_to_e4 = 40 * Quantity::kScale;
  rule.keep_e4 = 30 * Quantity::kScale;
  world_.settings().balancing = {rule};
  world_.settings().balancing_interval_ns = kHour;
  until(world_.now_ns + 1);
  until(world_.now_ns + 2 * kHour);
  EXPECT_EQ(units(world_.number("SELECT planned FROM transfer_lines")), 6) << "36 less 30 to keep";
  until(world_.now_ns + 2 * kHour);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM transfers"), 1) << "nothing is spare any more";
}

TEST_F(Stock, ReturnedIsDisposedUnitByUnitAndRefundedOnce) {
  world_.settings().refund_connector = "pay";
  world_.add_product("SKU-R");
  count("EWR", "SKU-R", 10);
  const auto order = shipped_order("B2B", "PO-1", "SKU-R", 3);
  const auto before = ats("B2B", "SKU-R");
  canonical::Return rma;
  rma.id = "RET-1";
  rma.order_id = "PO-1";
  rma.shipping_refund = canonical::Money{500, "USD"};
  rma.lines.push_back({"1", "SKU-R", Quantity::of(2), {}, {}, {}, {}});
  send(canonical::kReturnRequested, rma);
  EXPECT_EQ(world_.text("SELECT state FROM returns"), "authorised");
  canonical::Return arrival;
  arrival.id = "RET-1";
  arrival.order_id = order;
  arrival.warehouse = "EWR";
  arrival.receipt_ref = "A1";
  arrival.lines.push_back({"1",
                           "SKU-R",
                           {},
                           Quantity::of(2),
                           {{canonical::Disposition::restock, Quantity::of(1), {}},
                            {canonical::Disposition::damaged, Quantity::of(1), {}}},
                           {},
                           {}});
  const auto sent = send(canonical::kReturnReceived, arrival);
  EXPECT_TRUE(send(canonical::kReturnReceived, arrival).empty()) << "the same arrival";
  EXPECT_EQ(units(at("EWR", "SKU-R").stock.on_hand), 9);
  EXPECT_EQ(units(at("EWR", "SKU-R").stock.damaged), 1);
  EXPECT_EQ(ats("B2B", "SKU-R"), before + 1);
  ASSERT_EQ(sent.size(), 1u);
  auto refund = *canonical::decode<canonical::Refund>(sent[0].data).value;
  EXPECT_EQ(refund.amount.minor, 2 * 1000 + 500);
  // Nobody knows whether it was paid: not asked again, looked up.
  refund.state = canonical::RefundState::in_doubt;
  EXPECT_TRUE(send(canonical::kRefundSettled, refund).empty());
  EXPECT_EQ(world_.text("SELECT money FROM returns"), "in_doubt");
  canonical::ReturnChange again;
  again.id = "RET-1";
  again.action = canonical::ReturnAction::refund;
  EXPECT_THROW(send(canonical::kReturnChangeRequested, again), process::Refused);
  refund.state = canonical::RefundState::succeeded;
  send(canonical::kRefundSettled, refund);
  EXPECT_EQ(world_.text("SELECT money FROM returns"), "refunded");
  EXPECT_EQ(world_.text("SELECT state FROM returns"), "closed");
  refund.state = canonical::RefundState::in_doubt;
  send(canonical::kRefundSettled, refund);
  EXPECT_EQ(world_.text("SELECT money FROM returns"), "refunded") << "what was paid stays paid";
  // The next one: what is left of the line, and no shipping.
  rma.id = "RET-2";
  rma.lines[0].authorised = Quantity::of(2);
  send(canonical::kReturnRequested, rma);
  EXPECT_EQ(world_.text("SELECT state FROM returns WHERE id = 'RET-2'"), "declined");
  rma.id = "RET-3";
  rma.lines[0].authorised = Quantity::of(1);
  send(canonical::kReturnRequested, rma);
  EXPECT_EQ(world_.text("SELECT state FROM returns WHERE id = 'RET-3'"), "authorised");
  EXPECT_EQ(world_.number("SELECT shipping_minor FROM returns WHERE id = 'RET-3'"), 0);
  // Cancelled after the refund: nothing is restocked again.
  again.action = canonical::ReturnAction::cancel;
  EXPECT_THROW(send(canonical::kReturnChangeRequested, again), process::Refused);
  EXPECT_EQ(units(at("EWR", "SKU-R").stock.on_hand), 9);
}

TEST_F(Stock, CountedLateIsCorrectedAtTheInstantOfTheCount) {
  world_.add_product("SKU-C");
  const auto two = world_.now_ns + kHour;
  count("EWR", "SKU-C", 100);
  ask(request("B2B", "held", "SKU-C", 10, "EWR"));
  const auto move = [&](const char* id, std::int64_t delta, std::int64_t at_ns) {
    canonical::InventoryMovement m;
    m.id = id;
    m.sku = "SKU-C";
    m.warehouse = "EWR";
    m.kind = delta > 0 ? canonical::MovementKind::receive : canonical::MovementKind::adjust;
    m.on_hand_delta = Quantity::of(delta);
    m.occurred_at.ns = at_ns;
    world_.now_ns = at_ns;
    send(canonical::kMovementReported, m);
  };
  move("ship", -4, two + 10 * kMinute);
  move("receive", 10, two + 20 * kMinute);
  EXPECT_EQ(units(at("EWR", "SKU-C").stock.on_hand), 106);
  world_.now_ns = two + 40 * kMinute;
  const auto movements = [&] { return world_.number("SELECT COUNT(*) FROM movements"); };
  const auto before = movements();
  world_.count("EWR", "SKU-C", 94, two);
  EXPECT_EQ(units(at("EWR", "SKU-C").stock.on_hand), 100);
  EXPECT_EQ(units(at("EWR", "SKU-C").allocated), 10);
  EXPECT_EQ(movements(), before + 1);
  world_.count("EWR", "SKU-C", 94, two);
  EXPECT_EQ(movements(), before + 1) << "the same again corrects nothing";
  world_.count("EWR", "SKU-C", 50, two - kHour / 2);
  EXPECT_EQ(units(at("EWR", "SKU-C").stock.on_hand), 100) << "an older count is recorded only";
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM alerts WHERE kind = 'old_count'"), 1);
}

TEST_F(Stock, CountedBelowWhatIsPromisedIsAcceptedAndSaid) {
  world_.add_product("SKU-C");
  count("EWR", "SKU-C", 10);
  ask(request("B2B", "held", "SKU-C", 8, "EWR"));
  count("EWR", "SKU-C", 5);
  EXPECT_EQ(units(at("EWR", "SKU-C").net()), -3);
  EXPECT_EQ(ats("B2B", "SKU-C"), 0);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM alerts WHERE kind = 'shortage'"), 1);
  change("held", canonical::ReservationAction::displace, "EWR");
  EXPECT_EQ(world_.number("SELECT open FROM reservations WHERE state = 'backordered'"),
            8 * Quantity::kScale);
}

TEST_F(Stock, SaidNetByTheErpIsSubtractedOnce) {
  auto& ewr = world_.settings().warehouses["EWR"];
  ewr.authority = "erp";
  const auto erp_says = [&](std::int64_t units) {
    canonical::InventorySnapshot snapshot;
    snapshot.warehouse = "EWR";
    snapshot.system = "erp";
    snapshot.as_of.ns = world_.now_ns;
    snapshot.lines.push_back({"SKU-N", Quantity::of(units), {}, {}, {}, {}, {}, {}, {}});
    send(canonical::kSnapshotReceived, snapshot);
  };
  world_.add_product("SKU-N");
  erp_says(30);
  world_.order("B2B", "PO-N", {{"SKU-N", 29}});
  EXPECT_EQ(ats("B2B", "SKU-N"), 1);
  erp_says(30);
  EXPECT_EQ(ats("B2B", "SKU-N"), 1) << "gross: the order is not shipped yet";
  erp_says(80);
  EXPECT_EQ(ats("B2B", "SKU-N"), 51);
  world_.settings().stock_profiles["erp"] = process::StockProfile::net;
  canonical::OrderRegistration known;
  known.order_id = world_.text("SELECT id FROM orders");
  known.system = "erp";
  known.number = "4711";
  send(canonical::kOrderRegistered, known);
  erp_says(51);
  EXPECT_EQ(ats("B2B", "SKU-N"), 51) << "net: the ERP has subtracted the order already";
}

TEST_F(Stock, OfAHundredBuyersAtOnceOneGetsTheLastUnit) {
  world_.settings().channels["SHOP"].threshold_e4 = 0;
  world_.add_product("SKU-S");
  count("EWR", "SKU-S", 1);
  pool("AMZ", "EWR", "SKU-S", 0, canonical::PoolMode::spill);
  int won = 0;
  const char* const channels[] = {"SHOP", "B2B", "AMZ", "EDI"};
  for (int buyer = 0; buyer < 100; ++buyer) {
    const auto answer = ask(request(channels[buyer % 4], "buyer-" + std::to_string(buyer), "SKU-S",
                                    1, buyer % 2 == 0 ? "EWR" : ""));
    won += answer.short_by.e4 == 0 ? 1 : 0;
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM reservations"), 1);
  EXPECT_EQ(at("EWR", "SKU-S").net(), 0);
}

TEST_F(Stock, TiesOutWithWhatOthersBilled) {
  world_.add_product("SKU-F");
  count("EWR", "SKU-F", 1000);
  const auto day = *canonical::local_date({world_.now_ns}, "America/New_York");
  canonical::Statement invoices;
  invoices.system = "erp";
  invoices.kind = "invoices";
  invoices.day = day;
  canonical::Statement labels = invoices;
  labels.system = "carrier";
  labels.kind = "labels";
  constexpr int kShipments = 20;
  for (int i = 0; i < kShipments; ++i) {
    const auto id = shipped_order("B2B", "PO-" + std::to_string(i), "SKU-F", 6);
    const auto shipment = world_.text("SELECT id FROM shipments WHERE order_id = '" + id + "'");
    labels.lines.push_back({"L" + std::to_string(i), shipment, "", {}, {}, {}, {}});
    if (i >= 2) {  // two are not invoiced
      invoices.lines.push_back(
          {"INV" + std::to_string(i), shipment, "1", Quantity::of(i == 2 ? 5 : 6), {}, {}, {}});
    }
    if (i == 3) {
      invoices.lines.push_back({"INV3-again", shipment, "1", Quantity::of(6), {}, {}, {}});
    }
  }
  invoices.lines.push_back({"INV-void", "shp_voided", "1", Quantity::of(1), {}, {}, {}});
  labels.lines.push_back({"L-void", "shp_voided", "", {}, {}, {}, {}});
  send(canonical::kStatementReceived, invoices);
  send(canonical::kStatementReceived, labels);
  const auto open = [&](const char* kind) {
    return world_.number(std::string("SELECT COUNT(*) FROM discrepancies WHERE state = 'open' AND "
                                     "kind = '") +
                         kind + "'");
  };
  EXPECT_EQ(open("shipment_without_invoice"), 2);
  EXPECT_EQ(open("duplicate_invoice"), 1);
  EXPECT_EQ(open("invoice_without_shipment"), 1);
  EXPECT_EQ(open("invoice_quantity"), 1);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM discrepancies WHERE state = 'open'"), 5);
  EXPECT_NE(world_.text("SELECT cause FROM discrepancies WHERE kind = 'invoice_quantity'")
                .find("worth 10.00 USD"),
            std::string::npos);
  EXPECT_NE(world_.text("SELECT cause FROM discrepancies WHERE kind = 'invoice_without_shipment'")
                .find("L-void"),
            std::string::npos);
  // What was proposed is done, by documents: the next run finds nothing.
  const auto shipment_of = [&](int i) {
    return labels.lines[static_cast<std::size_t>(i)].shipment_id;
  };
  for (int i = 0; i < 2; ++i) {
    invoices.lines.push_back(
        {"INV-late" + std::to_string(i), shipment_of(i), "1", Quantity::of(6), {}, {}, {}});
  }
  invoices.lines.push_back({"INV2-rest", shipment_of(2), "1", Quantity::of(1), {}, {}, {}});
  send(canonical::kStatementReceived, invoices);
  canonical::Statement credits = invoices;
  credits.kind = "credits";
  credits.lines = {{"INV3-again", shipment_of(3), "1", Quantity::of(6), {}, {}, {}},
                   {"INV-void", "shp_voided", "1", Quantity::of(1), {}, {}, {}}};
  send(canonical::kStatementReceived, credits);
  labels.lines.pop_back();
  send(canonical::kStatementReceived, labels);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM discrepancies WHERE state = 'open'"), 0);
}

}  // namespace
}  // namespace crossdock::support
