// What comes back and what moves between warehouses: returns, refunds, transfers, credit notes
// (X12 180, 812, 943, 944; EPCIS returned).
#pragma once

#include "crossdock/canonical/invoice.hpp"

namespace crossdock::canonical {

enum class Disposition : std::uint8_t {
  unknown,
  restock,
  damaged,
  quality_hold,
  refurbish,
  vendor_return,
  scrap,
  missing,
  wrong_item
};
enum class ReturnState : std::uint8_t {
  unknown,
  requested,
  declined,
  authorised,
  in_transit,
  received,
  inspected,
  closed,
  cancelled
};
enum class MoneyState : std::uint8_t { unknown, none, due, attempted, refunded, denied, in_doubt };
enum class TransferState : std::uint8_t {
  unknown,
  draft,
  ready,
  in_transit,
  partially_received,
  received,
  cancelled,
  closed_short
};

struct DisposedQuantity {
  Disposition kind = Disposition::unknown;
  Quantity quantity;
  Unknown unknown;
};

struct ReturnLine {
  std::string line_no;
  std::string sku;
  Quantity authorised;
  Quantity received;
  std::vector<DisposedQuantity> dispositions;
  std::optional<std::string> reason;
  Unknown unknown;
};

struct Return {
  std::string id;
  std::string rma_no;
  std::string order_id;
  std::vector<ReturnLine> lines;
  ReturnState state = ReturnState::requested;
  MoneyState money_state = MoneyState::none;
  std::string warehouse;
  std::optional<Money> shipping_refund;    // asked for; given once per order
  std::optional<std::string> receipt_ref;  // of one arrival; the same again is the same arrival
  std::optional<std::string> reason;
  Unknown unknown;
};

enum class ReturnAction : std::uint8_t { unknown, authorise, decline, cancel, close, refund };

// What a person decides about a return.
struct ReturnChange {
  std::string id;
  ReturnAction action = ReturnAction::unknown;
  std::optional<std::string> reason;
  Unknown unknown;
};

enum class RefundState : std::uint8_t {
  unknown,
  requested,
  attempted,
  succeeded,
  denied,
  in_doubt
};

struct Refund {
  std::string id;
  std::optional<std::string> return_id;
  std::string order_id;
  Money amount;
  std::string method;
  std::string attempt_key;
  RefundState state = RefundState::requested;
  std::optional<std::string> reference;  // of the system that paid
  std::optional<std::string> reason;
  Unknown unknown;
};

struct TransferLine {
  std::string sku;
  Quantity planned;
  Quantity shipped;
  Quantity accepted;
  Quantity rejected;
  Quantity missing;
  std::optional<std::string> reason;
  Unknown unknown;
};

struct Transfer {
  std::string id;
  std::string from;
  std::string to;
  std::vector<TransferLine> lines;
  TransferState state = TransferState::draft;
  std::vector<std::string> ssccs;
  std::optional<LocalDate> eta;
  std::optional<std::string> receipt_ref;  // of one arrival; the same again is the same arrival
  std::optional<std::string> reason;
  Unknown unknown;
};

enum class TransferAction : std::uint8_t { unknown, ready, cancel, close };
// What becomes of goods that are on their way when a transfer is cancelled or closed.
enum class InTransitRule : std::uint8_t { unknown, return_to_source, write_off };

// What a person decides about a transfer.
struct TransferChange {
  std::string id;
  TransferAction action = TransferAction::unknown;
  std::optional<InTransitRule> in_transit;
  std::optional<std::string> reason;
  Unknown unknown;
};

struct CreditNote {
  std::string id;
  std::string number;
  std::string order_id;
  std::string invoice_id;
  InvoiceState state = InvoiceState::draft;
  std::vector<InvoiceLine> lines;
  Money total;
  Unknown unknown;
};

struct PriceReference {
  std::string id;
  std::string sku;
  std::string list;
  std::optional<std::string> customer;
  std::optional<std::string> channel;
  UnitPrice unit_price;
  Quantity least_quantity;
  bool tax_included = false;
  Instant valid_from;
  Instant valid_to;
  std::int64_t priority = 0;
  std::int64_t rev = 0;
  Unknown unknown;
};

enum class DiscrepancyState : std::uint8_t { unknown, open, explained, fixed, accepted };

struct DiscrepancySide {
  std::string system;
  std::string ref;
  std::string value;
  Unknown unknown;
};

struct Discrepancy {
  std::string id;
  std::string run;
  std::string kind;
  DiscrepancySide left;
  DiscrepancySide right;
  std::string severity;
  std::optional<std::string> proposed_fix;
  DiscrepancyState state = DiscrepancyState::open;
  Unknown unknown;
};

// What another system holds of one day's documents, for the tie-out with ours.
struct StatementLine {
  std::string ref;          // invoice number, label, shipment number
  std::string shipment_id;  // of ours, where the system knows it
  std::string line_no;
  Quantity quantity;
  std::optional<Money> amount;
  std::optional<UnitPrice> unit_price;
  Unknown unknown;
};

struct Statement {
  std::string system;  // erp, wms, carrier, a channel
  std::string kind;    // shipments, invoices, labels
  LocalDate day;
  std::vector<StatementLine> lines;
  Unknown unknown;
};

// A person's word on a discrepancy.
struct DiscrepancyChange {
  std::string id;
  DiscrepancyState state = DiscrepancyState::accepted;
  std::optional<std::string> reason;
  Unknown unknown;
};

}  // namespace crossdock::canonical
