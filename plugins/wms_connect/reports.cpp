#include "plugins/wms_connect/reports.hpp"

#include <crossdock/json_reading.hpp>
#include <set>

namespace crossdock::wms {
namespace {

namespace json = boost::json;

// "ful_1:2" is line 2 of fulfillment order ful_1 (see Provider::order_of).
std::pair<std::string, std::string> split(const std::string& line_item_id) {
  const auto colon = line_item_id.rfind(':');
  return colon == std::string::npos
             ? std::pair<std::string, std::string>{}
             : std::pair{line_item_id.substr(0, colon), line_item_id.substr(colon + 1)};
}

canonical::Package package_of(const json::value& notification, std::vector<std::string>& faults) {
  canonical::Package out;
  if (const auto tracking = outside::text(notification, "tracking_number"); !tracking.empty()) {
    out.tracking_no = tracking;
  }
  for (const auto& item : outside::list(notification, "items")) {
    const auto quantity = outside::quantity_e4(item, "quantity");
    auto sku = outside::text(item, "sku");
    if (sku.empty()) {
      sku = outside::text(item, "product_id");
    }
    if (!quantity || *quantity < 0) {
      faults.push_back("an item of notification " + outside::text(notification, "notification_id") +
                       " has no quantity");
      continue;
    }
    out.contents.push_back(
        {split(outside::text(item, "line_item_id")).second, sku, {*quantity, "EA"}, {}, {}, {}});
  }
  return out;
}

WorkState state_of(const std::string& status) {
  return status == "Shipped"     ? WorkState::shipped
         : status == "Rejected"  ? WorkState::rejected
         : status == "Cancelled" ? WorkState::cancelled
                                 : WorkState::processing;
}

}  // namespace

WorkReport read_fulfillments(const std::string& fulfillment_order_id, const json::value& answer,
                             std::vector<std::string>& faults) {
  WorkReport out;
  for (const auto& one : outside::list(answer, "fulfillments")) {
    out.state = state_of(outside::text(one, "status"));
    out.reason = outside::text(one, "reason");
    if (const auto more = outside::text(one, "explanation"); !more.empty()) {
      out.reason += (out.reason.empty() ? "" : ": ") + more;
    }
  }
  if (out.state != WorkState::shipped) {
    return out;
  }
  auto& shipment = out.shipment;
  shipment.fulfillment_order_id = fulfillment_order_id;
  shipment.state = canonical::ShipmentState::shipped;
  for (const auto& notification : outside::list(answer, "shipments")) {
    shipment.packages.push_back(package_of(notification, faults));
    if (const auto at = canonical::parse_instant(outside::text(notification, "ship_date"))) {
      shipment.shipped_at.ns = std::max(shipment.shipped_at.ns, at->ns);
    }
  }
  if (const auto theirs = outside::text(answer, "fulfillment_provider_order_id"); !theirs.empty()) {
    shipment.external_ref = theirs;
  }
  return out;
}

std::vector<std::string> changed_orders(const json::value& answer,
                                        std::vector<std::string>& faults) {
  std::set<std::string> out;
  for (const auto& change : outside::list(answer, "changes")) {
    if (state_of(outside::text(change, "status")) == WorkState::processing) {
      continue;
    }
    std::string order;
    for (const auto& item : outside::list(change, "line_items")) {
      order = split(outside::text(item, "line_item_id")).first;
      if (!order.empty()) {
        break;
      }
    }
    if (order.empty()) {
      faults.push_back("a change names no line of ours and was passed over: " +
                       json::serialize(change).substr(0, 200));
    } else {
      out.insert(order);
    }
  }
  return {out.begin(), out.end()};
}

bool StockCount::add(const json::value& answer) {
  const auto* item = outside::member(answer, "inventory");
  if (item == nullptr) {
    return true;  // an empty page
  }
  const auto sku = outside::text(*item, "sku");
  const auto warehouse = outside::text(*item, "warehouse_id");
  const auto on_hand = outside::quantity_e4(*item, "on_hand_quantity");
  if (sku.empty() || !on_hand) {
    return false;
  }
  canonical::SnapshotLine line;
  line.sku = sku;
  line.on_hand = {*on_hand, "EA"};
  for (const auto& more : outside::list(*item, "additional_quantities")) {
    const auto quantity = outside::quantity_e4(more, "additional_quantity");
    if (quantity && outside::text(more, "type") == "damaged") {
      line.damaged = canonical::Quantity{*quantity, "EA"};
    }
  }
  lines_[warehouse].push_back(std::move(line));
  ++size_;
  return true;
}

std::map<std::string, canonical::InventorySnapshot> StockCount::snapshots(
    std::int64_t as_of_ns) const {
  std::map<std::string, canonical::InventorySnapshot> out;
  for (const auto& [warehouse, lines] : lines_) {
    auto& snapshot = out[warehouse];
    snapshot.warehouse = warehouse;
    snapshot.as_of.ns = as_of_ns;
    snapshot.system = "wms";
    snapshot.complete = true;
    snapshot.lines = lines;
  }
  return out;
}

}  // namespace crossdock::wms
