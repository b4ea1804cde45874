// One unit and many who want it at the same instant: one gets it, everybody else hears no.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "host/process/inventory/availability.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/schema.hpp"
#include "host/process/step.hpp"
#include "tests/integration/process/staged.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;

TEST(Claims, OfSixtyFourBuyersAtOnceOneGetsTheLastUnit) {
  const Folder folder("claims");
  Staged staged(folder.path());
  staged.product("SKU-S");
  staged.count("EWR", "SKU-S", 1);
  std::vector<scenario::Arrival> buyers;
  for (int i = 0; i < 64; ++i) {
    if (i % 2 == 0) {
      buyers.push_back(staged.arrival(
          canonical::kReservationRequested,
          Staged::request("cart-" + std::to_string(i), "SKU-S", 1, i % 4 == 0 ? "EWR" : "")));
    } else {
      buyers.push_back(staged.arrival(canonical::kOrderCaptured,
                                      Staged::order("PO-" + std::to_string(i), "SKU-S", 1)));
    }
  }
  for (const auto& fault : staged.stage().arrive_together(buyers)) {
    EXPECT_EQ(fault, "");
  }
  staged.stage().settle();
  EXPECT_EQ(
      staged.number("SELECT COUNT(*) FROM reservations WHERE open + consumed > 0 AND state IN "
                    "('hard', 'soft', 'consumed')"),
      1);
  EXPECT_TRUE(staged.stage().letters().empty());
  for (const auto& broken : staged.broken()) {
    ADD_FAILURE() << broken;
  }
}

// Straight at the ledger, each thread with a connection of its own and no lock around it: look and
// take are one transaction.
TEST(Claims, OfSixtyFourThreadsAtTheLedgerOneGetsTheLastUnit) {
  const Folder folder("claims-threads");
  const auto store = folder.path() / "store.sqlite";
  const auto settings = five_warehouses();
  journal::Database db(store, journal::Database::Mode::writer);
  db.migrate(process::schema_steps());
  {
    journal::StoreTransaction transaction(db);
    db.execute(
        "INSERT INTO positions(sku, warehouse, on_hand, rev) VALUES('SKU-S', 'EWR', 10000, 1)");
    transaction.commit();
  }
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::vector<std::thread> threads;
  threads.reserve(64);
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&, i] {
      journal::Database mine(store, journal::Database::Mode::writer);
      mine.execute("PRAGMA wal_autocheckpoint=0; PRAGMA busy_timeout=120000");
      journal::StoreTransaction transaction(mine);
      const std::string demand = "buyer-" + std::to_string(i);
      auto ids = process::ids_of(demand, kNoon);
      process::Context context{mine, settings, ids, kNoon, demand, demand};
      process::AvailableStock stock(mine, settings, "north", kNoon);
      if (stock.left("SKU-S", "EWR") >= canonical::Quantity::kScale) {
        process::hold(context, {.order_id = demand,
                                .line_no = "1",
                                .sku = "SKU-S",
                                .place = "EWR",
                                .channel = "north",
                                .quantity = canonical::Quantity::kScale,
                                .demand = "cart"});
        ++won;
      } else {
        ++lost;
      }
      transaction.commit();
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 63);
  EXPECT_EQ(process::position(db, "SKU-S", "EWR").net(), 0);
}

}  // namespace
}  // namespace crossdock::support
