// What buyers and sellers say to each other beside order, notice and invoice: changes of an order
// and their answers, price lists, goods sent back, credits (X12 860, 865, 832, 180, 812; UBL
// OrderChange, CataloguePricingUpdate, InstructionForReturns, CreditNote).
#pragma once

#include <string_view>

#include "crossdock/canonical/order.hpp"
#include "crossdock/canonical/statements.hpp"

namespace crossdock::canonical {

// Message types that carry these. A buyer's change is taken up and answered by the order process;
// the others a route brings on.
inline constexpr std::string_view kPurchaseAcknowledged =
    "crossdock.purchasing.order.acknowledged.v1";
inline constexpr std::string_view kPurchaseAdvised = "crossdock.purchasing.shipment.advised.v1";
inline constexpr std::string_view kPurchaseInvoiced = "crossdock.purchasing.invoice.received.v1";
inline constexpr std::string_view kOrderChangeRequested =
    "crossdock.sales.order.change_requested.v1";
inline constexpr std::string_view kOrderChangeAnswered =
    "crossdock.sales.order.change_acknowledged.v1";
inline constexpr std::string_view kPurchaseChangeAcknowledged =
    "crossdock.purchasing.order.change_acknowledged.v1";
inline constexpr std::string_view kCatalogueReceived = "crossdock.pricing.catalogue.received.v1";
inline constexpr std::string_view kReturnNoticed = "crossdock.returns.notice.received.v1";
inline constexpr std::string_view kCreditDebitReceived =
    "crossdock.billing.credit_debit.received.v1";

struct OrderChangeLine {
  std::string line_no;
  std::string change;  // add, delete, quantity_increase, price ... (X12 670)
  std::string sku;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  std::optional<std::string> description;
  std::optional<Quantity> ordered;           // after the change
  std::optional<std::string> quantity_left;  // decimal, still to come
  std::optional<UnitPrice> unit_price;
  std::optional<std::string> price_basis;
  std::optional<LocalDate> requested_ship;
  std::optional<LocalDate> requested_delivery;
  std::vector<Reference> other_ids;
  std::vector<Reference> references;
  Unknown unknown;
};

// The buyer changes an order: its lines say what changes, the others stay.
struct OrderChange {
  OrderHeader header;
  std::string purpose;                   // change, cancel, replace ...
  std::optional<std::string> change_no;  // counts the changes of one order
  std::optional<LocalDate> changed_on;
  RequestedDelivery requested;
  std::vector<Charge> charges;
  std::vector<OrderChangeLine> lines;
  std::vector<Note> notes;
  Unknown unknown;
};

struct ChangeAcknowledgementLine {
  std::string line_no;
  std::string change;
  std::string sku;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  std::optional<std::string> description;
  LineStatus status = LineStatus::unknown;
  std::optional<Quantity> ordered;
  std::optional<std::string> quantity_left;  // decimal, still to come
  Quantity acknowledged;
  Quantity backordered;
  Quantity rejected;
  std::optional<UnitPrice> unit_price;
  std::optional<std::string> price_basis;
  std::optional<LocalDate> ship_on;
  std::vector<Reference> other_ids;
  Unknown unknown;
};

// The seller's answer to a change, or his own change.
struct OrderChangeAcknowledgement {
  OrderHeader order;
  AcknowledgementStatus status = AcknowledgementStatus::unknown;
  std::optional<std::string> purpose;
  std::optional<std::string> change_no;
  std::optional<Instant> acknowledged_at;
  std::optional<LocalDate> estimated_ship;
  std::optional<LocalDate> estimated_delivery;
  std::vector<ChangeAcknowledgementLine> lines;
  std::vector<Note> notes;
  Unknown unknown;
};

struct CataloguePrice {
  std::string kind;  // RES resale, CAT catalogue, UCP unit cost ...: data element 236
  UnitPrice amount;
  std::optional<std::string> least_quantity;  // decimal
  std::optional<std::string> unit;
  Unknown unknown;
};

struct CatalogueLine {
  std::string line_no;
  std::string sku;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  std::optional<std::string> description;
  std::optional<std::int64_t> pack;
  std::optional<std::int64_t> weight_g;
  std::optional<LocalDate> valid_from;
  std::optional<LocalDate> valid_to;
  std::vector<CataloguePrice> prices;
  std::vector<Reference> other_ids;
  Unknown unknown;
};

// What is sold at which price; from a supplier, or to a buyer.
struct PriceCatalogue {
  std::string currency;
  std::optional<std::string> purpose;
  std::optional<std::string> number;
  std::optional<std::string> version;
  std::optional<std::string> revision;
  std::optional<LocalDate> valid_from;
  std::optional<LocalDate> valid_to;
  std::vector<CatalogueLine> lines;
  std::vector<Party> parties;
  std::vector<Reference> references;
  Unknown unknown;
};

struct ReturnNoticeLine {
  std::string line_no;
  std::string sku;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  std::optional<std::string> description;
  std::optional<Quantity> authorised;
  std::optional<Quantity> received;
  std::optional<UnitPrice> unit_price;
  std::optional<std::string> price_kind;
  std::optional<std::string> disposition;
  std::optional<std::string> reason;
  std::optional<std::string> response;
  std::vector<Reference> other_ids;
  std::vector<Reference> references;
  Unknown unknown;
};

// Goods sent back, in the partner's words: asked for, allowed, refused, announced.
struct ReturnNotice {
  std::string id;
  std::string purpose;
  std::optional<std::string> order_id;
  std::optional<Instant> issued_at;
  std::optional<std::string> state;
  std::optional<std::string> disposition;
  std::optional<std::string> reason;
  std::optional<std::string> response;
  std::optional<std::string> po_number;
  std::optional<LocalDate> po_date;
  std::optional<std::string> rma_no;
  std::optional<std::string> invoice_no;
  std::optional<LocalDate> received_on;
  std::optional<LocalDate> shipped_on;
  std::optional<std::string> currency;
  std::vector<ReturnNoticeLine> lines;
  std::vector<Party> parties;
  std::vector<Reference> references;
  std::vector<Note> notes;
  Unknown unknown;
};

struct CreditDebitLine {
  std::string reason;
  std::string side;  // credit, debit
  std::optional<std::string> line_no;
  std::optional<std::string> sku;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  std::optional<Quantity> quantity;
  std::optional<std::string> unit_price;  // decimal
  std::optional<Money> amount;
  std::vector<Reference> other_ids;
  std::vector<Reference> references;
  Unknown unknown;
};

// A credit or a debit on an earlier invoice, as its sender sees it.
struct CreditDebit {
  std::string number;
  std::string side;
  LocalDate issued_on;
  Money total;
  std::optional<std::string> currency;
  std::optional<std::string> state;
  std::optional<std::string> order_id;
  std::optional<std::string> invoice_id;
  std::optional<std::string> handling;
  std::optional<std::string> purpose;
  std::optional<std::string> invoice_no;
  std::optional<LocalDate> invoice_date;
  std::optional<std::string> po_number;
  std::optional<LocalDate> po_date;
  std::vector<CreditDebitLine> lines;
  std::vector<Charge> charges;
  std::vector<Party> parties;
  std::vector<Reference> references;
  Unknown unknown;
};

}  // namespace crossdock::canonical
