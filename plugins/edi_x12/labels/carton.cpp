#include "plugins/edi_x12/labels/carton.hpp"

#include <algorithm>

#include "crossdock/canonical/identifiers.hpp"
#include "crossdock/canonical/quantity.hpp"

namespace crossdock::edi::labels {
namespace {

// REF01 qualifiers that receivers look for on a carton.
const char* word_for(const std::string& qualifier) {
  return qualifier == "DP"   ? "Dept"
         : qualifier == "IA" ? "Vendor"
         : qualifier == "MR" ? "Type"
                             : nullptr;
}

CartonContent content_of(const canonical::PackageContent& content,
                         const std::vector<canonical::OrderLine>& lines) {
  const auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& one) {
    return content.line_no.empty() ? one.sku == content.sku : one.line_no == content.line_no;
  });
  CartonContent out;
  out.number = content.sku;
  out.quantity = canonical::decimal_text(content.quantity.e4, 4) + " " + content.quantity.uom;
  out.lot = content.lot.value_or("");
  if (line != lines.end()) {
    if (line->gtin && !line->gtin->empty()) {
      out.number = *line->gtin;
    }
    out.description = line->description.value_or("");
  }
  return out;
}

}  // namespace

std::vector<Carton> cartons_of(const canonical::ShipNotice& notice,
                               std::vector<std::string>& problems) {
  std::vector<Carton> out;
  const auto& shipment = notice.shipment;
  for (std::size_t i = 0; i < shipment.packages.size(); ++i) {
    const auto& package = shipment.packages[i];
    const std::string where = "shipment.packages[" + std::to_string(i) + "].sscc ";
    if (!canonical::is_sscc(package.sscc.value_or(""))) {
      problems.push_back(
          where + (package.sscc.value_or("").empty()
                       ? "is missing; a carton needs its number before it has a label"
                       : "\"" + *package.sscc + "\" is not 18 digits with the right check digit"));
      continue;
    }
    Carton carton;
    carton.sscc = *package.sscc;
    carton.ship_from = notice.ship_from;
    carton.ship_to = notice.order.ship_to;
    carton.po_number = notice.order.po_number;
    for (const auto& reference : notice.order.references) {
      if (const char* word = word_for(reference.qualifier)) {
        carton.references.emplace_back(word, reference.value);
      }
    }
    carton.carrier = shipment.carrier_name.value_or("");
    if (carton.carrier.empty()) {
      carton.carrier = shipment.carrier_scac.value_or("");
    }
    carton.service = shipment.service.value_or("");
    carton.tracking_no = package.tracking_no.value_or("");
    carton.bol = shipment.bol.value_or("");
    carton.number = i + 1;
    carton.count = shipment.packages.size();
    carton.weight_g = package.weight_g;
    for (const auto& content : package.contents) {
      carton.contents.push_back(content_of(content, notice.lines));
    }
    out.push_back(std::move(carton));
  }
  return out;
}

}  // namespace crossdock::edi::labels
