#include "plugins/edi_x12/outbound.hpp"

#include <algorithm>

namespace crossdock::edi {
namespace {

using canonical::decimal_text;
using x12::Writer;

std::string day(const std::optional<canonical::LocalDate>& date, const std::string& otherwise) {
  if (!date || !date->known()) {
    return otherwise;
  }
  std::string out = canonical::to_string(*date);
  out.erase(std::remove(out.begin(), out.end(), '-'), out.end());
  return out;
}

std::string quantity(const canonical::Quantity& q) { return decimal_text(q.e4, 4); }
std::string price(const canonical::UnitPrice& p) { return canonical::to_string(p); }

// TDS01 and its like: two implied decimals (N2).
std::string implied(const canonical::Money& money) { return std::to_string(money.minor); }

// Qualifier and number pairs of a product, as the partner ordered it.
std::vector<std::string> product(const std::string& sku, const std::optional<std::string>& gtin,
                                 const std::optional<std::string>& buyer_part) {
  std::vector<std::string> out{"VN", sku};
  if (gtin && !gtin->empty()) {
    out.insert(out.end(), {gtin->size() == 12 ? "UP" : gtin->size() == 13 ? "EN" : "UK", *gtin});
  }
  if (buyer_part && !buyer_part->empty()) {
    out.insert(out.end(), {"IN", *buyer_part});
  }
  return out;
}

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

void write_party(Writer& out, const char* role, const canonical::Address& a) {
  if (a.gln) {
    out.segment("N1", {role, a.name, "UL", *a.gln});
  } else if (a.location_code) {
    out.segment("N1", {role, a.name, "92", *a.location_code});
  } else {
    out.segment("N1", {role, a.name});
  }
  if (!a.street.empty()) {
    out.segment("N3", {a.street, a.street2});
  }
  out.segment("N4", {a.city, a.region, a.postal_code, a.country});
}

// What the partner wants to see again (vendor number, department).
void write_references(Writer& out, const canonical::OrderHeader& order) {
  for (const auto& reference : order.references) {
    if (reference.qualifier == "IA" || reference.qualifier == "DP") {
      out.segment("REF", {reference.qualifier, reference.value});
    }
  }
}

const char* line_status(canonical::LineStatus status) {
  switch (status) {
    case canonical::LineStatus::accepted:
      return "IA";
    case canonical::LineStatus::backordered:
      return "IB";
    case canonical::LineStatus::quantity_changed:
      return "IQ";
    default:
      return "IR";
  }
}

}  // namespace

std::string write_855(const canonical::OrderAcknowledgement& answer,
                      const x12::EnvelopeSettings& envelope, x12::Control control) {
  Writer out(envelope, control, "PR", "855");
  const char* type = answer.status == canonical::AcknowledgementStatus::accepted   ? "AD"
                     : answer.status == canonical::AcknowledgementStatus::rejected ? "RD"
                                                                                   : "AC";
  out.segment("BAK", {"00", type, answer.order.po_number, day(answer.order.po_date, envelope.date),
                      "", "", "", "", envelope.date});
  write_references(out, answer.order);
  out.segment("N1", {"ST", answer.order.ship_to.name});
  for (const auto& line : answer.lines) {
    out.segment("PO1", joined({line.line_no, quantity(line.ordered), line.ordered.uom,
                               price(line.unit_price), ""},
                              product(line.sku, line.gtin, line.buyer_part)));
    const bool part = line.status == canonical::LineStatus::quantity_changed;
    if (part || line.status == canonical::LineStatus::accepted) {
      out.segment("ACK", {line_status(line.status), quantity(line.acknowledged), line.ordered.uom});
    }
    if (line.backordered.e4 > 0) {
      out.segment("ACK", {"IB", quantity(line.backordered), line.ordered.uom});
    }
    if (line.status == canonical::LineStatus::rejected) {
      out.segment("ACK", {"IR", quantity(line.ordered), line.ordered.uom});
    }
  }
  out.segment("CTT", {std::to_string(answer.lines.size())});
  return out.finish();
}

std::string write_856(const canonical::ShipNotice& notice, const x12::EnvelopeSettings& envelope,
                      x12::Control control) {
  Writer out(envelope, control, "SH", "856");
  const auto& shipment = notice.shipment;
  // BSN02 takes 30 characters; our ids are longer, and their end is what tells them apart.
  const std::string number =
      shipment.id.size() > 30 ? shipment.id.substr(shipment.id.size() - 30) : shipment.id;
  out.segment("BSN", {"00", number, envelope.date, envelope.time, "0001"});
  std::size_t hl = 0;
  std::int64_t weight = 0;
  for (const auto& package : shipment.packages) {
    weight += package.weight_g.value_or(0);
  }
  const std::string shipment_hl = std::to_string(++hl);
  out.segment("HL", {shipment_hl, "", "S", "1"});
  out.segment("TD1", {"CTN", std::to_string(shipment.packages.size()), "", "", "", "G",
                      decimal_text(weight * 10, 4), "KG"});
  out.segment("TD5",
              {"O", "2", shipment.carrier_scac.value_or(""), "M", shipment.service.value_or("")});
  for (const auto& package : shipment.packages) {
    if (package.tracking_no && !package.tracking_no->empty()) {
      out.segment("REF", {"CN", *package.tracking_no});
    }
  }
  if (shipment.bol) {
    out.segment("REF", {"BM", *shipment.bol});
  }
  const std::string at = canonical::to_string(shipment.shipped_at);
  out.segment("DTM", {"011", at.substr(0, 4) + at.substr(5, 2) + at.substr(8, 2)});
  write_party(out, "ST", notice.order.ship_to);
  write_party(out, "SF", notice.ship_from);
  const std::string order_hl = std::to_string(++hl);
  out.segment("HL", {order_hl, shipment_hl, "O", "1"});
  out.segment("PRF", {notice.order.po_number, "", "", day(notice.order.po_date, "")});
  write_references(out, notice.order);
  for (const auto& package : shipment.packages) {
    const std::string package_hl = std::to_string(++hl);
    out.segment("HL", {package_hl, order_hl, "P", "1"});
    out.segment("MAN", {"GM", package.sscc.value_or("")});
    for (const auto& content : package.contents) {
      out.segment("HL", {std::to_string(++hl), package_hl, "I", "0"});
      const auto line = std::find_if(
          notice.lines.begin(), notice.lines.end(), [&](const canonical::OrderLine& one) {
            return content.line_no.empty() ? one.sku == content.sku
                                           : one.line_no == content.line_no;
          });
      const bool known = line != notice.lines.end();
      out.segment("LIN", joined({known ? line->line_no : content.line_no},
                                product(content.sku, known ? line->gtin : std::nullopt,
                                        known ? line->buyer_part : std::nullopt)));
      out.segment("SN1", {known ? line->line_no : content.line_no, quantity(content.quantity),
                          known ? line->ordered.uom : std::string("EA"), "",
                          known ? quantity(line->ordered) : std::string(),
                          known ? line->ordered.uom : std::string()});
    }
  }
  out.segment("CTT", {std::to_string(hl)});
  return out.finish();
}

std::string write_810(const canonical::InvoiceNotice& notice, const x12::EnvelopeSettings& envelope,
                      x12::Control control) {
  Writer out(envelope, control, "IN", "810");
  const auto& invoice = notice.invoice;
  out.segment("BIG", {day(invoice.invoice_date, envelope.date), invoice.number,
                      day(notice.order.po_date, ""), notice.order.po_number});
  out.segment("CUR", {"SE", invoice.total.currency});
  write_references(out, notice.order);
  write_party(out, "ST", notice.order.ship_to);
  for (const auto& line : invoice.lines) {
    out.segment("IT1", joined({line.line_no, quantity(line.quantity), line.quantity.uom,
                               price(line.unit_price), ""},
                              product(line.sku, line.gtin, line.buyer_part)));
  }
  out.segment("TDS", {implied(invoice.total)});
  if (invoice.tax_total.minor != 0) {
    out.segment("TXI", {"TX", canonical::to_string(invoice.tax_total)});
  }
  for (const auto& package : notice.shipment.packages) {
    if (package.tracking_no && !package.tracking_no->empty()) {
      out.segment("CAD", {"", "", "", notice.shipment.carrier_scac.value_or(""), "", "", "CN",
                          *package.tracking_no});
      break;
    }
  }
  out.segment("CTT", {std::to_string(invoice.lines.size())});
  return out.finish();
}

}  // namespace crossdock::edi
