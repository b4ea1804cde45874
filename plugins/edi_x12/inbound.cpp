#include "plugins/edi_x12/inbound.hpp"

#include <algorithm>
#include <map>

namespace crossdock::edi {
namespace {

using canonical::Order;
using x12::Segment;

std::string text(std::string_view value) {
  while (!value.empty() && value.back() == ' ') {
    value.remove_suffix(1);
  }
  return std::string(value);
}

std::optional<canonical::LocalDate> date(std::string_view ccyymmdd) {
  if (ccyymmdd.size() != 8) {
    return std::nullopt;
  }
  const std::string iso = std::string(ccyymmdd.substr(0, 4)) + "-" +
                          std::string(ccyymmdd.substr(4, 2)) + "-" +
                          std::string(ccyymmdd.substr(6, 2));
  return canonical::parse_date(iso);
}

// BEG01, transaction set purpose.
constexpr std::pair<std::string_view, std::string_view> kPurposes[] = {
    {"00", "original"}, {"01", "cancel"},       {"04", "change"},
    {"05", "replace"},  {"06", "confirmation"}, {"07", "duplicate"}};

// PO103 to a unit of ours: what counts single pieces.
constexpr std::pair<std::string_view, std::string_view> kUnits[] = {
    {"EA", "EA"}, {"PC", "EA"}, {"UN", "EA"}};

template <class Table>
std::string looked_up(const Table& table, std::string_view code) {
  for (const auto& [from, to] : table) {
    if (from == code) {
      return std::string(to);
    }
  }
  return {};
}

// Which date of the order a DTM01 speaks of.
void take_date(const Segment& s, Order& order) {
  const auto when = date(s.at(2));
  auto& r = order.requested;
  if (s.at(1) == "037") {
    r.ship_after = when;
  } else if (s.at(1) == "010" || s.at(1) == "038") {
    r.ship_by = when;
  } else if (s.at(1) == "002" || s.at(1) == "063") {
    r.deliver_by = when;
  } else if (s.at(1) == "001") {
    r.cancel_after = when;
  }
}

void take_line(const Segment& s, Order& order, const std::string& currency, std::size_t number,
               std::vector<std::string>& problems) {
  canonical::OrderLine line;
  line.line_no = s.at(1).empty() ? std::to_string(number) : text(s.at(1));
  const std::string where = "PO1 line " + line.line_no;
  const auto quantity = canonical::parse_decimal(s.at(2), 4);
  if (!quantity) {
    problems.push_back(where + ": the quantity \"" + text(s.at(2)) +
                       "\" has more than four decimals");
  }
  line.ordered.e4 = quantity.value_or(0);
  line.ordered.uom = looked_up(kUnits, s.at(3));
  if (line.ordered.uom.empty()) {
    problems.push_back(where + ": the unit " + text(s.at(3)) + " is not sold; use EA");
  }
  const auto price = canonical::parse_decimal(s.at(4).empty() ? "0" : s.at(4), 6);
  if (!price) {
    problems.push_back(where + ": the price \"" + text(s.at(4)) + "\" has more than six decimals");
  }
  line.unit_price = {price.value_or(0), currency};
  // PO106 on: pairs of qualifier and number.
  for (std::size_t i = 6; i + 1 <= s.elements.size(); i += 2) {
    const auto qualifier = s.at(i);
    const std::string value = text(s.at(i + 1));
    if (qualifier == "VN" || qualifier == "VP" || qualifier == "SK") {
      line.sku = value;
    } else if (qualifier == "UP" || qualifier == "EN" || qualifier == "UK" || qualifier == "UA") {
      line.gtin = value;
    } else if (qualifier == "BP" || qualifier == "IN" || qualifier == "CB") {
      line.buyer_part = value;
    }
  }
  if (line.sku.empty()) {
    problems.push_back(where + ": our part number (VN, VP or SK) is missing");
  }
  order.lines.push_back(std::move(line));
}

}  // namespace

Order to_order(const x12::TransactionSet& set, const Partner& partner, const Config& config,
               std::vector<std::string>& problems) {
  Order order;
  auto& header = order.header;
  header.channel = partner.name;
  header.customer = partner.customer;
  header.currency = config.currency;
  canonical::Address* party = nullptr;
  canonical::Address ignored;
  bool ship_to = false;
  for (const auto& s : set.segments) {
    if (s.id == "BEG") {
      order.purpose = looked_up(kPurposes, s.at(1));
      header.po_number = text(s.at(3));
      header.channel_order_no = header.po_number;
      header.po_date = date(s.at(5));
      if (order.purpose.empty()) {
        order.purpose = text(s.at(1));
      }
      if (header.po_date) {
        if (const auto at = canonical::instant_at(*header.po_date, 0, "UTC")) {
          header.placed_at = *at;
        }
      }
    } else if (s.id == "CUR") {
      header.currency = text(s.at(2));
    } else if (s.id == "REF" && order.lines.empty()) {
      header.references.push_back({text(s.at(1)), text(s.at(2)), {}});
    } else if (s.id == "DTM" && order.lines.empty()) {
      take_date(s, order);
    } else if (s.id == "TD5" && order.lines.empty()) {
      if (s.at(2) == "2") {
        order.requested.carrier_scac = text(s.at(3));
      }
    } else if (s.id == "N1" && order.lines.empty()) {
      if (s.at(1) == "ST") {
        party = &header.ship_to;
        ship_to = true;
      } else if (s.at(1) == "BT") {
        party = &header.bill_to.emplace();
      } else {
        party = &ignored;
      }
      party->name = text(s.at(2));
      if (s.at(3) == "UL") {
        party->gln = text(s.at(4));
      } else if (!s.at(4).empty()) {
        party->location_code = text(s.at(4));
      }
    } else if (s.id == "N2" && party != nullptr) {
      party->name2 = text(s.at(1));
    } else if (s.id == "N3" && party != nullptr) {
      party->street = text(s.at(1));
      party->street2 = text(s.at(2));
    } else if (s.id == "N4" && party != nullptr) {
      party->city = text(s.at(1));
      party->region = text(s.at(2));
      party->postal_code = text(s.at(3));
      const auto country = text(s.at(4));
      party->country = country.empty() || country == "USA" ? "US"
                       : country == "CAN"                  ? "CA"
                                                           : country;
    } else if (s.id == "PO1") {
      take_line(s, order, header.currency, order.lines.size() + 1, problems);
    } else if (s.id == "PID" && !order.lines.empty() && !s.at(5).empty()) {
      order.lines.back().description = text(s.at(5));
    } else if (s.id == "CTT" && !s.at(1).empty() && s.at(1) != std::to_string(order.lines.size())) {
      problems.push_back("CTT01 says " + text(s.at(1)) + " lines, there are " +
                         std::to_string(order.lines.size()));
    }
  }
  if (!ship_to) {
    problems.push_back("no N1*ST says where to ship to");
  }
  return order;
}

}  // namespace crossdock::edi
