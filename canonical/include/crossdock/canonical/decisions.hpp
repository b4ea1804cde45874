// What people and reviewing systems decide about orders, customers and warehouses, and what they
// are asked (Shopify fulfilment holds and order risk, X12 860 line changes, 821 for credit).
#pragma once

#include "crossdock/canonical/fulfillment.hpp"

namespace crossdock::canonical {

enum class ReviewKind : std::uint8_t { unknown, fraud, credit };
enum class ReviewVerdict : std::uint8_t {
  unknown,
  pending,
  cleared,   // fraud
  failed,    // fraud
  approved,  // credit
  declined,  // credit
  referred   // credit: a person decides
};

// Asks a system whether an order may go on.
struct ReviewRequest {
  std::string order_id;
  ReviewKind kind = ReviewKind::unknown;
  OrderHeader order;
  Money amount;                   // of the whole order
  std::optional<Money> exposure;  // credit: what the customer owes and has ordered besides
  std::optional<Money> limit;
  Unknown unknown;
};

struct ReviewDecision {
  std::string order_id;  // or channel and po_number, where the system does not know our id
  std::string channel;
  std::string po_number;
  ReviewKind kind = ReviewKind::unknown;
  ReviewVerdict verdict = ReviewVerdict::unknown;
  bool retract = false;  // takes an earlier, further verdict back
  std::optional<std::string> reason;
  std::optional<std::string> reference;  // the reviewer's own number
  Unknown unknown;
};

enum class PaymentKind : std::uint8_t { unknown, authorised, captured, refunded, failed };

// What a payment provider reports about an order's money.
struct PaymentEvent {
  std::string order_id;  // or channel and po_number
  std::string channel;
  std::string po_number;
  PaymentKind kind = PaymentKind::unknown;
  Money amount;
  bool retract = false;
  std::optional<std::string> reference;
  Unknown unknown;
};

// What the ERP knows of a customer's account.
struct CreditChange {
  std::string customer;
  std::optional<Money> limit;
  std::optional<Money> exposure;  // open invoices, as the ERP counts them
  std::optional<Money> payment;   // was paid: exposure falls by it
  Unknown unknown;
};

enum class OrderAction : std::uint8_t {
  unknown,
  hold,
  release_hold,
  edit_line,
  cancel_line,
  cancel_order,
  reroute
};

// What an operator or a rule wants done with an order.
struct OrderCommand {
  std::string order_id;  // or channel and po_number
  std::string channel;
  std::string po_number;
  OrderAction action = OrderAction::unknown;
  std::optional<std::string> line_no;
  std::optional<Quantity> quantity;      // edit_line: the new quantity; cancel_line: how much
  std::optional<UnitPrice> unit_price;   // edit_line
  std::optional<std::string> hold;       // kind of hold
  std::optional<std::string> warehouse;  // reroute: away from here
  std::optional<std::string> reason;
  std::string actor;
  Unknown unknown;
};

// A warehouse falls out or comes back while the host runs.
struct WarehouseStatusChange {
  std::string warehouse;
  std::string status;  // active, offline, closed
  std::optional<std::string> reason;
  std::string actor;
  Unknown unknown;
};

// How far a warehouse is with its work.
struct FulfillmentProgress {
  std::string fulfillment_order_id;
  std::string order_id;
  std::string warehouse;
  std::string stage;                   // picked, packed
  std::vector<FulfillmentLine> lines;  // so far; empty: all of it
  Unknown unknown;
};

// What was confirmed as shipped did not leave.
struct ShipmentVoid {
  std::string fulfillment_order_id;
  std::string order_id;
  std::string warehouse;
  std::optional<std::string> reason;
  Unknown unknown;
};

// Sourcing rules that hold from now on; `rules` is their JSON as `crossdock rules show` prints it.
struct RuleSet {
  std::string name;
  std::string rules;
  std::string actor;
  Unknown unknown;
};

}  // namespace crossdock::canonical
