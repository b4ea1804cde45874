// A customer's order and what is said about it (OAGIS SalesOrder, UBL Order, X12 850 and 855).
#pragma once

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/party.hpp"

namespace crossdock::canonical {

// Something a partner wrote and wants to see again: department, vendor number, release number.
struct Reference {
  std::string qualifier;
  std::string value;
  Unknown unknown;
};

struct Charge {
  std::string kind;  // freight, handling, discount (negative amount)
  Money amount;
  std::optional<std::string> description;
  Unknown unknown;
};

struct OrderLine {
  std::string line_no;  // the partner's own number of the line
  std::string sku;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  std::optional<std::string> description;
  Quantity ordered;
  UnitPrice unit_price;
  // Quantities so far, in ten-thousandths like ordered; monotone but for reserved, backordered and
  // released (canonical model, section 2).
  Quantity cancelled;
  Quantity reserved;
  Quantity backordered;
  Quantity released;
  Quantity shipped;
  Quantity invoiced;
  std::optional<LocalDate> requested_ship;
  Unknown unknown;
};

// What every document about an order repeats.
struct OrderHeader {
  std::string order_id;  // empty until the process layer has given one
  std::string channel;
  std::string channel_order_no;
  std::string po_number;
  std::optional<LocalDate> po_date;
  Instant placed_at;
  std::string customer;  // customer code
  std::string currency;
  std::optional<Address> bill_to;
  Address ship_to;
  std::vector<Reference> references;
  Unknown unknown;
};

struct RequestedDelivery {
  std::optional<LocalDate> ship_after;
  std::optional<LocalDate> ship_by;
  std::optional<LocalDate> deliver_by;
  std::optional<LocalDate> cancel_after;
  std::optional<std::string> service_level;
  std::optional<std::string> carrier_scac;
  bool ship_complete = false;
  Unknown unknown;
};

struct Order {
  OrderHeader header;
  std::vector<OrderLine> lines;
  std::vector<Charge> charges;
  RequestedDelivery requested;
  std::string purpose = "original";  // original, replace, cancel (X12 BEG01)
  Unknown unknown;
};

enum class AcknowledgementStatus : std::uint8_t {
  unknown,
  accepted,
  accepted_with_changes,
  rejected
};
enum class LineStatus : std::uint8_t { unknown, accepted, backordered, quantity_changed, rejected };

struct LineAcknowledgement {
  std::string line_no;
  std::string sku;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  LineStatus status = LineStatus::accepted;
  Quantity ordered;
  Quantity acknowledged;  // what will ship now
  Quantity backordered;
  UnitPrice unit_price;
  std::optional<LocalDate> ship_on;
  std::optional<std::string> reason;
  Unknown unknown;
};

// The seller's answer to an order (X12 855).
struct OrderAcknowledgement {
  OrderHeader order;
  AcknowledgementStatus status = AcknowledgementStatus::accepted;
  Instant acknowledged_at;
  std::vector<LineAcknowledgement> lines;
  std::vector<std::string> reasons;
  Unknown unknown;
};

struct Allocation {
  std::string line_no;
  std::string sku;
  std::string warehouse;
  Quantity quantity;
  Unknown unknown;
};

// An order with the warehouses chosen for it; what the ERP makes a sale of.
struct RoutedOrder {
  Order order;
  std::vector<Allocation> allocations;
  std::vector<Allocation> backorders;  // warehouse empty
  Unknown unknown;
};

// The number that a system of record gave an order.
struct OrderRegistration {
  std::string order_id;
  std::string system;
  std::string number;
  std::vector<ExternalId> external_ids;
  Unknown unknown;
};

}  // namespace crossdock::canonical
