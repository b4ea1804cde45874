// Documents and what they are in the canonical model, as pairs of files that people can read. A
// change of the mapping shows as a change of a file. CROSSDOCK_WRITE_GOLDEN=1 writes them anew.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/invoice.hpp"
#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/inbound.hpp"
#include "plugins/edi_x12/outbound.hpp"

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

Config config() {
  Config out;
  out.qualifier = "01";
  out.id = "000000001";
  out.company = "Example Distribution Company";
  Partner partner;
  partner.name = "north";
  partner.qualifier = "01";
  partner.id = "000000011";
  partner.customer = "CUST-NORTH";
  out.partners.push_back(partner);
  return out;
}

// 2026-11-24T09:15:00Z
constexpr std::int64_t kAt = 1'795'511'700'000'000'000;

canonical::Order order() {
  const auto text = read_file(golden("850.x12"));
  const auto file = x12::read(text);
  std::vector<std::string> problems;
  const auto settings = config();
  auto out = to_order(file.interchanges.at(0).groups.at(0).sets.at(0), settings.partners[0],
                      settings, problems);
  EXPECT_TRUE(problems.empty()) << problems.front();
  return out;
}

TEST(Golden, PurchaseOrderBecomesAnOrder) {
  expect_golden("order.json", canonical::encode(order()) + "\n");
}

TEST(Golden, PurchaseOrderIsAcknowledged) {
  const auto text = read_file(golden("850.x12"));
  x12::GrammarLibrary grammars({x12::default_grammar_folder()});
  const auto file = x12::read_checked(text, x12::by_release(grammars));
  const auto settings = config();
  expect_golden("997.x12",
                x12::write_997(x12::report_of(file.interchanges.at(0).groups.at(0)),
                               envelope_to(settings, settings.partners[0], kAt), {1, 1, 1}));
}

TEST(Golden, AnswerBecomesA855) {
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
  const auto settings = config();
  expect_golden("855.x12",
                write_855(answer, envelope_to(settings, settings.partners[0], kAt), {2, 2, 1}));
}

canonical::Shipment shipment() {
  canonical::Shipment out;
  out.id = "shp_1";
  out.order_id = "ord_1";
  out.fulfillment_order_id = "ful_1";
  out.warehouse = "EWR";
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

TEST(Golden, ShipmentBecomesA856) {
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
  const auto settings = config();
  expect_golden("856.x12",
                write_856(notice, envelope_to(settings, settings.partners[0], kAt), {3, 3, 1}));
}

TEST(Golden, InvoiceBecomesA810) {
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
  const auto settings = config();
  expect_golden("810.x12",
                write_810(notice, envelope_to(settings, settings.partners[0], kAt), {4, 4, 1}));
}

}  // namespace
}  // namespace crossdock::edi
