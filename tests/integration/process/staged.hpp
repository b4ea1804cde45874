// The real journal, store and processes on a stage of scenario files, driven by messages of a test.
#pragma once

#include <filesystem>
#include <string>

#include "crossdock/canonical/aftersales.hpp"
#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/order.hpp"
#include "crossdock/canonical/product.hpp"
#include "host/process/invariants/invariants.hpp"
#include "host/scenario/stage.hpp"
#include "tests/support/process/world.hpp"

namespace crossdock::support {

inline constexpr std::int64_t kNoon = 1'764'000'000'000'000'000;

inline host::process::Settings staged_settings() {
  auto out = five_warehouses();
  out.refund_connector = "erp";
  out.returns_connector = "edi";
  return out;
}

// A movement at a warehouse that nobody configured: it can only be refused.
inline canonical::InventoryMovement impossible(const std::string& id) {
  canonical::InventoryMovement out;
  out.id = id;
  out.sku = "SKU-A";
  out.warehouse = "MARS";
  out.kind = canonical::MovementKind::adjust;
  out.on_hand_delta = canonical::Quantity::of(1);
  return out;
}

class Staged {
 public:
  explicit Staged(const std::filesystem::path& folder)
      : stage_(folder, {staged_settings(), {}}, {}, host::scenario::Answers{}, kNoon) {}

  host::scenario::Stage& stage() { return stage_; }

  template <class T>
  host::scenario::Arrival arrival(std::string_view type, const T& value) {
    return {"source", std::string(type), canonical::encode(value), "key-" + std::to_string(++keys_),
            "key"};
  }
  template <class T>
  void arrive(std::string_view type, const T& value) {
    stage_.move_clock(stage_.now_ns() + 1'000'000'000);
    stage_.arrive(arrival(type, value));
  }
  template <class T>
  void take(std::string_view type, const T& value) {
    arrive(type, value);
    stage_.settle();
  }

  void product(const std::string& sku) {
    canonical::Product product;
    product.sku = sku;
    product.title = "Article " + sku;
    take(canonical::kProductUpserted, product);
  }
  void count(const std::string& warehouse, const std::string& sku, std::int64_t units) {
    canonical::InventorySnapshot snapshot;
    snapshot.warehouse = warehouse;
    snapshot.system = "wms";
    snapshot.as_of.ns = stage_.now_ns();
    snapshot.lines.push_back({sku, canonical::Quantity::of(units), {}, {}, {}, {}, {}, {}, {}});
    take(canonical::kSnapshotReceived, snapshot);
  }
  static canonical::Order order(const std::string& po, const std::string& sku, std::int64_t units) {
    canonical::Order order;
    order.header.channel = "north";
    order.header.po_number = order.header.channel_order_no = po;
    order.header.customer = "CUST";
    order.header.currency = "USD";
    order.header.ship_to.name = "Receiving Dock";
    order.header.ship_to.geo = canonical::GeoPoint{41.8781, -87.6298, {}};
    canonical::OrderLine line;
    line.line_no = "1";
    line.sku = sku;
    line.ordered = canonical::Quantity::of(units);
    line.unit_price = {10'000'000, "USD"};
    order.lines.push_back(std::move(line));
    return order;
  }
  static canonical::ReservationRequest request(const std::string& demand, const std::string& sku,
                                               std::int64_t units, const char* warehouse = "EWR") {
    canonical::ReservationRequest out;
    out.order_id = demand;
    out.line_no = "1";
    out.sku = sku;
    out.channel = "north";
    out.warehouse = warehouse;
    out.quantity = canonical::Quantity::of(units);
    out.kind = canonical::ReservationKind::hard;
    return out;
  }

  std::int64_t number(const std::string& sql) {
    auto statement = stage_.store().prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
  }
  std::string text(const std::string& sql) {
    auto statement = stage_.store().prepare(sql);
    return statement.step() ? statement.text(0) : std::string();
  }
  std::vector<std::string> broken() {
    return host::process::broken_invariants(stage_.store(), stage_.settings());
  }

 private:
  host::scenario::Stage stage_;
  int keys_ = 0;
};

}  // namespace crossdock::support
