// Orders through the business processes, case by case.
#include <gtest/gtest.h>

#include "crossdock/canonical/message_types.hpp"
#include "tests/support/process/world.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using canonical::LineStatus;

class Orders : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const auto& broken : world_.broken_invariants()) {
      ADD_FAILURE() << broken;
    }
  }
  void stock(const std::string& sku, std::initializer_list<std::pair<const char*, int>> places) {
    world_.add_product(sku);
    for (const auto& [warehouse, units] : places) {
      world_.count(warehouse, sku, units);
    }
  }
  template <class T>
  static std::vector<T> of(const std::vector<Sent>& sent, std::string_view type) {
    std::vector<T> out;
    for (const auto& one : sent) {
      if (one.type == type) {
        out.push_back(*canonical::decode<T>(one.data).value);
      }
    }
    return out;
  }
  static std::vector<std::string> types(const std::vector<Sent>& sent) {
    std::vector<std::string> out;
    out.reserve(sent.size());
    for (const auto& one : sent) {
      out.push_back(one.type);
    }
    return out;
  }
  std::string status(const std::string& po) {
    return world_.text("SELECT status FROM orders WHERE po_number = '" + po + "' ORDER BY id DESC");
  }
  // The fulfillment requests that follow once every label was bought.
  std::vector<canonical::FulfillmentRequest> released(const std::vector<Sent>& sent) {
    std::vector<canonical::FulfillmentRequest> out;
    for (const auto& request : of<canonical::LabelRequest>(sent, canonical::kLabelRequested)) {
      for (auto& one : of<canonical::FulfillmentRequest>(world_.label(request),
                                                         canonical::kFulfillmentRequested)) {
        out.push_back(std::move(one));
      }
    }
    return out;
  }

  Folder folder_{std::string("orders-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  World world_{folder_.path()};
};

TEST_F(Orders, GoFromTheNearestWarehouseThatHasEverything) {
  stock("A", {{"EWR", 10}, {"YYZ", 2}, {"ATL", 10}});
  const auto sent = world_.order("north", "PO-1", {{"A", 5}});
  const auto answer =
      of<canonical::OrderAcknowledgement>(sent, canonical::kOrderAcknowledged).at(0);
  EXPECT_EQ(answer.status, canonical::AcknowledgementStatus::accepted);
  // Chicago: Mississauga is nearest but has two; Atlanta (944 km) is nearer than Newark (1,142 km).
  const auto routed = of<canonical::RoutedOrder>(sent, canonical::kOrderRouted).at(0);
  ASSERT_EQ(routed.allocations.size(), 1u);
  EXPECT_EQ(routed.allocations[0].warehouse, "ATL");
  EXPECT_NE(world_.text("SELECT decision FROM decisions").find("does not have everything"),
            std::string::npos);
}

// What is remembered of it, too (looked at after each case): a line that is refused when the order
// is written.
TEST_F(Orders, ArePartlyTaken) {
  stock("A", {{"EWR", 10}});
  const auto answer =
      of<canonical::OrderAcknowledgement>(world_.order("north", "PO-1", {{"A", 5}, {"NO-SUCH", 2}}),
                                          canonical::kOrderAcknowledged)
          .at(0);
  ASSERT_EQ(answer.lines.size(), 2u);
  EXPECT_EQ(answer.lines[0].status, LineStatus::accepted);
  EXPECT_EQ(answer.lines[1].status, LineStatus::rejected);
  EXPECT_EQ(status("PO-1"), "routed");
}

TEST_F(Orders, FlowToTheirInvoice) {
  stock("A", {{"EWR", 10}});
  auto sent = world_.order("north", "PO-1", {{"A", 5}});
  EXPECT_EQ(status("PO-1"), "routed");
  const auto work = released(sent);
  ASSERT_EQ(work.size(), 1u);
  EXPECT_EQ(status("PO-1"), "released");
  sent = world_.ship(work[0]);
  EXPECT_EQ(status("PO-1"), "shipped");
  const auto notice = of<canonical::ShipNotice>(sent, canonical::kShipmentAdvised).at(0);
  EXPECT_TRUE(notice.is_final);
  EXPECT_EQ(notice.shipment.packages.at(0).sscc->size(), 18u);
  const auto request = of<canonical::InvoiceRequest>(sent, canonical::kInvoiceRequested).at(0);
  EXPECT_EQ(request.invoice.total.minor, 5000);
  sent = world_.post(request);
  EXPECT_EQ(status("PO-1"), "closed");
  EXPECT_EQ(types(sent), std::vector<std::string>{std::string(canonical::kInvoiceIssued)});
  EXPECT_EQ(world_.number("SELECT on_hand FROM positions"), 5 * canonical::Quantity::kScale);
}

TEST_F(Orders, ShippedShortAreShippedAgainAndInvoicedByShipment) {
  stock("A", {{"EWR", 10}});
  auto work = released(world_.order("north", "PO-1", {{"A", 5}}));
  auto sent = world_.ship(work.at(0), 2);
  EXPECT_EQ(status("PO-1"), "partially_shipped");
  const auto first = of<canonical::InvoiceRequest>(sent, canonical::kInvoiceRequested).at(0);
  EXPECT_EQ(first.invoice.total.minor, 3000);
  EXPECT_FALSE(of<canonical::ShipNotice>(sent, canonical::kShipmentAdvised).at(0).is_final);
  work = released(sent);
  ASSERT_EQ(work.size(), 1u) << "the rest is planned again";
  EXPECT_EQ(work[0].fulfillment_order.attempt, 2);
  sent = world_.ship(work[0]);
  const auto second = of<canonical::InvoiceRequest>(sent, canonical::kInvoiceRequested).at(0);
  EXPECT_EQ(second.invoice.total.minor, 2000);
  world_.post(first);
  world_.post(second);
  EXPECT_EQ(status("PO-1"), "closed");
}

TEST_F(Orders, ConfirmationsThatRepeatChangeNothing) {
  stock("A", {{"EWR", 10}});
  const auto work = released(world_.order("north", "PO-1", {{"A", 5}}));
  world_.ship(work.at(0));
  EXPECT_TRUE(world_.ship(work.at(0)).empty());
  EXPECT_EQ(world_.number("SELECT on_hand FROM positions"), 5 * canonical::Quantity::kScale);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM invoices"), 1);
}

TEST_F(Orders, SplitOverWarehousesAndBackorderedForTheRest) {
  stock("A", {{"EWR", 4}, {"ATL", 3}});
  const auto sent = world_.order("north", "PO-1", {{"A", 10}});
  const auto line =
      of<canonical::OrderAcknowledgement>(sent, canonical::kOrderAcknowledged).at(0).lines.at(0);
  EXPECT_EQ(line.status, LineStatus::quantity_changed);
  EXPECT_EQ(line.acknowledged.e4, 7 * canonical::Quantity::kScale);
  EXPECT_EQ(line.backordered.e4, 3 * canonical::Quantity::kScale);
  EXPECT_EQ(of<canonical::LabelRequest>(sent, canonical::kLabelRequested).size(), 2u);
}

TEST_F(Orders, BackordersAreCoveredWhenStockComesByAge) {
  stock("A", {{"EWR", 1}});
  world_.order("north", "PO-1", {{"A", 3}});
  world_.order("south", "PO-2", {{"A", 3}});
  world_.count("EWR", "A", 4);  // one is promised, three are new
  EXPECT_EQ(
      world_.number("SELECT COUNT(*) FROM reservations WHERE state = 'backordered' AND open > 0"),
      1);
  EXPECT_EQ(world_.text("SELECT o.po_number FROM reservations r JOIN orders o ON o.id = r.order_id "
                        "WHERE r.state = 'backordered' AND r.open > 0"),
            "PO-2");
}

TEST_F(Orders, ThatMustShipCompleteWaitAsAWhole) {
  world_.settings().channels["north"].shortage = host::process::ShortagePolicy::ship_complete;
  stock("A", {{"EWR", 2}});
  const auto sent = world_.order("north", "PO-1", {{"A", 3}});
  EXPECT_TRUE(of<canonical::LabelRequest>(sent, canonical::kLabelRequested).empty());
  EXPECT_EQ(world_.number("SELECT SUM(allocated) FROM positions"), 0);
  EXPECT_EQ(status("PO-1"), "backordered");
}

TEST_F(Orders, LinesThatCannotBeSoldAreRefusedAndTheRestIsTaken) {
  stock("A", {{"EWR", 5}});
  const auto sent = world_.order("north", "PO-1", {{"A", 1}, {"NOBODY-KNOWS", 1}});
  const auto answer =
      of<canonical::OrderAcknowledgement>(sent, canonical::kOrderAcknowledged).at(0);
  EXPECT_EQ(answer.status, canonical::AcknowledgementStatus::accepted_with_changes);
  EXPECT_EQ(answer.lines.at(1).status, LineStatus::rejected);
  EXPECT_EQ(answer.lines.at(1).reason, "product NOBODY-KNOWS is not known");
}

TEST_F(Orders, TheSamePurchaseOrderIsOneOrder) {
  stock("A", {{"EWR", 5}});
  world_.order("north", "PO-1", {{"A", 1}});
  EXPECT_TRUE(world_.order("north", "PO-1", {{"A", 1}}).empty());
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM orders"), 1);
  EXPECT_EQ(world_.number("SELECT COUNT(*) FROM duplicates"), 1);
  // Another channel's number is another order.
  EXPECT_FALSE(world_.order("south", "PO-1", {{"A", 1}}).empty());
}

TEST_F(Orders, ARefusedOrderGivesItsNumberBack) {
  stock("A", {{"EWR", 5}});
  world_.order("north", "PO-1", {{"TYPO", 1}});
  EXPECT_EQ(status("PO-1"), "rejected");
  EXPECT_FALSE(world_.order("north", "PO-1", {{"A", 1}}).empty());
  EXPECT_EQ(status("PO-1"), "routed");
}

TEST_F(Orders, RefusedByAWarehouseGoToAnother) {
  stock("A", {{"EWR", 5}, {"ATL", 5}});
  const auto work = released(world_.order("north", "PO-1", {{"A", 5}}));
  ASSERT_EQ(work.at(0).fulfillment_order.warehouse, "ATL");
  canonical::FulfillmentDecision refused;
  refused.fulfillment_order_id = work[0].fulfillment_order.id;
  refused.order_id = work[0].fulfillment_order.order_id;
  refused.warehouse = "ATL";
  refused.reason = "flooded";
  const auto sent = world_.receive(canonical::kFulfillmentRejected, canonical::encode(refused));
  const auto next = of<canonical::LabelRequest>(sent, canonical::kLabelRequested).at(0);
  EXPECT_EQ(next.shipment.warehouse, "EWR");
  EXPECT_EQ(of<canonical::LabelVoid>(sent, canonical::kLabelVoidRequested).size(), 1u);
}

TEST_F(Orders, CancelledBeforeTheirLabelLetGoOfTheirStock) {
  stock("A", {{"EWR", 5}});
  world_.order("north", "PO-1", {{"A", 5}});
  world_.order("north", "PO-1", {}, "cancel");
  EXPECT_EQ(status("PO-1"), "cancelled");
  EXPECT_EQ(world_.number("SELECT SUM(allocated) FROM positions"), 0);
}

TEST_F(Orders, CancelledAtTheWarehouseWaitForItsWord) {
  stock("A", {{"EWR", 5}});
  const auto work = released(world_.order("north", "PO-1", {{"A", 5}}));
  const auto sent = world_.order("north", "PO-1", {}, "cancel");
  ASSERT_EQ(types(sent),
            std::vector<std::string>{std::string(canonical::kFulfillmentCancelRequested)});
  EXPECT_EQ(world_.number("SELECT SUM(allocated) FROM positions"), 5 * canonical::Quantity::kScale);
  canonical::FulfillmentCancellation answer;
  answer.fulfillment_order_id = work.at(0).fulfillment_order.id;
  answer.order_id = work.at(0).fulfillment_order.order_id;
  answer.warehouse = "EWR";
  answer.accepted = true;
  world_.receive(canonical::kFulfillmentCancelled, canonical::encode(answer));
  EXPECT_EQ(status("PO-1"), "cancelled");
  EXPECT_EQ(world_.number("SELECT SUM(allocated) FROM positions"), 0);
}

// A count of 10:00 that arrives after a shipment of 10:05 knows nothing of it.
TEST_F(Orders, CountsSpeakOfTheirInstant) {
  stock("A", {{"EWR", 10}});
  const auto counted_at = world_.now_ns;
  const auto work = released(world_.order("north", "PO-1", {{"A", 4}}));
  world_.now_ns += 300'000'000'000;
  world_.ship(work.at(0));
  world_.count("EWR", "A", 10, counted_at + 1);
  EXPECT_EQ(world_.number("SELECT on_hand FROM positions"), 6 * canonical::Quantity::kScale);
  // And one of after it does.
  world_.count("EWR", "A", 6);
  EXPECT_EQ(world_.number("SELECT on_hand FROM positions"), 6 * canonical::Quantity::kScale);
}

TEST_F(Orders, AMessageThatIsNotWhatItsTypeSaysIsRefused) {
  EXPECT_THROW(world_.receive(canonical::kOrderCaptured, R"({"lines":5})"), std::exception);
}

}  // namespace
}  // namespace crossdock::support
