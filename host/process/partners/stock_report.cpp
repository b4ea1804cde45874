#include "host/process/partners/stock_report.hpp"

#include <algorithm>

#include "host/process/inventory/ledger.hpp"
#include "host/process/partners/named_products.hpp"
#include "host/process/partners/speaking.hpp"

namespace crossdock::host::process {
namespace {

using canonical::MovementKind;
using canonical::StockBucket;

// How a reason counts. `sign`: 1 and -1 where the reason itself says whether it is more or less, 0
// where the quantity's sign does.
struct Reason {
  std::string_view word;
  MovementKind kind;
  StockBucket bucket;  // unknown: what is on hand
  int sign;
};
// Warehouses write what was damaged, put on hold, recalled or expired with either sign; the stock
// stays there and is not sold.
constexpr Reason kReasons[] = {
    {"hold", MovementKind::hold, StockBucket::quality_hold, 1},
    {"release_hold", MovementKind::release_hold, StockBucket::quality_hold, -1},
    {"damaged", MovementKind::damage, StockBucket::damaged, 1},
    {"damaged_in_transit", MovementKind::damage, StockBucket::damaged, 1},
    {"recall", MovementKind::hold, StockBucket::recalled, 1},
    {"expired", MovementKind::hold, StockBucket::expired, 1},
    {"destroyed", MovementKind::write_off, StockBucket::unknown, -1},
    {"book_decrease", MovementKind::adjust, StockBucket::unknown, -1},
    {"book_increase", MovementKind::adjust, StockBucket::unknown, 1},
    {"found", MovementKind::adjust, StockBucket::unknown, 1},
    {"shipped_less", MovementKind::adjust, StockBucket::unknown, 1},
    {"shipped_more", MovementKind::adjust, StockBucket::unknown, -1},
    {"received_less", MovementKind::adjust, StockBucket::unknown, -1},
    {"received_more", MovementKind::adjust, StockBucket::unknown, 1},
    {"customer_return", MovementKind::adjust, StockBucket::unknown, 1},
    {"count", MovementKind::adjust, StockBucket::unknown, 0},
    {"book_error", MovementKind::adjust, StockBucket::unknown, 0},
    {"transfer", MovementKind::adjust, StockBucket::unknown, 0},
};

const Reason* reason_of(std::string_view word) {
  const auto* found = std::find_if(std::begin(kReasons), std::end(kReasons),
                                   [&](const Reason& one) { return one.word == word; });
  return found == std::end(kReasons) ? nullptr : found;
}

std::string place_of(const std::string& warehouse, const std::string& number, std::size_t line) {
  return "warehouse " + warehouse + ", adjustment " + number + ", line " + std::to_string(line + 1);
}

}  // namespace

std::vector<std::string> stock_adjusted(Context& context,
                                        const canonical::InventoryAdjustment& report,
                                        const canonical::MessageView& message) {
  const auto warehouse = report.warehouse.value_or("");
  must_speak_for(context, warehouse, message);
  const auto number = report.number.value_or(std::string(message.idempotency_key));
  const auto at = within_day(context, warehouse, report.adjusted_on);
  std::vector<std::string> raised;
  for (std::size_t i = 0; i < report.lines.size(); ++i) {
    const auto& line = report.lines[i];
    const auto* reason = reason_of(line.reason);
    if (reason == nullptr) {
      throw Refused(place_of(warehouse, number, i) + ": the reason \"" + line.reason +
                    "\" is not known; translate it in the partner's profile to one that is");
    }
    const ProductNumbers numbers{line.sku, line.gtin ? std::string_view(*line.gtin) : "", {}};
    canonical::InventoryMovement out;
    out.sku = known_sku(context.db, numbers);
    if (out.sku.empty()) {
      throw Refused(place_of(warehouse, number, i) + ": " + in_words(numbers) +
                    " is no product that is known; add it to the catalogue, then replay");
    }
    const auto much = line.quantity.e4 < 0 ? -line.quantity.e4 : line.quantity.e4;
    const auto change = reason->sign == 0 ? line.quantity.e4 : reason->sign * much;
    out.warehouse = warehouse;
    out.kind = reason->kind;
    out.on_hand_delta.uom = line.quantity.uom;
    if (reason->bucket == StockBucket::unknown) {
      out.on_hand_delta.e4 = change;
    } else {
      out.deltas.push_back({reason->bucket, {change, line.quantity.uom}, {}});
    }
    out.occurred_at.ns = at;
    out.source = message.source;
    out.idempotency_key = "adjusted/" + canonical::to_string(report.adjusted_on) + "/" + number +
                          "/" + std::to_string(i + 1);
    out.cause = "adjustment " + number;
    out.reason = line.reason;
    out.lot = line.lot;
    const auto more = movement_reported(context, out);
    raised.insert(raised.end(), more.begin(), more.end());
  }
  return raised;
}

}  // namespace crossdock::host::process
