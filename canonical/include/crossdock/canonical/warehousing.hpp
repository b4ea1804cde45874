// What warehouses report: what they shipped, what they received, what they corrected; and what is
// announced to them (X12 945, 944, 947, 943; EPCIS shipping, receiving, stock taking).
#pragma once

#include <string_view>

#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/statements.hpp"

namespace crossdock::canonical {

// Message types that carry these. What others report the business processes take up
// (host/process/partners); an order to a warehouse of ours that others would give, and a notice of
// theirs, a route brings on.
inline constexpr std::string_view kWarehouseOrderReceived =
    "crossdock.warehousing.order.received.v1";
inline constexpr std::string_view kWarehouseShipmentReported =
    "crossdock.warehousing.shipment.reported.v1";
inline constexpr std::string_view kTransferNoticed = "crossdock.warehousing.transfer.noticed.v1";
inline constexpr std::string_view kTransferReceiptReported =
    "crossdock.warehousing.transfer.receipt_reported.v1";
inline constexpr std::string_view kStockAdjusted = "crossdock.warehousing.stock.adjusted.v1";
// A transfer that left is announced to the warehouse that it goes to.
inline constexpr std::string_view kTransferAnnounced = "crossdock.transfer.order.announced.v1";

// What a warehouse shipped of an order to it.
struct WarehouseShipment {
  OrderHeader order;
  Shipment shipment;
  std::optional<Address> ship_from;
  std::optional<std::string> reporting;  // full, complete, partial
  std::vector<Note> notes;
  Unknown unknown;
};

struct TransferNoticeLine {
  std::string sku;
  Quantity shipped;
  std::optional<std::string> gtin;
  std::optional<std::string> case_code;
  std::optional<std::string> lot;
  std::optional<std::string> description;
  std::vector<Reference> references;
  Unknown unknown;
};

// Stock is on its way to a warehouse.
struct TransferNotice {
  std::string id;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> state;
  std::optional<std::string> reporting;
  std::optional<std::string> depositor_order_no;
  std::optional<std::string> po_number;
  std::optional<LocalDate> shipped_on;
  std::optional<LocalDate> eta;
  std::optional<Address> ship_to;
  std::optional<Address> ship_from;
  std::optional<std::string> transport_mode;
  std::optional<std::string> carrier_scac;
  std::optional<std::string> carrier_name;
  std::vector<TransferNoticeLine> lines;
  std::optional<std::string> units;  // decimal, of all lines
  std::optional<std::int64_t> weight_g;
  std::vector<Party> parties;
  std::vector<Reference> references;
  std::vector<Note> notes;
  Unknown unknown;
};

struct ReceiptException {
  std::optional<Quantity> quantity;
  std::optional<std::string> condition;  // damaged, short, over ...
  std::optional<std::string> damage_reason;
  Unknown unknown;
};

struct TransferReceiptLine {
  std::string sku;
  Quantity accepted;
  std::optional<std::string> gtin;
  std::optional<std::string> case_code;
  std::optional<std::string> lot;
  std::optional<std::string> description;
  std::vector<Reference> references;
  std::vector<ReceiptException> exceptions;
  Unknown unknown;
};

// A load carrier of a receipt, with what stood on it.
struct ReceiptLoad {
  std::optional<std::int64_t> number;
  std::optional<std::string> sscc;
  std::vector<TransferReceiptLine> lines;
  Unknown unknown;
};

// What a warehouse received of what was announced.
struct TransferReceipt {
  std::string receipt_no;
  LocalDate received_on;
  std::optional<std::string> id;  // of the notice
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> state;
  std::optional<std::string> reporting;
  std::optional<std::string> depositor_order_no;
  std::optional<LocalDate> processed_on;
  std::optional<Address> warehouse_party;
  std::optional<std::string> transport_mode;
  std::optional<std::string> carrier_scac;
  std::optional<std::string> carrier_name;
  std::vector<TransferReceiptLine> lines;
  std::vector<ReceiptLoad> loads;
  std::optional<std::string> units;  // decimal, of all lines
  std::vector<Party> parties;
  std::vector<Reference> references;
  std::vector<Note> notes;
  Unknown unknown;
};

struct AdjustmentLine {
  std::string sku;
  std::string reason;  // count, damaged, hold, release_hold ...
  Quantity quantity;   // signed
  std::optional<std::string> gtin;
  std::optional<std::string> case_code;
  std::optional<std::string> lot;
  std::optional<std::string> description;
  std::vector<Reference> references;
  Unknown unknown;
};

// Stock that a warehouse corrected.
struct InventoryAdjustment {
  std::optional<std::string> warehouse;
  LocalDate adjusted_on;
  std::optional<std::string> number;
  std::optional<std::string> depositor_number;
  std::optional<Address> location;
  std::vector<AdjustmentLine> lines;
  std::vector<Party> parties;
  std::vector<Reference> references;
  std::vector<Note> notes;
  Unknown unknown;
};

}  // namespace crossdock::canonical
