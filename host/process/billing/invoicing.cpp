#include "host/process/billing/invoicing.hpp"

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/billing/charges.hpp"
#include "host/process/directory.hpp"
#include "host/process/orders/credit.hpp"
#include "host/process/reconciliation/discrepancies.hpp"
#include "host/process/sourcing/calendar.hpp"

namespace crossdock::host::process {
namespace {

std::int64_t charged(const canonical::Invoice& invoice) {
  std::int64_t out = 0;
  for (const auto& charge : invoice.charges) {
    if (__builtin_add_overflow(out, charge.amount.minor, &out)) {
      return INT64_MAX;  // nobody asked for that
    }
  }
  return out;
}

// What the customer's terms make of the invoice's date; the ERP may have set another one.
void set_due(canonical::Invoice& invoice) {
  if (invoice.terms && invoice.terms->net_days && invoice.invoice_date) {
    invoice.due_date = add_days(*invoice.invoice_date, static_cast<int>(*invoice.terms->net_days));
  }
}

canonical::Invoice draft(Context& context, const Planned& planned, const KnownOrder& order,
                         const std::map<std::string, std::int64_t>& shipped,
                         std::int64_t shipped_at_ns) {
  canonical::Invoice invoice;
  invoice.id = context.ids.next("inv");
  invoice.order_id = planned.order_id;
  invoice.shipment_id = planned.id;
  invoice.warehouse = planned.warehouse;
  const auto& zone = context.warehouse(planned.warehouse).warehouse.timezone;
  invoice.invoice_date = canonical::local_date({shipped_at_ns}, zone.empty() ? "UTC" : zone);
  if (const auto terms = payment_terms(context.db, order.header.customer)) {
    auto& out = invoice.terms.emplace();
    out.discount = terms->discount;
    out.discount_days = terms->discount_days;
    out.net_days = terms->net_days;
    set_due(invoice);
  }
  std::int64_t total = 0;
  for (const auto& line : order_lines(context.db, planned.order_id)) {
    const auto found = shipped.find(line.line_no);
    if (found == shipped.end() || found->second == 0) {
      continue;
    }
    canonical::InvoiceLine out;
    out.line_no = line.line_no;
    out.sku = line.sku;
    out.gtin = line.gtin;
    out.buyer_part = line.buyer_part;
    out.description = line.description;
    out.quantity = {found->second, line.ordered.uom};
    // The order's price stands; it is never looked up again.
    out.unit_price = line.unit_price;
    const auto amount = canonical::extended(out.unit_price, out.quantity);
    if (!amount) {
      throw Refused("line " + line.line_no + ": quantity times price is larger than money can be");
    }
    out.amount = *amount;
    total += out.amount.minor;
    invoice.lines.push_back(std::move(out));
  }
  invoice.lines_total = {total, order.header.currency};
  invoice.charges = take_charges(context, planned.order_id, invoice.id, order.header.currency);
  invoice.tax_total = {0, order.header.currency};
  invoice.total = {total + charged(invoice), order.header.currency};
  return invoice;
}

// The invoice as it stands, with what the ERP made of it. Nothing when there is nothing to do.
std::optional<canonical::Invoice> adopt(Context& context, const canonical::Invoice& posted) {
  auto statement = context.db.prepare("SELECT state, invoice FROM invoices WHERE id = ?");
  statement.bind(posted.id);
  if (!statement.step()) {
    context.alert("unknown_invoice", posted.id, "an invoice was posted that was not asked for");
    return std::nullopt;
  }
  if (statement.text(0) == "cancelled") {
    context.alert("void_invoice", posted.id,
                  "the ERP posted invoice " + posted.number + " of a shipment that was void");
    return std::nullopt;
  }
  if (statement.text(0) != "draft") {
    return std::nullopt;
  }
  auto invoice = *canonical::decode<canonical::Invoice>(statement.text(1)).value;
  invoice.number = posted.number;
  invoice.state = canonical::InvoiceState::posted;
  invoice.posted_ref = posted.posted_ref;
  if (posted.invoice_date) {
    invoice.invoice_date = posted.invoice_date;
    set_due(invoice);
  }
  // The ERP owns tax; what it charges for the goods, and beside them, must be what was ordered.
  if (charged(posted) != charged(invoice)) {
    const auto& currency = invoice.total.currency;
    context.alert(
        "invoice_difference", invoice.id,
        "posted with charges of " +
            canonical::to_string(canonical::Money{charged(posted), currency}) + " where " +
            canonical::to_string(canonical::Money{charged(invoice), currency}) + " was asked for");
  }
  if (posted.lines_total.minor != invoice.lines_total.minor) {
    context.alert("invoice_difference", invoice.id,
                  "posted with " + canonical::to_string(posted.lines_total) +
                      " for the goods where " + canonical::to_string(invoice.lines_total) +
                      " was asked for");
  }
  invoice.tax_total.minor = posted.tax_total.minor;
  invoice.total.minor = invoice.lines_total.minor + charged(invoice) + invoice.tax_total.minor;
  return invoice;
}

void store_posted(Context& context, const canonical::Invoice& invoice) {
  context.db
      .prepare(
          "UPDATE invoices SET state = 'posted', number = ?, total_minor = ?, invoice = ? WHERE id "
          "= ?")
      .bind(invoice.number, invoice.total.minor, canonical::encode(invoice), invoice.id)
      .run();
  for (const auto& line : invoice.lines) {
    update_line(context, invoice.order_id, line.line_no,
                "UPDATE order_lines SET invoiced = invoiced + ? WHERE order_id = ? AND line_no = ?",
                line.quantity.e4);
  }
}

}  // namespace

void request_invoice(Context& context, const Planned& planned, const KnownOrder& order,
                     const std::map<std::string, std::int64_t>& shipped,
                     std::int64_t shipped_at_ns) {
  canonical::InvoiceRequest request;
  request.invoice = draft(context, planned, order, shipped, shipped_at_ns);
  request.order = order.header;
  const auto& invoice = request.invoice;
  context.db
      .prepare(
          "INSERT INTO invoices(id, order_id, shipment_id, state, total_minor, currency, invoice, "
          "created_at) VALUES(?,?,?,'draft',?,?,?,?)")
      .bind(invoice.id, invoice.order_id, invoice.shipment_id, invoice.total.minor,
            invoice.total.currency, canonical::encode(invoice), context.now_ns)
      .run();
  context.send({.type = canonical::kInvoiceRequested,
                .target = context.settings.erp_connector,
                .business_key = order.business_key,
                .subject = invoice.id,
                .idempotency_key = invoice.id + "/requested",
                .data = canonical::encode(request),
                .correlation_id = order.correlation_id});
}

void invoice_posted(Context& context, const canonical::Invoice& posted) {
  const auto invoice = adopt(context, posted);
  if (!invoice) {
    return;
  }
  store_posted(context, *invoice);
  const auto order = find_order(context.db, invoice->order_id);
  const auto connector = channel_connector(context.settings, order->header.channel);
  if (!connector.empty()) {
    canonical::InvoiceNotice notice;
    notice.invoice = *invoice;
    notice.order = order->header;
    auto statement = context.db.prepare("SELECT document FROM shipments WHERE id = ?");
    statement.bind(invoice->shipment_id);
    statement.step();
    notice.shipment = *canonical::decode<canonical::Shipment>(statement.text(0)).value;
    context.send({.type = canonical::kInvoiceIssued,
                  .target = connector,
                  .business_key = order->business_key,
                  .subject = invoice->id,
                  .idempotency_key = invoice->id + "/issued",
                  .data = canonical::encode(notice),
                  .correlation_id = order->correlation_id});
  }
  credit_invoiced(context, invoice->order_id, invoice->total.minor);
  derive_status(context, invoice->order_id);
}

void void_invoice(Context& context, const Planned& planned) {
  std::string id;
  std::string state;
  canonical::Invoice invoice;
  {
    auto statement =
        context.db.prepare("SELECT id, state, invoice FROM invoices WHERE shipment_id = ?");
    statement.bind(planned.id);
    if (!statement.step()) {
      return;
    }
    id = statement.text(0);
    state = statement.text(1);
    invoice = *canonical::decode<canonical::Invoice>(statement.text(2)).value;
  }
  if (state == "posted") {
    for (const auto& line : invoice.lines) {
      update_line(
          context, planned.order_id, line.line_no,
          "UPDATE order_lines SET invoiced = invoiced - ? WHERE order_id = ? AND line_no = ?",
          line.quantity.e4);
    }
  }
  context.db.prepare("UPDATE invoices SET state = 'cancelled' WHERE id = ?").bind(id).run();
  give_charges_back(context, id);
  raise_discrepancy(context,
                    {.kind = "invoice_without_shipment",
                     .key = id,
                     .left = {"ledger", planned.id, "void"},
                     .right = {"erp", invoice.number.empty() ? id : invoice.number,
                               canonical::to_string(invoice.total)},
                     .severity = "error",
                     .cause = "its shipment was void after the invoice was asked for",
                     .proposed_fix = "a credit note over " + canonical::to_string(invoice.total),
                     .run = ""});
}

}  // namespace crossdock::host::process
