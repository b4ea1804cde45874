#include "host/process/partners/shipment_report.hpp"

#include <algorithm>

#include "crossdock/canonical/codec.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/fulfilment/shipping.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/ownership.hpp"
#include "host/process/partners/named_products.hpp"
#include "host/process/partners/speaking.hpp"

namespace crossdock::host::process {
namespace {

using canonical::PackageContent;

constexpr std::int64_t kDayNs = 24LL * 60 * 60 * 1'000'000'000;

// X12 says the day of a shipment and no time (W0603).
void date_it(const Context& context, canonical::Shipment& shipment) {
  if (!shipment.shipped_at.known() || shipment.shipped_at.ns % kDayNs != 0) {
    return;
  }
  if (const auto day = canonical::local_date(shipment.shipped_at, "UTC")) {
    shipment.shipped_at.ns = within_day(context, shipment.warehouse, *day);
  }
}

// The planned line that a content is of, put into its place; else why there is none.
std::string find_line(journal::Database& db, const Planned& planned,
                      const std::vector<canonical::OrderLine>& lines, PackageContent& content) {
  const ProductNumbers numbers{content.sku, content.gtin ? std::string_view(*content.gtin) : "",
                               content.buyer_part ? std::string_view(*content.buyer_part) : ""};
  const bool nameless = numbers.sku.empty() && numbers.gtin.empty() && numbers.buyer_part.empty();
  const auto asked_for = [&](const PlannedLine& one) { return one.line_no == content.line_no; };
  if (!nameless && std::none_of(planned.lines.begin(), planned.lines.end(), asked_for)) {
    content.line_no.clear();  // a number of the warehouse's own; the product says which it is
  }
  for (const auto& line : planned.lines) {
    const auto known = std::find_if(lines.begin(), lines.end(),
                                    [&](const auto& one) { return one.line_no == line.line_no; });
    if (known == lines.end()) {
      continue;
    }
    const bool is_named = !content.line_no.empty() && content.line_no == line.line_no;
    if (!content.line_no.empty() && !is_named) {
      continue;
    }
    if ((is_named && nameless) || is_of(db, *known, numbers)) {
      content.sku = line.sku;
      return {};
    }
    if (is_named) {
      return "line " + line.line_no + " was asked for as " + line.sku + " and is reported as " +
             in_words(numbers);
    }
  }
  return (content.line_no.empty() ? std::string() : "line " + content.line_no + " (") +
         in_words(numbers) + (content.line_no.empty() ? "" : ")") + " is no part of it";
}

void find_lines(Context& context, const Planned& planned, canonical::Shipment& shipment) {
  const auto lines = order_lines(context.db, planned.order_id);
  std::string faults;
  for (auto& package : shipment.packages) {
    for (auto& content : package.contents) {
      if (const auto fault = find_line(context.db, planned, lines, content); !fault.empty()) {
        faults += (faults.empty() ? "" : "; ") + fault;
      }
    }
  }
  if (!faults.empty()) {
    throw Refused("warehouse " + shipment.warehouse + " reports shipment " +
                  shipment.external_ref.value_or(shipment.id) + " of work " +
                  planned.fulfillment_order_id + ", but " + faults +
                  "; have it reported again, or correct the order and replay");
  }
}

// The warehouse's own number of what it reported earlier.
std::string reported_as(journal::Database& db, const Planned& planned) {
  auto statement = db.prepare("SELECT document FROM shipments WHERE id = ?");
  statement.bind(planned.id);
  if (!statement.step() || statement.text(0).empty()) {
    return {};
  }
  const auto earlier = canonical::decode<canonical::Shipment>(statement.text(0));
  return earlier.value ? earlier.value->external_ref.value_or("") : std::string();
}

// Whether everything that there is to say of ended work was said.
bool is_repeat(Context& context, const Planned& planned, const canonical::Shipment& said,
               bool shipped_some) {
  if (planned.state == "short") {
    return !shipped_some;
  }
  if (planned.state != "shipped" && planned.state != "delivered" && planned.state != "exception") {
    return false;
  }
  const auto earlier = reported_as(context.db, planned);
  const auto now = said.external_ref.value_or("");
  if (!earlier.empty() && !now.empty() && earlier != now) {
    throw Refused("warehouse " + said.warehouse + " reports shipment " + now + " of work " +
                  planned.fulfillment_order_id + ", which ended with its shipment " + earlier +
                  "; what was missing then is asked for anew, as work of its own");
  }
  return true;
}

}  // namespace

void shipment_reported(Context& context, const canonical::WarehouseShipment& report,
                       const canonical::MessageView& message) {
  auto shipment = report.shipment;
  const auto number = shipment.external_ref.value_or(shipment.id);
  must_speak_for(context, shipment.warehouse, message);
  const auto planned = find_by_fulfillment_order(context.db, shipment.fulfillment_order_id);
  if (!planned) {
    throw Refused("warehouse " + shipment.warehouse + " reports shipment " + number +
                  " of work \"" + shipment.fulfillment_order_id +
                  "\", which it was never asked for; compare the depositor's order number (W0602) "
                  "with our 940s");
  }
  if (planned->warehouse != shipment.warehouse) {
    throw Refused("warehouse " + shipment.warehouse + " reports shipment " + number + " of work " +
                  planned->fulfillment_order_id + ", which was given to " + planned->warehouse);
  }
  const bool shipped_some =
      std::any_of(shipment.packages.begin(), shipment.packages.end(),
                  [](const auto& package) { return !package.contents.empty(); });
  if (is_repeat(context, *planned, shipment, shipped_some)) {
    return;
  }
  find_lines(context, *planned, shipment);
  if (shipped_some) {
    std::erase_if(shipment.packages, [](const auto& one) { return one.contents.empty(); });
  } else if (is_at_work(*planned) && planned->cancel_requested) {
    // That nothing shipped is the answer to who wanted it back.
    canonical::FulfillmentCancellation back;
    back.fulfillment_order_id = planned->fulfillment_order_id;
    back.order_id = planned->order_id;
    back.warehouse = planned->warehouse;
    back.accepted = true;
    back.reason = "the warehouse reports that nothing of it shipped";
    fulfillment_cancelled(context, back);
    return;
  }
  date_it(context, shipment);
  note_lineage(context, "shipment", planned->fulfillment_order_id, "shipment", message);
  shipment_confirmed(context, shipment);
}

}  // namespace crossdock::host::process
