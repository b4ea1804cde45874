// What is charged for what shipped (UBL Invoice, X12 810).
#pragma once

#include "crossdock/canonical/fulfillment.hpp"

namespace crossdock::canonical {

enum class InvoiceState : std::uint8_t {
  unknown,
  draft,
  issued,
  posted,
  paid,
  rejected,
  cancelled
};

struct InvoiceLine {
  std::string line_no;
  std::string sku;
  std::optional<std::string> gtin;
  std::optional<std::string> buyer_part;
  std::optional<std::string> description;
  Quantity quantity;
  UnitPrice unit_price;
  Money amount;  // quantity x unit_price, rounded once
  Unknown unknown;
};

// By when it is to be paid, and what paying early takes off.
struct InvoiceTerms {
  std::optional<std::string> kind;      // data element 336
  std::optional<std::string> discount;  // decimal percent
  std::optional<std::int64_t> discount_days;
  std::optional<std::int64_t> net_days;
  Unknown unknown;
};

struct Invoice {
  std::string id;
  std::string number;  // given by the system that posted it
  std::string order_id;
  std::string shipment_id;
  std::string warehouse;
  InvoiceState state = InvoiceState::draft;
  std::optional<LocalDate> invoice_date;
  std::vector<InvoiceLine> lines;
  std::vector<Charge> charges;
  Money lines_total;
  Money tax_total;
  Money total;
  Rounding rounding = Rounding::half_up;
  std::optional<std::string> posted_ref;
  std::optional<InvoiceTerms> terms;
  std::optional<LocalDate> due_date;
  Unknown unknown;
};

struct InvoiceRequest {
  Invoice invoice;
  OrderHeader order;
  Unknown unknown;
};

struct InvoiceNotice {
  Invoice invoice;
  OrderHeader order;
  Shipment shipment;
  Unknown unknown;
};

}  // namespace crossdock::canonical
