// The process dies at each thing that it writes, to its store or to the journal: after a restart
// the store is what it would have been, to the byte. Nothing is half done, nothing is done twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "crossdock/canonical/fulfillment.hpp"
#include "host/process/replay/rebuild.hpp"
#include "tests/integration/process/staged.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;

struct Flow {
  const char* name;
  void (*before)(Staged&);
  void (*act)(Staged&);
};

void stock(Staged& staged) {
  staged.product("SKU-A");
  staged.count("EWR", "SKU-A", 20);
  staged.count("DFW", "SKU-A", 20);
}

canonical::Transfer transfer() {
  canonical::Transfer out;
  out.id = "T1";
  out.from = "DFW";
  out.to = "PHX";
  out.lines.push_back(
      {"SKU-A", canonical::Quantity::of(10), canonical::Quantity::of(10), {}, {}, {}, {}, {}});
  return out;
}

void order(Staged& staged) {
  staged.arrive(canonical::kOrderCaptured, Staged::order("PO-1", "SKU-A", 25));
}

// Every warehouse ships what it was asked for.
void ship(Staged& staged) {
  std::vector<canonical::Shipment> shipments;
  auto statement = staged.stage().store().prepare(
      "SELECT s.fulfillment_order_id, s.order_id, s.warehouse, l.line_no, l.sku, l.planned FROM "
      "shipments s JOIN shipment_lines l ON l.shipment_id = s.id WHERE s.state = 'accepted'");
  while (statement.step()) {
    auto& one = shipments.emplace_back();
    one.id = one.fulfillment_order_id = statement.text(0);
    one.order_id = statement.text(1);
    one.warehouse = statement.text(2);
    one.state = canonical::ShipmentState::shipped;
    one.shipped_at.ns = staged.stage().now_ns();
    one.packages.emplace_back().contents.push_back(
        {statement.text(3), statement.text(4), {statement.integer(5), "EA"}, {}, {}, {}});
  }
  for (const auto& one : shipments) {
    staged.take(canonical::kShipmentConfirmed, one);
  }
}

canonical::Return a_return(Staged& staged) {
  canonical::Return out;
  out.id = "RET-1";
  out.order_id = staged.text("SELECT id FROM orders");
  out.lines.push_back({"1", "SKU-A", canonical::Quantity::of(2), {}, {}, {}, {}});
  return out;
}

const Flow kFlows[] = {
    {"reserve", &stock,
     [](Staged& staged) {
       staged.arrive(canonical::kReservationRequested, Staged::request("cart", "SKU-A", 5));
     }},
    {"route_and_ship", &stock, &order},
    {"transfer_out",
     [](Staged& staged) {
       stock(staged);
       staged.take(canonical::kTransferRequested, transfer());
     },
     [](Staged& staged) { staged.arrive(canonical::kTransferDispatched, transfer()); }},
    {"transfer_in",
     [](Staged& staged) {
       stock(staged);
       staged.take(canonical::kTransferDispatched, transfer());
     },
     [](Staged& staged) {
       auto arrived = transfer();
       arrived.lines[0].accepted = canonical::Quantity::of(7);
       arrived.lines[0].rejected = canonical::Quantity::of(2);
       arrived.lines[0].missing = canonical::Quantity::of(1);
       staged.arrive(canonical::kTransferReceived, arrived);
     }},
    {"return_and_refund",
     [](Staged& staged) {
       stock(staged);
       order(staged);
       staged.stage().settle();
       ship(staged);
       staged.take(canonical::kReturnRequested, a_return(staged));
     },
     [](Staged& staged) {
       auto arrived = a_return(staged);
       arrived.warehouse = "EWR";
       arrived.lines[0].dispositions = {
           {canonical::Disposition::restock, canonical::Quantity::of(1), {}},
           {canonical::Disposition::damaged, canonical::Quantity::of(1), {}}};
       staged.arrive(canonical::kReturnReceived, arrived);
     }}};

class Kill : public ::testing::TestWithParam<Flow> {};

// Plays the flow, dying at a write point (0: not at all). False when the flow was over before.
bool play(const std::filesystem::path& folder, const Flow& flow, std::size_t kill_at,
          std::size_t& written) {
  Staged staged(folder);
  flow.before(staged);
  flow.act(staged);
  bool killed = false;
  staged.stage().kill_at(kill_at);
  try {
    staged.stage().settle();
  } catch (const scenario::Killed&) {
    killed = true;
    staged.stage().restart();
    staged.stage().settle();
  }
  written = staged.stage().written();
  for (const auto& broken : staged.broken()) {
    ADD_FAILURE() << flow.name << " killed at " << kill_at << ": " << broken;
  }
  for (const auto& letter : staged.stage().letters()) {
    ADD_FAILURE() << flow.name << " killed at " << kill_at << ": " << letter.type << ": "
                  << letter.reason;
  }
  return killed;
}

TEST_P(Kill, AtEveryWritePointLeavesNothingHalfDone) {
  const auto& flow = GetParam();
  const Folder folder(std::string("kill-") + flow.name);
  std::size_t points = 0;
  std::size_t ignored = 0;
  ASSERT_FALSE(play(folder.path() / "whole", flow, 0, points));
  ASSERT_GT(points, 5u);
  journal::Database whole(folder.path() / "whole" / "store.sqlite",
                          journal::Database::Mode::reader);
  // Every point in the nightly run; else one in so many, the first and the last always.
  const std::size_t stride =
      std::getenv("CROSSDOCK_NIGHTLY") != nullptr ? 1 : std::max<std::size_t>(1, points / 7);
  for (std::size_t point = 1; point <= points;
       point = point == points ? points + 1 : std::min(points, point + stride)) {
    const auto here = folder.path() / std::to_string(point);
    EXPECT_TRUE(play(here, flow, point, ignored)) << point;
    {
      journal::Database store(here / "store.sqlite", journal::Database::Mode::reader);
      for (const auto& different : process::differences(whole, store)) {
        ADD_FAILURE() << flow.name << " killed at " << point << " of " << points << ": "
                      << different;
      }
    }
    std::filesystem::remove_all(here);
    if (HasFailure()) {
      return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Flows, Kill, ::testing::ValuesIn(kFlows),
                         [](const auto& flow) { return flow.param.name; });

}  // namespace
}  // namespace crossdock::support
