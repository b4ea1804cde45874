// What the connector does with a partner's profile: how it answers him, how strictly it reads, what
// it writes for him; and what survives a crash. Through the connector's own table.
#include <gtest/gtest.h>

#include "crossdock/canonical/documents.hpp"
#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/invoice.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/trade.hpp"
#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/edi_desk/desk.hpp"
#include "tests/unit/edi_exchange/x12_text.hpp"

namespace crossdock::support {
namespace {

std::string profile(const std::string& more) { return "name north\n" + more; }

template <class T>
T only(const std::vector<Message>& messages, std::string_view type) {
  const auto found = EdiDesk::of_type(messages, type);
  EXPECT_EQ(found.size(), 1u) << type << ": "
                              << (messages.empty() ? std::string() : messages.front().data);
  const auto decoded = canonical::decode<T>(found.empty() ? "{}" : found[0].data);
  EXPECT_TRUE(decoded.value.has_value()) << canonical::to_text(decoded.problems);
  return decoded.value.value_or(T());
}

canonical::OrderAcknowledgement answer() {
  canonical::OrderAcknowledgement out;
  out.order.channel = "north";
  out.order.customer = "CUST-NORTH";
  out.order.po_number = "4500101";
  out.order.po_date = canonical::parse_date("2026-11-23");
  out.order.currency = "USD";
  out.order.ship_to.name = "Receiving Dock";
  out.order.ship_to.city = "Chicago";
  canonical::LineAcknowledgement line;
  line.line_no = "1";
  line.sku = "SKU-001";
  line.ordered = line.acknowledged = {50'000, "EA"};
  line.unit_price = {10'900'000, "USD"};
  out.lines.push_back(line);
  return out;
}

TEST(Exchange, AnswersAsTheProfileSays) {
  struct Case {
    std::string functional;
    std::string ta1;
    char wants_ta1;    // ISA14
    std::string kind;  // of the answer
    bool has_ta1;
  };
  for (const auto& one :
       {Case{"997", "on_request", '0', "997", false}, Case{"997", "on_request", '1', "997", true},
        Case{"999", "always", '0', "999", true}, Case{"999", "never", '1', "999", false},
        Case{"none", "on_request", '1', "TA1", true}, Case{"none", "never", '1', "", false},
        Case{"none", "on_errors", '0', "", false}}) {
    const auto rules =
        "acknowledge {\n  functional " + one.functional + "\n  ta1 " + one.ta1 + "\n}\n";
    EdiDesk desk(profile(rules));
    const auto messages =
        desk.take(from_north("PO", {{"850", order_850("4500101")}}, 7, {}, one.wants_ta1));
    EXPECT_EQ(EdiDesk::of_type(messages, canonical::kOrderCaptured).size(), 1u) << rules;
    const auto answers = EdiDesk::answers_in(messages);
    ASSERT_EQ(answers.size(), one.kind.empty() ? 0u : 1u) << rules;
    if (one.kind.empty()) {
      continue;
    }
    const auto issued = only<canonical::DocumentIssued>(messages, canonical::kDocumentIssued);
    EXPECT_EQ(issued.kind, one.kind) << rules;
    EXPECT_FALSE(issued.acknowledge_by) << "an answer is not answered";
    EXPECT_EQ(elements_of(answers[0], "TA1", 1).size(), one.has_ta1 ? 1u : 0u) << answers[0];
    const auto sets = elements_of(answers[0], "ST", 1);
    EXPECT_EQ(sets,
              one.kind == "TA1" ? std::vector<std::string>() : std::vector<std::string>{one.kind});
  }
}

TEST(Exchange, SeveritiesOfTheProfileDecideWhatIsTaken) {
  const auto file = from_north("PO", {{"850", order_850("4500101", "QQ")}});
  EdiDesk usual(profile(""));
  const auto taken = usual.take(file);
  EXPECT_EQ(EdiDesk::of_type(taken, canonical::kOrderCaptured).size(), 1u);
  EXPECT_EQ(elements_of(EdiDesk::answers_in(taken).at(0), "AK5", 1).at(0), "E");
  EdiDesk strict(profile("tolerance {\n  element-code error\n}\n"));
  const auto refused = strict.take(file);
  EXPECT_TRUE(EdiDesk::of_type(refused, canonical::kOrderCaptured).empty());
  EXPECT_EQ(elements_of(EdiDesk::answers_in(refused).at(0), "AK5", 1).at(0), "R");
  const auto why = only<canonical::RejectedDocument>(refused, canonical::kDocumentRejected);
  EXPECT_NE(why.reason.find("QQ"), std::string::npos) << why.reason;
  EXPECT_EQ(why.findings.at(0).code, "element-code");
  // A code of his own is no fault, and is translated on both ways.
  EdiDesk own(profile("segment PO1 {\n  03 {\n    translate {\n      QQ EA\n    }\n  }\n}\n"));
  const auto known = own.take(file);
  EXPECT_EQ(elements_of(EdiDesk::answers_in(known).at(0), "AK5", 1).at(0), "A");
  EXPECT_NE(EdiDesk::of_type(known, canonical::kOrderCaptured).at(0).data.find("\"uom\":\"EA\""),
            std::string::npos);
  ASSERT_EQ(own.deliver(canonical::kOrderAcknowledged, answer()).kind, XD_DONE);
  EXPECT_EQ(elements_of(own.sent().at(0), "PO1", 3).at(0), "QQ");
}

TEST(Exchange, AProfileThatIsWrongIsSaidAtTheStart) {
  for (const auto& [text, said] : {std::pair<std::string, std::string>{
                                       "tolerance {\n  no-such-code error\n}\n", "no-such-code"},
                                   {"segment PO1 {\n  99 {\n    required yes\n  }\n}\n", "99"},
                                   {"acknowledge {\n  functional 998\n}\n", "998"},
                                   {"write {\n  invoice_notice never\n}\n", "never"}}) {
    try {
      const EdiDesk desk(profile(text));
      ADD_FAILURE() << "taken: " << text;
    } catch (const std::runtime_error& fault) {
      EXPECT_NE(std::string(fault.what()).find(said), std::string::npos) << fault.what();
      EXPECT_NE(std::string(fault.what()).find("north.info"), std::string::npos) << fault.what();
    }
  }
}

TEST(Exchange, DelimitersReleaseAndIdsAreThoseOfTheProfile) {
  EdiDesk desk(profile(
      "send {\n  version 004010\n  qualifier 08\n  id NORTHDC\n  group_id DC7\n  our_qualifier ZZ\n"
      "  our_id US\n  element_separator \"|\"\n  newline no\n}\n"));
  ASSERT_EQ(desk.deliver(canonical::kOrderAcknowledged, answer()).kind, XD_DONE);
  const auto bytes = desk.sent().at(0);
  EXPECT_EQ(bytes[3], '|');
  EXPECT_EQ(bytes.find('\n'), std::string::npos);
  EXPECT_EQ(elements_of(bytes, "GS", 8).at(0), "004010");
  EXPECT_EQ(elements_of(bytes, "GS", 3).at(0), "DC7");
  EXPECT_EQ(elements_of(bytes, "ISA", 6).at(0), "US             ");
  EXPECT_EQ(elements_of(bytes, "ISA", 8).at(0), "NORTHDC        ");
}

// An invoice of one line.
canonical::InvoiceNotice invoice() {
  canonical::InvoiceNotice notice;
  notice.order = answer().order;
  notice.invoice.id = notice.invoice.number = "INV-1";
  notice.invoice.invoice_date = canonical::parse_date("2026-11-24");
  notice.shipment.warehouse = "EWR";
  canonical::InvoiceLine line;
  line.line_no = "1";
  line.sku = "SKU-001";
  line.quantity = {20'000, "EA"};
  line.unit_price = {10'900'000, "USD"};
  line.amount = {2180, "USD"};
  notice.invoice.lines.push_back(line);
  notice.invoice.total = line.amount;
  notice.invoice.tax_total = {0, "USD"};
  return notice;
}

TEST(Exchange, WhatIsWrittenForHimIsHisChoice) {
  EdiDesk none(profile("write {\n  order_acknowledgement none\n}\n"));
  EXPECT_EQ(none.deliver(canonical::kOrderAcknowledged, answer()).kind, XD_DONE);
  EXPECT_TRUE(none.sent().empty());
  EXPECT_TRUE(none.host().emitted.empty());

  auto notice = invoice();
  notice.shipment.state = canonical::ShipmentState::shipped;
  notice.shipment.carrier_scac = "SIMP";
  notice.shipment.packages.emplace_back().tracking_no = "1SIM1";
  for (const auto& [rule, set] : {std::pair<std::string, std::string>{"", "810"},
                                  {"write {\n  invoice_notice 880\n}\n", "880"}}) {
    EdiDesk desk(profile(rule));
    const auto outcome = desk.deliver(canonical::kInvoiceIssued, notice);
    ASSERT_EQ(outcome.kind, XD_DONE) << outcome.reason;
    EXPECT_EQ(elements_of(desk.sent().at(0), "ST", 1).at(0), set);
    EXPECT_EQ(elements_of(desk.sent().at(0), "CAD", 8),
              set == "810" ? std::vector<std::string>{"1SIM1"} : std::vector<std::string>());
    EXPECT_EQ(only<canonical::DocumentIssued>(desk.host().emitted, canonical::kDocumentIssued).kind,
              set);
  }
}

TEST(Exchange, TermsOfPaymentStandOnAnInvoice) {
  auto notice = invoice();
  notice.invoice.due_date = canonical::parse_date("2026-12-24");
  auto& terms = notice.invoice.terms.emplace();
  terms.net_days = 30;
  terms.discount = "2";
  for (const auto& [days, written] :
       {std::pair<std::optional<std::int64_t>, std::string>{std::nullopt, "30"}, {10, "10"}}) {
    terms.discount_days = days;
    EdiDesk desk;
    const auto outcome = desk.deliver(canonical::kInvoiceIssued, notice);
    ASSERT_EQ(outcome.kind, XD_DONE) << outcome.reason;
    const auto bytes = desk.sent().at(0);
    EXPECT_EQ(elements_of(bytes, "ITD", 1).at(0), "08");
    EXPECT_EQ(elements_of(bytes, "ITD", 3).at(0), "2");
    EXPECT_EQ(elements_of(bytes, "ITD", 5).at(0), written);
    EXPECT_EQ(elements_of(bytes, "ITD", 6).at(0), "20261224");
    EXPECT_EQ(elements_of(bytes, "ITD", 7).at(0), "30");
  }
}

TEST(Exchange, AChangeNeedsNoPlace) {
  EdiDesk desk;
  const auto change = only<canonical::OrderChange>(
      desk.take(from_north("PC", {{"860",
                                   "BCH*04*SA*4500101**2*20261123*****20261125~"
                                   "POC**QI*12*4*EA***IN*B00001~CTT*1~"}})),
      canonical::kOrderChangeRequested);
  EXPECT_EQ(change.header.channel, "north");
  EXPECT_EQ(change.header.ship_to.name, "");
  EXPECT_EQ(change.change_no, "2");
  EXPECT_EQ(change.lines.at(0).buyer_part, "B00001");
}

TEST(Exchange, AChangeIsAnsweredLineByLine) {
  canonical::OrderChangeAcknowledgement change;
  change.order = answer().order;
  change.status = canonical::AcknowledgementStatus::accepted_with_changes;
  change.change_no = "2";
  change.acknowledged_at = canonical::Instant{EdiDesk::kAt};
  auto& taken = change.lines.emplace_back();
  taken.line_no = "1";
  taken.change = "quantity_increase";
  taken.sku = "SKU-001";
  taken.status = canonical::LineStatus::quantity_changed;
  taken.ordered = canonical::Quantity{120'000, "EA"};
  taken.quantity_left = "12";
  taken.acknowledged = {100'000, "EA"};
  taken.backordered = {20'000, "EA"};
  taken.unit_price = canonical::UnitPrice{10'900'000, "USD"};
  auto& dropped = change.lines.emplace_back();
  dropped.line_no = "2";
  dropped.change = "delete";
  dropped.sku = "SKU-002";
  dropped.status = canonical::LineStatus::rejected;
  dropped.rejected = {60'000, "EA"};
  auto& why = change.notes.emplace_back();
  why.qualifier = "L1";
  why.reference = "2";
  why.text = "a warehouse works on 6 of it";
  EdiDesk desk;
  const auto first =
      desk.deliver(canonical::kOrderChangeAnswered, canonical::encode(change), "ord_1/change/2");
  ASSERT_EQ(first.kind, XD_DONE) << first.reason;
  const auto bytes = desk.sent().at(0);
  EXPECT_EQ(elements_of(bytes, "ST", 1).at(0), "865");
  EXPECT_EQ(elements_of(bytes, "BCA", 2).at(0), "AC");
  EXPECT_EQ(elements_of(bytes, "BCA", 5).at(0), "2");
  EXPECT_EQ(elements_of(bytes, "POC", 2), (std::vector<std::string>{"QI", "DI"}));
  EXPECT_EQ(elements_of(bytes, "ACK", 1), (std::vector<std::string>{"IQ", "IB", "IR"}));
  EXPECT_EQ(elements_of(bytes, "ACK", 2), (std::vector<std::string>{"10", "2", "6"}));
  EXPECT_NE(bytes.find(why.text), std::string::npos) << bytes;  // MSG or MTX, by the release
  // The next change of the same order is a document of its own.
  change.change_no = "3";
  ASSERT_EQ(
      desk.deliver(canonical::kOrderChangeAnswered, canonical::encode(change), "ord_1/change/3")
          .kind,
      XD_DONE);
  EXPECT_EQ(desk.sent().size(), 2u);
}

TEST(Exchange, AShipmentOfUnknownWeightIsAdvisedToo) {
  canonical::ShipNotice notice;
  notice.order = answer().order;
  notice.shipment.id = "shp_1";
  notice.shipment.warehouse = "EWR";
  notice.shipment.state = canonical::ShipmentState::shipped;
  notice.shipment.shipped_at.ns = EdiDesk::kAt;
  auto& package = notice.shipment.packages.emplace_back();
  package.sscc = "106141412345678908";
  package.contents.push_back({"1", "SKU-001", {50'000, "EA"}, {}, {}, {}});
  notice.ship_from.name = "Newark";
  notice.ship_from.city = "Newark";
  EdiDesk desk;
  const auto outcome = desk.deliver(canonical::kShipmentAdvised, notice);
  EXPECT_EQ(outcome.kind, XD_DONE) << outcome.reason;
  EXPECT_EQ(elements_of(desk.sent().at(0), "TD1", 2), std::vector<std::string>{"1"});
}

TEST(Exchange, DeadlineIsThatOfTheProfile) {
  EdiDesk hour(profile("acknowledge {\n  deadline_minutes 60\n}\n"));
  ASSERT_EQ(hour.deliver(canonical::kOrderAcknowledged, answer()).kind, XD_DONE);
  const auto issued =
      only<canonical::DocumentIssued>(hour.host().emitted, canonical::kDocumentIssued);
  ASSERT_TRUE(issued.acknowledge_by.has_value());
  EXPECT_EQ(issued.acknowledge_by->ns - EdiDesk::kAt, 3'600'000'000'000);
  EdiDesk never(profile("acknowledge {\n  deadline_minutes 0\n}\n"));
  ASSERT_EQ(never.deliver(canonical::kOrderAcknowledged, answer()).kind, XD_DONE);
  EXPECT_FALSE(only<canonical::DocumentIssued>(never.host().emitted, canonical::kDocumentIssued)
                   .acknowledge_by);
}

TEST(Exchange, NumbersGoOnAfterACrashAndADocumentKeepsIts) {
  EdiDesk desk;
  ASSERT_EQ(desk.deliver(canonical::kOrderAcknowledged, canonical::encode(answer()), "ord_1").kind,
            XD_DONE);
  desk.restart();
  desk.host().now_ns += 90'000'000'000;
  ASSERT_EQ(desk.deliver(canonical::kOrderAcknowledged, canonical::encode(answer()), "ord_1").kind,
            XD_DONE);
  EXPECT_EQ(desk.sent().size(), 1u) << "the same document again is the same file";
  ASSERT_EQ(desk.deliver(canonical::kOrderAcknowledged, canonical::encode(answer()), "ord_2").kind,
            XD_DONE);
  const auto answers =
      EdiDesk::answers_in(desk.take(from_north("PO", {{"850", order_850("4500101")}})));
  EXPECT_EQ(elements_of(desk.sent().at(0), "ISA", 13).at(0), "000000001");
  EXPECT_EQ(elements_of(desk.sent().at(1), "ISA", 13).at(0), "000000002");
  EXPECT_EQ(elements_of(answers.at(0), "ISA", 13).at(0), "000000003");
}

TEST(Exchange, SuppliersDocumentsBecomeMessagesOfTheirOwn) {
  EdiDesk desk;
  const auto invoice = only<canonical::InvoiceNotice>(
      desk.take(
          from_north("IN", {{"810",
                             "BIG*20261124*S-77*20261120*PO-9~N1*ST*Newark*92*EWR~N3*1 Port Street~"
                             "N4*Newark*NJ*07114*US~IT1*1*3*EA*2.50**VN*SKU-001~TDS*750~CTT*1~"}})),
      canonical::kPurchaseInvoiced);
  EXPECT_EQ(invoice.invoice.lines.at(0).amount.minor, 750);
  EXPECT_EQ(invoice.invoice.order_id, "PO-9");
  const auto notice = only<canonical::ShipNotice>(
      desk.take(from_north(
          "SH",
          {{"856",
            "BSN*00*S-1*20261124*0915*0001~HL*1**S~TD5**2*SIMP~DTM*011*20261124~"
            "N1*ST*Newark*92*EWR~N4*Newark*NJ*07114*US~N1*SF*Maker~N4*Reno*NV*89501*US~HL*2*1*O~"
            "PRF*PO-9~HL*3*2*P~MAN*GM*00106141412345678908~HL*4*3*I~LIN*1*VN*SKU-001~SN1**3*EA~"
            "CTT*4~"}},
          8)),
      canonical::kPurchaseAdvised);
  EXPECT_EQ(notice.shipment.packages.at(0).sscc, "106141412345678908");
  EXPECT_EQ(notice.shipment.packages.at(0).contents.at(0).sku, "SKU-001");
}

TEST(Exchange, AStoreMayBeNamedByItsNumberAlone) {
  EdiDesk desk;
  const auto order = only<canonical::Order>(
      desk.take(from_north("PO", {{"850",
                                   "BEG*00*SA*4500102**20261123~N1*ST**92*0012~"
                                   "PO1**5*EA***VP*SKU-001~CTT*1~"}})),
      canonical::kOrderCaptured);
  EXPECT_EQ(order.header.ship_to.location_code, "0012");
  EXPECT_EQ(order.header.ship_to.country, "US");
  // A line without number and price is counted, and priced by whoever prices orders.
  EXPECT_EQ(order.lines.at(0).line_no, "1");
  EXPECT_EQ(order.lines.at(0).unit_price.e6, 0);
  EXPECT_EQ(order.lines.at(0).unit_price.currency, "USD");
  const auto nowhere =
      desk.take(from_north("PO",
                           {{"850",
                             "BEG*00*SA*4500103**20261123~PO1*1*5*EA*1**VP*SKU-001~"
                             "CTT*1~"}},
                           8));
  EXPECT_NE(only<canonical::RejectedDocument>(nowhere, canonical::kDocumentRejected)
                .reason.find("header.ship_to"),
            std::string::npos);
}

TEST(Exchange, ASetWithoutMappingIsADeadLetterAndIsAnswered) {
  EdiDesk desk;
  const auto messages =
      desk.take(from_north("RA", {{"820", "BPR*I*100*C*CHK************20261124~TRN*1*77~ENT*1~"}}));
  const auto refused = only<canonical::RejectedDocument>(messages, canonical::kDocumentRejected);
  EXPECT_NE(refused.reason.find("no mapping"), std::string::npos) << refused.reason;
  EXPECT_EQ(EdiDesk::answers_in(messages).size(), 1u);
}

}  // namespace
}  // namespace crossdock::support
