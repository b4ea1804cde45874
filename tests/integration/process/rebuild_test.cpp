// The store made again from the journal is the same to the byte: timers, refusals, dead letters
// that were given back, and all.
#include "host/process/replay/rebuild.hpp"

#include <gtest/gtest.h>

#include "tests/integration/process/staged.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;

TEST(Rebuild, GivesTheSameBytes) {
  const Folder folder("rebuild");
  Staged staged(folder.path());
  auto& stage = staged.stage();
  staged.product("SKU-A");
  staged.count("EWR", "SKU-A", 30);
  staged.count("DFW", "SKU-A", 5);
  auto cart = Staged::request("cart", "SKU-A", 4);
  cart.kind = canonical::ReservationKind::soft;
  cart.ttl_seconds = 600;
  staged.take(canonical::kReservationRequested, cart);
  for (int i = 0; i < 10; ++i) {
    staged.take(canonical::kOrderCaptured,
                Staged::order("PO-" + std::to_string(i), "SKU-A", 1 + i % 4));
  }
  // An hour with nothing but its end: the hold lapses by the clock alone.
  stage.move_clock(stage.now_ns() + 3'600'000'000'000);
  stage.settle();
  EXPECT_EQ(staged.text("SELECT state FROM reservations WHERE order_id = 'cart'"), "expired");
  // A receipt of a transfer that is told of later: a dead letter, mended by what comes, given back.
  canonical::Transfer transfer;
  transfer.id = "T1";
  transfer.from = "EWR";
  transfer.to = "PHX";
  transfer.lines.push_back({"SKU-A",
                            canonical::Quantity::of(3),
                            canonical::Quantity::of(3),
                            canonical::Quantity::of(3),
                            {},
                            {},
                            {},
                            {}});
  staged.take(canonical::kTransferReceived, transfer);
  ASSERT_EQ(stage.letters().size(), 1u);
  staged.take(canonical::kTransferDispatched, transfer);
  staged.count("ATL", "SKU-A", 2);
  const auto letters = stage.journal().dead_letters("process", "", 10);
  ASSERT_EQ(letters.size(), 1u);
  stage.give_back(letters.front().id);
  stage.settle();
  EXPECT_EQ(staged.text("SELECT state FROM transfers"), "received");
  staged.take(canonical::kOrderCaptured, Staged::order("PO-last", "SKU-A", 2));

  for (const char* name : {"once.sqlite", "twice.sqlite"}) {
    const auto rebuilt = process::rebuild(stage.journal(), folder.path() / name, stage.settings(),
                                          [](auto, auto) {});
    EXPECT_GT(rebuilt.applied, 20u);
    EXPECT_EQ(rebuilt.refused, 0u);
    journal::Database other(folder.path() / name, journal::Database::Mode::reader);
    for (const auto& different : process::differences(stage.store(), other)) {
      ADD_FAILURE() << name << ": " << different;
    }
    auto statement = other.prepare("SELECT COUNT(*) FROM outbox");
    statement.step();
    EXPECT_EQ(statement.integer(0), 0) << "nothing waits to be sent";
  }
  EXPECT_THROW(process::rebuild(stage.journal(), folder.path() / "once.sqlite", stage.settings(),
                                [](auto, auto) {}),
               std::runtime_error);
}

TEST(Rebuild, DifferencesAreFound) {
  const Folder folder("differences");
  Staged staged(folder.path());
  staged.product("SKU-A");
  staged.count("EWR", "SKU-A", 30);
  process::rebuild(staged.stage().journal(), folder.path() / "copy.sqlite",
                   staged.stage().settings(), [](auto, auto) {});
  journal::Database copy(folder.path() / "copy.sqlite", journal::Database::Mode::writer);
  copy.execute("UPDATE positions SET on_hand = on_hand + 1");
  const auto found = process::differences(staged.stage().store(), copy);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].starts_with("positions: ")) << found[0];
}

}  // namespace
}  // namespace crossdock::support
