// What the connector makes of what comes and of what goes, as pairs of files that people can read:
// driven through its own table, with folders, and a clock that stands. A change of a mapping shows
// as a change of a file. CROSSDOCK_WRITE_GOLDEN=1 writes them anew.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/invoice.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "tests/support/edi_desk/desk.hpp"

namespace crossdock::edi {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

fs::path golden(const std::string& name) { return fs::path(CROSSDOCK_GOLDEN) / name; }

void expect_golden(const std::string& name, const std::string& text) {
  if (std::getenv("CROSSDOCK_WRITE_GOLDEN") != nullptr) {
    std::ofstream(golden(name), std::ios::binary | std::ios::trunc) << text;
  }
  EXPECT_EQ(read_file(golden(name)), text) << name;
}

constexpr std::int64_t kAt = support::EdiDesk::kAt;

class Golden : public ::testing::Test {
 protected:
  // The file that a message becomes.
  template <class T>
  std::string file_of(std::string_view type, const T& data) {
    const auto outcome = desk_.deliver(type, data);
    EXPECT_EQ(outcome.kind, XD_DONE) << outcome.reason;
    for (const auto& line : desk_.host().log_lines) {
      EXPECT_EQ(line.find("not quite"), std::string::npos) << line;
    }
    const auto files = desk_.sent();
    return files.empty() ? std::string() : files.front();
  }
  canonical::Order order() {
    const auto messages = desk_.take(read_file(golden("850.x12")));
    const auto orders = support::EdiDesk::of_type(messages, canonical::kOrderCaptured);
    EXPECT_EQ(orders.size(), 1u);
    const auto decoded = canonical::decode<canonical::Order>(orders.at(0).data);
    EXPECT_TRUE(decoded.value.has_value()) << canonical::to_text(decoded.problems);
    EXPECT_EQ(orders.at(0).business_key, "order:north:4500101");
    EXPECT_EQ(orders.at(0).original.substr(0, 8), "ST*850*0");
    return decoded.value.value_or(canonical::Order());
  }

  support::EdiDesk desk_;
};

TEST_F(Golden, PurchaseOrderBecomesAnOrder) {
  expect_golden("order.json", canonical::encode(order()) + "\n");
}

TEST_F(Golden, PurchaseOrderIsAcknowledged) {
  const auto answers = support::EdiDesk::answers_in(desk_.take(read_file(golden("850.x12"))));
  ASSERT_EQ(answers.size(), 1u);
  expect_golden("997.x12", answers[0]);
}

TEST_F(Golden, AnswerBecomesA855) {
  const auto ordered = order();
  canonical::OrderAcknowledgement answer;
  answer.order = ordered.header;
  answer.order.order_id = "ord_1";
  answer.acknowledged_at.ns = kAt;
  answer.status = canonical::AcknowledgementStatus::accepted_with_changes;
  for (const auto& line : ordered.lines) {
    canonical::LineAcknowledgement one;
    one.line_no = line.line_no;
    one.sku = line.sku;
    one.buyer_part = line.buyer_part;
    one.ordered = one.acknowledged = line.ordered;
    one.backordered = {0, "EA"};
    one.unit_price = line.unit_price;
    answer.lines.push_back(one);
  }
  answer.lines.back().status = canonical::LineStatus::quantity_changed;
  answer.lines.back().acknowledged.e4 = 50'000;
  answer.lines.back().backordered.e4 = 70'000;
  auto refused = answer.lines.front();
  refused.line_no = "3";
  refused.status = canonical::LineStatus::rejected;
  refused.acknowledged.e4 = 0;
  answer.lines.push_back(refused);
  expect_golden("855.x12", file_of(canonical::kOrderAcknowledged, answer));
}

canonical::Shipment shipment() {
  canonical::Shipment out;
  out.id = "shp_0190f5c1a2b37d4e8f90123456789abcd";  // as long as ours are; an 856 has room for 30
  out.order_id = "ord_1";
  out.fulfillment_order_id = "ful_1";
  out.warehouse = "EWR";
  out.state = canonical::ShipmentState::shipped;
  out.carrier_scac = "SIMP";
  out.shipped_at.ns = kAt;
  canonical::Package package;
  package.sscc = "106141412345678908";
  package.tracking_no = "1SIM1";
  package.weight_g = 12'000;
  package.contents.push_back({"1", "SKU-001", {240'000, "EA"}, {}, {}, {}});
  out.packages.push_back(package);
  return out;
}

TEST_F(Golden, ShipmentBecomesA856) {
  const auto ordered = order();
  canonical::ShipNotice notice;
  notice.order = ordered.header;
  notice.order.order_id = "ord_1";
  notice.shipment = shipment();
  notice.lines = ordered.lines;
  notice.lines[0].shipped = {240'000, "EA"};
  notice.ship_from.name = "Newark";
  notice.ship_from.street = "1 Port Street";
  notice.ship_from.city = "Newark";
  notice.ship_from.region = "NJ";
  notice.ship_from.postal_code = "07114";
  expect_golden("856.x12", file_of(canonical::kShipmentAdvised, notice));
}

TEST_F(Golden, InvoiceBecomesA810) {
  const auto ordered = order();
  canonical::InvoiceNotice notice;
  notice.order = ordered.header;
  notice.order.order_id = "ord_1";
  notice.shipment = shipment();
  auto& invoice = notice.invoice;
  invoice.id = "inv_1";
  invoice.number = "INV-00001";
  invoice.order_id = "ord_1";
  invoice.shipment_id = "shp_1";
  invoice.state = canonical::InvoiceState::posted;
  invoice.invoice_date = canonical::parse_date("2026-11-24");
  canonical::InvoiceLine line;
  line.line_no = "1";
  line.sku = "SKU-001";
  line.quantity = {240'000, "EA"};
  line.unit_price = ordered.lines[0].unit_price;
  line.amount = *canonical::extended(line.unit_price, line.quantity);
  invoice.lines.push_back(line);
  invoice.lines_total = invoice.total = line.amount;
  invoice.tax_total = {0, "USD"};
  expect_golden("810.x12", file_of(canonical::kInvoiceIssued, notice));
}

}  // namespace
}  // namespace crossdock::edi
