// Work for a warehouse and what left it: fulfillment order, shipment, package, label, tracking
// (OAGIS Shipment, UBL DespatchAdvice, X12 940, 945, 856 and 214, EPCIS shipping).
#pragma once

#include "crossdock/canonical/order.hpp"

namespace crossdock::canonical {

struct FulfillmentLine {
  std::string line_no;  // of the order
  std::string sku;
  std::optional<std::string> gtin;
  std::optional<std::string> description;
  Quantity quantity;
  Unknown unknown;
};

struct PackageContent {
  std::string line_no;
  std::string sku;
  Quantity quantity;
  std::optional<std::string> lot;
  std::optional<std::string> serial;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  Unknown unknown;
};

struct Package {
  std::optional<std::string> sscc;  // 18 digits
  std::optional<std::string> tracking_no;
  std::optional<std::int64_t> weight_g;
  std::vector<PackageContent> contents;
  Unknown unknown;
};

enum class ShipmentState : std::uint8_t {
  unknown,
  planned,
  labelled,
  shipped,
  in_transit,
  out_for_delivery,
  delivered,
  exception,
  returning,
  returned,
  lost,
  voided
};

// What of the work did not ship, and why: damaged (at the warehouse; it is not sold any more) or
// short (was not found).
struct ShipmentException {
  std::string line_no;
  std::string sku;
  std::string kind;
  Quantity quantity;
  Unknown unknown;
};

struct Shipment {
  std::string id;
  std::string order_id;
  std::string fulfillment_order_id;
  std::string warehouse;
  ShipmentState state = ShipmentState::planned;
  std::optional<std::string> carrier_scac;
  std::optional<std::string> carrier_name;
  std::optional<std::string> service;
  std::optional<std::string> bol;
  std::optional<std::string> label_ref;  // the carrier system's id of the label
  Instant shipped_at;
  std::vector<Package> packages;
  std::vector<ShipmentException> exceptions;
  std::optional<std::string> external_ref;  // the warehouse system's number
  Unknown unknown;
};

struct FulfillmentOrder {
  std::string id;
  std::string order_id;
  std::string warehouse;
  std::vector<FulfillmentLine> lines;
  std::int64_t attempt = 1;
  std::optional<LocalDate> ship_by;
  std::optional<std::string> service;
  Unknown unknown;
};

// Asks a warehouse to pick, pack and ship (X12 940).
struct FulfillmentRequest {
  FulfillmentOrder fulfillment_order;
  OrderHeader order;
  Shipment shipment;
  Unknown unknown;
};

// The warehouse took it or did not.
struct FulfillmentDecision {
  std::string fulfillment_order_id;
  std::string order_id;
  std::string warehouse;
  std::optional<std::string> external_ref;
  std::optional<std::string> reason;
  Unknown unknown;
};

struct FulfillmentCancellation {
  std::string fulfillment_order_id;
  std::string order_id;
  std::string warehouse;
  bool accepted = false;  // meaningful in the answer
  std::optional<std::string> reason;
  Unknown unknown;
};

// Asks a carrier for a label for a planned shipment.
struct LabelRequest {
  Shipment shipment;
  Address ship_from;
  Address ship_to;
  std::string po_number;
  std::optional<std::string> service;
  Unknown unknown;
};

struct ShipmentLabel {
  std::string shipment_id;
  std::string order_id;
  std::string label_ref;
  std::string carrier_code;
  std::optional<std::string> carrier_scac;
  std::string service;
  std::vector<std::string> tracking_numbers;  // one per package, in order
  std::optional<Money> cost;
  std::optional<std::string> document_href;
  Unknown unknown;
};

struct LabelVoid {
  std::string shipment_id;
  std::string label_ref;
  bool approved = false;  // meaningful in the answer
  std::optional<std::string> reason;
  Unknown unknown;
};

// A request was refused for good by the other side; `ref` is the entity it was about.
struct Refusal {
  std::string ref;
  std::string order_id;
  std::string code;
  std::string reason;
  Unknown unknown;
};

// What shipped, told to the buyer before it arrives (X12 856).
struct ShipNotice {
  OrderHeader order;
  Shipment shipment;
  std::vector<OrderLine> lines;  // of the order, for part numbers and ordered quantities
  Address ship_from;
  bool is_final = false;  // nothing of the order is still to ship
  Unknown unknown;
};

enum class TrackingCode : std::uint8_t {
  unknown,
  label_created,
  picked_up,
  in_transit,
  out_for_delivery,
  delivered,
  attempted,
  delayed,
  exception,
  returning,
  returned,
  lost
};

struct TrackingEvent {
  std::string tracking_no;
  std::optional<std::string> shipment_id;
  TrackingCode code = TrackingCode::unknown;
  std::string carrier_code_raw;
  Instant occurred_at;
  std::optional<std::string> place;
  std::optional<std::string> description;
  Unknown unknown;
};

}  // namespace crossdock::canonical
