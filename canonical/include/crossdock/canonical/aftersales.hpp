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

}  // namespace crossdock::canonical
