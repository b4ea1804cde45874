// What the provider reports, as canonical entities: shipments from get_fulfillments, stock from
// get_inventory. Pure; what cannot be understood is said in `faults` and left out.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/inventory.hpp"

namespace crossdock::wms {

enum class WorkState : std::uint8_t { processing, shipped, rejected, cancelled };

// Where a fulfillment order stands at the provider.
struct WorkReport {
  WorkState state = WorkState::processing;
  std::string reason;
  canonical::Shipment shipment;  // of shipped work: a package per notification
};
WorkReport read_fulfillments(const std::string& fulfillment_order_id,
                             const boost::json::value& answer, std::vector<std::string>& faults);

// The fulfillment orders that a page of get_recent_changes speaks of, without Processing ones.
std::vector<std::string> changed_orders(const boost::json::value& answer,
                                        std::vector<std::string>& faults);

// Collects get_inventory, which names one product in one warehouse per page.
class StockCount {
 public:
  // Returns false when the page says nothing that can be understood.
  bool add(const boost::json::value& answer);
  // One complete snapshot for every warehouse (by the provider's id).
  std::map<std::string, canonical::InventorySnapshot> snapshots(std::int64_t as_of_ns) const;
  std::size_t size() const { return size_; }

 private:
  std::map<std::string, std::vector<canonical::SnapshotLine>> lines_;
  std::size_t size_ = 0;
};

}  // namespace crossdock::wms
