// The connector towards a partner who runs a warehouse of ours: 940 out, and what his 997, 945, 944
// and 947 become; for which warehouses he may speak.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "crossdock/canonical/documents.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/warehousing.hpp"
#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/edi_desk/desk.hpp"
#include "tests/unit/edi_exchange/x12_text.hpp"

namespace crossdock::support {
namespace {

namespace json = boost::json;

constexpr const char* kWork = "ful_01993b7a8e3c7c01a0b1c2d3e4f50617";
constexpr const char* kNumber = "3C7C01A0B1C2D3E4F50617";  // its last 22 characters

json::object runs(const std::string& warehouse) {
  return {{"warehouse", json::array{json::object{{"name", warehouse}}}}};
}

canonical::FulfillmentRequest request() {
  canonical::FulfillmentRequest out;
  out.fulfillment_order.id = kWork;
  out.fulfillment_order.order_id = "ord_1";
  out.fulfillment_order.warehouse = "WH-1";
  out.fulfillment_order.lines.push_back({"1", "SKU-001", {}, {}, {50'000, "EA"}, {}});
  out.fulfillment_order.lines.push_back({"2", "SKU-002", {}, "BLUE CUP", {70'000, "EA"}, {}});
  out.order.channel = "shop";
  out.order.customer = "CUST-1";
  out.order.po_number = "4500101";
  out.order.currency = "USD";
  out.order.ship_to.name = "Receiving Dock";
  out.order.ship_to.city = "Chicago";
  out.shipment.warehouse = "WH-1";
  out.shipment.carrier_scac = "UPSN";
  return out;
}

canonical::FulfillmentCancellation cancellation() {
  canonical::FulfillmentCancellation out;
  out.fulfillment_order_id = kWork;
  out.order_id = "ord_1";
  out.warehouse = "WH-1";
  out.reason = "the buyer cancelled";
  return out;
}

template <class T>
T one_of(const std::vector<Message>& messages, std::string_view type) {
  const auto found = EdiDesk::of_type(messages, type);
  EXPECT_EQ(found.size(), 1u) << type;
  const auto decoded = canonical::decode<T>(found.empty() ? "{}" : found[0].data);
  EXPECT_TRUE(decoded.value.has_value()) << canonical::to_text(decoded.problems);
  return decoded.value.value_or(T());
}

// His 997 for a group of ours.
std::string functional(const std::string& group, const std::string& status, int control) {
  return from_north("FA",
                    {{"997", "AK1*OW*" + group + "~AK2*940*0001~AK5*" + status + "~AK9*" + status +
                                 "*1*1*" + (status == "R" ? "0" : "1") + "~"}},
                    control);
}

std::string why_not(EdiDesk& desk, const std::string& file) {
  return one_of<canonical::RejectedDocument>(desk.take(file), canonical::kDocumentRejected).reason;
}

TEST(WarehousePartner, WorkGoesOutAs940AndIsTakenByHis997) {
  EdiDesk desk({}, runs("WH-1"));
  const auto sent = desk.deliver(canonical::kFulfillmentRequested, request());
  ASSERT_EQ(sent.kind, XD_DONE) << sent.reason;
  const auto bytes = desk.sent().at(0);
  EXPECT_EQ(elements_of(bytes, "ST", 1).at(0), "940");
  EXPECT_EQ(elements_of(bytes, "W05", 1).at(0), "N");
  EXPECT_EQ(elements_of(bytes, "W05", 2).at(0), kNumber);
  EXPECT_EQ(elements_of(bytes, "W05", 3).at(0), "4500101");
  EXPECT_EQ(elements_of(bytes, "W66", 10).at(0), "UPSN");
  EXPECT_EQ(elements_of(bytes, "W01", 1), (std::vector<std::string>{"5", "7"}));
  EXPECT_EQ(elements_of(bytes, "N9", 2), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(elements_of(bytes, "W76", 1).at(0), "12");
  // Sent is not taken: nothing is said of it before he answers.
  EXPECT_TRUE(EdiDesk::of_type(desk.host().emitted, canonical::kFulfillmentAccepted).empty());
  desk.restart();
  const auto taken = one_of<canonical::FulfillmentDecision>(desk.take(functional("1", "A", 7)),
                                                            canonical::kFulfillmentAccepted);
  EXPECT_EQ(taken.fulfillment_order_id, kWork);
  EXPECT_EQ(taken.order_id, "ord_1");
  EXPECT_EQ(taken.warehouse, "WH-1");
  EXPECT_EQ(taken.external_ref, kNumber);
  // Said once: another 997 for the same group decides nothing more.
  EXPECT_TRUE(EdiDesk::of_type(desk.take(functional("1", "R", 8)), canonical::kFulfillmentRejected)
                  .empty());
}

TEST(WarehousePartner, WorkThatHe997RefusesIsRejectedWithHisWords) {
  EdiDesk desk({}, runs("WH-1"));
  ASSERT_EQ(desk.deliver(canonical::kFulfillmentRequested, request()).kind, XD_DONE);
  const auto refused = one_of<canonical::FulfillmentDecision>(
      desk.take(from_north("FA", {{"997",
                                   "AK1*OW*1~AK2*940*0001~AK3*W01*9**8~AK4*1*330*1~AK5*R*5~"
                                   "AK9*R*1*1*0~"}})),
      canonical::kFulfillmentRejected);
  EXPECT_EQ(refused.fulfillment_order_id, kWork);
  EXPECT_NE(refused.reason.value_or("").find("W01"), std::string::npos)
      << refused.reason.value_or("");
  // So does a TA1 that refuses the envelope, but not one that accepts it.
  for (const auto& [status, rejected] : {std::pair<std::string, std::size_t>{"A", 0}, {"R", 1}}) {
    EdiDesk other({}, runs("WH-1"));
    ASSERT_EQ(other.deliver(canonical::kFulfillmentRequested, request()).kind, XD_DONE);
    const auto said = other.take(from_north(
        "", {}, 7,
        "TA1*000000001*261124*0915*" + status + "*" + (status == "A" ? "000" : "024") + "~"));
    EXPECT_EQ(EdiDesk::of_type(said, canonical::kFulfillmentRejected).size(), rejected) << status;
    EXPECT_TRUE(EdiDesk::of_type(said, canonical::kFulfillmentAccepted).empty());
  }
}

TEST(WarehousePartner, HeWhoNeverAcknowledgesHasTheWorkWhenItIsSent) {
  EdiDesk desk("name north\nacknowledge {\n  deadline_minutes 0\n}\n", runs("WH-1"));
  ASSERT_EQ(desk.deliver(canonical::kFulfillmentRequested, request()).kind, XD_DONE);
  EXPECT_EQ(
      one_of<canonical::FulfillmentDecision>(desk.host().emitted, canonical::kFulfillmentAccepted)
          .fulfillment_order_id,
      kWork);
}

TEST(WarehousePartner, ACancellationIsA940OfItsOwnAndAnsweredAsAgreed) {
  const auto with = [](const std::string& cancellation) {
    auto out = runs("WH-1");
    out["cancellation"] = cancellation;
    return out;
  };
  for (const auto& [how, status, granted] :
       {std::tuple<std::string, std::string, std::optional<bool>>{"report", "A", std::nullopt},
        {"report", "R", false},
        {"acknowledgement", "A", true},
        {"acknowledgement", "R", false}}) {
    EdiDesk desk({}, with(how));
    ASSERT_EQ(desk.deliver(canonical::kFulfillmentRequested, request()).kind, XD_DONE);
    const auto asked = desk.deliver(canonical::kFulfillmentCancelRequested, cancellation());
    ASSERT_EQ(asked.kind, XD_DONE) << asked.reason;
    ASSERT_EQ(desk.sent().size(), 2u);
    EXPECT_EQ(elements_of(desk.sent().at(1), "W05", 1).at(0), "F");
    EXPECT_EQ(elements_of(desk.sent().at(1), "W05", 2).at(0), kNumber);
    const auto said = desk.take(functional("2", status, 7));
    EXPECT_TRUE(EdiDesk::of_type(said, canonical::kFulfillmentAccepted).empty());
    if (!granted) {
      EXPECT_TRUE(EdiDesk::of_type(said, canonical::kFulfillmentCancelled).empty()) << how;
      continue;
    }
    const auto answer =
        one_of<canonical::FulfillmentCancellation>(said, canonical::kFulfillmentCancelled);
    EXPECT_EQ(answer.accepted, *granted) << how;
    EXPECT_EQ(answer.fulfillment_order_id, kWork);
  }
  EdiDesk none({}, with("none"));
  ASSERT_EQ(none.deliver(canonical::kFulfillmentCancelRequested, cancellation()).kind, XD_DONE);
  EXPECT_TRUE(none.sent().empty());
  const auto kept = one_of<canonical::FulfillmentCancellation>(none.host().emitted,
                                                               canonical::kFulfillmentCancelled);
  EXPECT_FALSE(kept.accepted);
  EXPECT_NE(kept.reason.value_or("").find("north"), std::string::npos);
}

TEST(WarehousePartner, AReasonThatIsTooLongEndsWithAWholeCharacter) {
  const auto repeated = [](int times) {
    std::string out = "a";
    for (int i = 0; i < times; ++i) {
      out += "\u00fc";
    }
    return out;
  };
  auto asked = cancellation();
  asked.reason = repeated(60);
  EdiDesk desk({}, runs("WH-1"));
  const auto outcome = desk.deliver(canonical::kFulfillmentCancelRequested, asked);
  ASSERT_EQ(outcome.kind, XD_DONE) << outcome.reason;
  EXPECT_EQ(elements_of(desk.sent().at(0), "NTE", 2).at(0), repeated(39));
}

TEST(WarehousePartner, WorkForAWarehouseThatNobodyRunsIsRefused) {
  EdiDesk desk({}, runs("WH-2"));
  const auto outcome = desk.deliver(canonical::kFulfillmentRequested, request());
  EXPECT_EQ(outcome.kind, XD_REJECTED);
  EXPECT_NE(outcome.reason.find("warehouse WH-1"), std::string::npos) << outcome.reason;
  EXPECT_TRUE(desk.sent().empty());
}

std::string report_945(const std::string& number, const std::string& place = {}) {
  return "W06*F*" + number + "*20261202*SHIP-9**4500101~N1*ST*Receiving Dock*92*DC1~" +
         (place.empty() ? std::string() : "N1*SF*East*92*" + place + "~") +
         "W27*M*UPSN~LX*1~MAN*GM*00006141410000000012~MAN*CP*1Z999~"
         "W12*CC*5*5**EA**VN*SKU-001~N9*LI*1~N9*LT*L-22~"
         "LX*2~W12*CP*7*0**EA**VN*SKU-002~N9*LI*2~W03*5~";
}

TEST(WarehousePartner, HisReportNamesOurWorkAndCountsForHisWarehouse) {
  EdiDesk desk({}, runs("WH-1"));
  ASSERT_EQ(desk.deliver(canonical::kFulfillmentRequested, request()).kind, XD_DONE);
  desk.restart();
  // He writes the number as he likes.
  const auto messages =
      desk.take(from_north("SW", {{"945", report_945("3c7c01a0b1c2d3e4f50617")}}));
  const auto report =
      one_of<canonical::WarehouseShipment>(messages, canonical::kWarehouseShipmentReported);
  EXPECT_EQ(report.shipment.fulfillment_order_id, kWork);
  EXPECT_EQ(report.shipment.warehouse, "WH-1");
  EXPECT_EQ(messages.at(0).correlation_id, "flow-1") << "it belongs to its order's flow";
  EXPECT_EQ(messages.at(0).business_key, "order:shop:4500101");
  EXPECT_EQ(report.shipment.external_ref, "SHIP-9");
  EXPECT_EQ(report.shipment.packages.at(0).sscc, "006141410000000012");
  EXPECT_EQ(report.shipment.packages.at(0).tracking_no, "1Z999");
  EXPECT_EQ(report.shipment.packages.at(0).contents.at(0).lot, "L-22");
  // What nothing was shipped of is no content, but what is missing.
  EXPECT_TRUE(report.shipment.packages.at(1).contents.empty());
  ASSERT_EQ(report.shipment.exceptions.size(), 1u);
  EXPECT_EQ(report.shipment.exceptions[0].line_no, "2");
  EXPECT_EQ(report.shipment.exceptions[0].kind, "short");
  EXPECT_EQ(report.shipment.exceptions[0].quantity.e4, 70'000);
}

TEST(WarehousePartner, ACartonThatStandsInSeveralPlacesIsOne) {
  EdiDesk desk({}, runs("WH-1"));
  const auto report = one_of<canonical::WarehouseShipment>(
      desk.take(from_north(
          "SW", {{"945",
                  "W06*F*FUL-1*20261202*SHIP-9**4500101~N1*ST*Receiving Dock*92*DC1~W27*M*UPSN~"
                  "LX*1~MAN*GM*006141410000000012~W12*CC*5*5**EA**VN*SKU-001~"
                  "LX*2~MAN*GM*006141410000000012~W12*CC*2*2**EA**UP*614141000012~W03*7~"}})),
      canonical::kWarehouseShipmentReported);
  ASSERT_EQ(report.shipment.packages.size(), 1u);
  ASSERT_EQ(report.shipment.packages[0].contents.size(), 2u);
  EXPECT_EQ(report.shipment.packages[0].contents[1].gtin, "614141000012");
}

TEST(WarehousePartner, HeSpeaksForHisWarehousesOnly) {
  const auto file = [](int control, const std::string& place) {
    return from_north("SW", {{"945", report_945("FUL-1", place)}}, control);
  };
  EdiDesk buyer;
  EXPECT_NE(why_not(buyer, file(7, "")).find("runs no warehouse"), std::string::npos);
  EXPECT_NE(why_not(buyer, from_north("AW",
                                      {{"947",
                                        "W15*20261205*A-1*D-1~N1*WH*East*92*E1~"
                                        "W19*AA*3*EA**VN*SKU-001~"}},
                                      8))
                .find("runs no warehouse"),
            std::string::npos);
  EdiDesk several({},
                  {{"warehouse", json::array{json::object{{"name", "WH-1"}, {"code", "0001"}},
                                             json::object{{"name", "WH-2"}, {"code", "0002"}}}}});
  EXPECT_EQ(one_of<canonical::WarehouseShipment>(several.take(file(7, "0002")),
                                                 canonical::kWarehouseShipmentReported)
                .shipment.warehouse,
            "WH-2");
  EXPECT_NE(why_not(several, file(8, "0003")).find("\"0003\""), std::string::npos);
  const auto moved = several.take(from_north(
      "AW", {{"947", "W15*20261205*A-1*D-1~N1*WH*East*92*0001~W19*AA*3*EA**VN*SKU-001~"}}, 9));
  EXPECT_EQ(one_of<canonical::InventoryAdjustment>(moved, canonical::kStockAdjusted).warehouse,
            "WH-1");
}

TEST(WarehousePartner, ATransferIsAnnouncedAndItsReceiptNamesIt) {
  const std::string id = "trf_01993b7a8e3c7c01a0b1c2d3e4f50617";
  EdiDesk desk({}, runs("WH-1"));
  canonical::TransferNotice notice;
  notice.id = id;
  notice.from = "EWR";
  notice.to = "WH-1";
  notice.shipped_on = canonical::parse_date("2026-11-24");
  notice.eta = canonical::parse_date("2026-11-28");
  notice.ship_to.emplace().name = "East";
  notice.ship_to->city = "Newark";
  canonical::TransferNoticeLine line;
  line.sku = "SKU-001";
  line.shipped = {240'000, "EA"};
  notice.lines.push_back(line);
  const auto sent =
      desk.deliver(canonical::kTransferAnnounced, canonical::encode(notice), notice.id);
  ASSERT_EQ(sent.kind, XD_DONE) << sent.reason;
  const auto bytes = desk.sent().at(0);
  const auto number = elements_of(bytes, "W06", 4).at(0);
  EXPECT_EQ(number.size(), 30u);
  EXPECT_EQ(elements_of(bytes, "W04", 1).at(0), "24");
  EXPECT_EQ(elements_of(bytes, "W03", 1).at(0), "24");
  const auto receipt = one_of<canonical::TransferReceipt>(
      desk.take(from_north("RE", {{"944", "W17*F*20261205*REC-1**" + number +
                                              "~N1*WH*East*92*E1~LX*1~W07*22*EA**VN*SKU-001~"
                                              "W13*2*EA*01~W14*22~"}})),
      canonical::kTransferReceiptReported);
  EXPECT_EQ(receipt.id, id);
  EXPECT_EQ(receipt.to, "WH-1");
  EXPECT_EQ(receipt.loads.at(0).lines.at(0).exceptions.at(0).condition, "damaged");
}

TEST(WarehousePartner, BlocksThatContradictAreRefusedAtTheStart) {
  EXPECT_THROW(EdiDesk("name north\nacknowledge {\n  deadline_minutes 0\n}\n",
                       {{"warehouse", json::array{json::object{{"name", "WH-1"}}}},
                        {"cancellation", "acknowledgement"}}),
               std::runtime_error);
  EXPECT_THROW(EdiDesk({}, {{"warehouse", json::array{json::object{{"name", "WH-1"}},
                                                      json::object{{"name", "WH-1"}}}}}),
               std::runtime_error);
}

}  // namespace
}  // namespace crossdock::support
