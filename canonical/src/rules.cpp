#include "canonical/src/rules.hpp"

#include <algorithm>

#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/identifiers.hpp"

namespace crossdock::canonical::detail {
namespace {

bool is_country(std::string_view text) {
  return text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

// One row per field name: what its text must be, and the words that say so.
struct TextRule {
  std::string_view name;
  bool (*holds)(std::string_view);
  const char* expected;
};
constexpr TextRule kTextRules[] = {
    {"sscc", is_sscc, "an SSCC: 18 digits, the last one a modulo-10 check digit"},
    {"ssccs", is_sscc, "an SSCC: 18 digits, the last one a modulo-10 check digit"},
    {"gtin", is_gtin, "a GTIN of 8, 12, 13 or 14 digits with its check digit"},
    {"gtins", is_gtin, "a GTIN of 8, 12, 13 or 14 digits with its check digit"},
    {"gln", is_gln, "a GLN: 13 digits with its check digit"},
    {"currency", is_currency, "three capital letters (ISO 4217)"},
    {"country", is_country, "two capital letters (ISO 3166-1)"},
    {"origin_country", is_country, "two capital letters (ISO 3166-1)"},
    {"carrier_scac", is_scac, "a carrier code (SCAC): two to four capital letters"},
    {"un_number", is_un_number, "UN and four digits"},
    {"timezone", zone_exists, "a time zone of the IANA database such as America/Chicago"},
};
constexpr std::size_t kLongestText = 4096;

// What names a thing becomes a part of keys, of attributes of messages and of pages.
constexpr std::string_view kNames[] = {
    "channel",  "channel_order_no", "code",    "customer",    "fulfillment_order_id",
    "id",       "invoice_id",       "line_no", "lot",         "number",
    "order_id", "po_number",        "rma_no",  "shipment_id", "sku",
    "warehouse"};
constexpr std::size_t kLongestName = 256;

bool is_name(std::string_view text) {
  return text.size() <= kLongestName && attribute_fault(text).empty();
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, 60)) + (text.size() > 60 ? "...\"" : "\"");
}

// Line numbers name lines, so they may not repeat.
template <class Lines>
void check_line_numbers(const Lines& lines, const Place& place) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!seen.insert(lines[i].line_no).second) {
      place.member("lines").element(i).member("line_no").fault(quoted(lines[i].line_no) +
                                                               " names an earlier line too");
    }
  }
}

}  // namespace

void check_text(std::string_view name, const std::string& text, const Place& place) {
  if (text.size() > kLongestText) {
    place.fault("has " + std::to_string(text.size()) + " bytes; at most 4096 make sense here");
    return;
  }
  if (!is_name(text) && std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames)) {
    place.fault("is no name: it has " + std::to_string(text.size()) +
                " bytes (at most 256 make sense), or control characters");
  }
  for (const auto& rule : kTextRules) {
    if (rule.name == name && !rule.holds(text)) {
      place.fault("is " + quoted(text) + "; expected " + rule.expected);
    }
  }
}

void check_whole(const OrderLine& line, const Place& place) {
  if (line.line_no.empty()) {
    place.member("line_no").fault("is empty; number the line");
  }
  if (line.ordered.e4 <= 0) {
    place.member("ordered").fault("is " + decimal_text(line.ordered.e4, 4) +
                                  "; an order asks for more than nothing");
  }
  if (line.unit_price.e6 < 0) {
    place.member("unit_price").fault("is negative");
  }
}

void check_whole(const Order& order, const Place& place) {
  if (order.lines.empty()) {
    place.member("lines").fault("is empty; an order has at least one line");
  }
  if (order.header.po_number.empty() && order.header.channel_order_no.empty()) {
    place.member("header")
        .member("po_number")
        .fault(
            "is empty and so is channel_order_no; "
            "an order needs a number");
  }
  check_line_numbers(order.lines, place);
}

void check_whole(const Shipment& shipment, const Place& place) {
  // What is planned may not be packed yet; what a partner advises may be on pallets, or loose.
  const bool otherwise = std::any_of(
      shipment.unknown.begin(), shipment.unknown.end(),
      [](const auto& member) { return member.first == "pallets" || member.first == "items"; });
  const bool packed =
      shipment.state != ShipmentState::planned && shipment.state != ShipmentState::unknown;
  if (shipment.packages.empty() && packed && !otherwise) {
    place.member("packages").fault("is empty; a shipment has at least one package");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < shipment.packages.size(); ++i) {
    const auto& sscc = shipment.packages[i].sscc;
    if (sscc && !seen.insert(*sscc).second) {
      place.member("packages")
          .element(i)
          .member("sscc")
          .fault(quoted(*sscc) + " is on an earlier package too");
    }
  }
}

void check_whole(const Package& package, const Place& place) {
  for (std::size_t i = 0; i < package.contents.size(); ++i) {
    if (package.contents[i].quantity.e4 <= 0) {
      place.member("contents").element(i).member("quantity").fault("is not more than nothing");
    }
  }
}

// I11: the total is the sum of its parts.
void check_whole(const Invoice& invoice, const Place& place) {
  check_line_numbers(invoice.lines, place);
  std::int64_t sum = invoice.tax_total.minor;
  bool fits = true;
  const auto add = [&](std::int64_t minor) {
    fits = fits && !__builtin_add_overflow(sum, minor, &sum);
  };
  for (const auto& line : invoice.lines) {
    add(line.amount.minor);
  }
  for (const auto& charge : invoice.charges) {
    add(charge.amount.minor);
  }
  if (!fits) {
    place.member("total").fault("is of lines and charges that are more than money can be");
  } else if (sum != invoice.total.minor) {
    place.member("total").fault("is " + to_string(invoice.total) +
                                " but lines, charges and tax add up to " +
                                to_string(Money{sum, invoice.total.currency}));
  }
}

void check_whole(const InventorySnapshot& snapshot, const Place& place) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < snapshot.lines.size(); ++i) {
    if (!seen.insert(snapshot.lines[i].sku).second) {
      place.member("lines").element(i).member("sku").fault(quoted(snapshot.lines[i].sku) +
                                                           " is counted on an earlier line too");
    }
  }
}

void check_whole(const PaymentTerms& terms, const Place& place) {
  constexpr std::int64_t kMostDays = 3650;
  const auto check_days = [&](const char* name, std::int64_t days) {
    if (days < 0 || days > kMostDays) {
      place.member(name).fault("is " + std::to_string(days) + "; expected 0 to 3650 days");
    }
  };
  check_days("net_days", terms.net_days);
  check_days("discount_days", terms.discount_days.value_or(0));
  if (terms.discount) {
    const auto percent = parse_decimal(*terms.discount, 4);
    if (!percent || *percent < 0 || *percent > 100 * Quantity::kScale) {
      place.member("discount")
          .fault("is " + quoted(*terms.discount) + "; expected a percentage from 0 to 100");
    }
  }
}

}  // namespace crossdock::canonical::detail
