// A name that cannot be carried on must not stop the processes: the message that brings it is
// refused, the timer that would speak of it is undone and said.
#include <gtest/gtest.h>

#include "crossdock/canonical/codec.hpp"
#include "tests/integration/process/staged.hpp"
#include "tests/support/process/world.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;

const std::string kHostile = "cart\x01";

std::string refusal(World& world, const canonical::ReservationRequest& request) {
  try {
    world.receive(canonical::kReservationRequested, canonical::encode(request));
  } catch (const std::exception& fault) {
    return fault.what();
  }
  return "it was taken";
}

TEST(HostileNames, AMessageThatCouldNotBeAnsweredIsRefused) {
  const Folder folder("hostile");
  World world(folder.path());
  world.add_product("SKU-A");
  world.count("EWR", "SKU-A", 10);
  auto request = Staged::request(kHostile, "SKU-A", 2);
  request.answer_to = "source";
  EXPECT_EQ(refusal(world, request),
            "what follows from it would be a message whose subject holds control characters");
  request.order_id = std::string(2000, 'x');
  EXPECT_EQ(refusal(world, request),
            "what follows from it would be a message whose subject has 2000 bytes; at most 1024 "
            "are carried");
  EXPECT_EQ(world.number("SELECT COUNT(*) FROM reservations"), 0);
  EXPECT_EQ(world.number("SELECT SUM(allocated) FROM positions"), 0);
}

TEST(HostileNames, TheyAreRefusedWhereTheyComeIn) {
  const Folder folder("hostile-intake");
  Staged staged(folder.path());
  staged.product("SKU-A");
  staged.count("EWR", "SKU-A", 10);
  staged.take(canonical::kReservationRequested, Staged::request(kHostile, "SKU-A", 2));
  const auto letters = staged.stage().letters();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_NE(letters[0].reason.find("order_id"), std::string::npos) << letters[0].reason;
  // And all goes on.
  staged.take(canonical::kReservationRequested, Staged::request("cart", "SKU-A", 2));
  EXPECT_EQ(staged.number("SELECT COUNT(*) FROM reservations"), 1);
}

TEST(HostileNames, ATimerThatCannotSayItIsUndoneAndSaid) {
  const Folder folder("hostile-timer");
  World world(folder.path());
  world.settings().channels.at("north").availability_taker = "edi";
  world.store()
      .prepare("INSERT INTO timers(kind, key, due_at) VALUES('publish', ?, 1)")
      .bind("SKU-\x02")
      .run();
  world.add_product("SKU-A");
  EXPECT_EQ(world.number("SELECT COUNT(*) FROM published"), 0);
  EXPECT_EQ(world.number("SELECT COUNT(*) FROM alerts WHERE kind = 'timer_failed' AND text LIKE "
                         "'%subject holds control characters%'"),
            1);
  EXPECT_EQ(world.number("SELECT COUNT(*) FROM products"), 1);
}

}  // namespace
}  // namespace crossdock::support
