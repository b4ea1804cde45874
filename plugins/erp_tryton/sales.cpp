#include "plugins/erp_tryton/sales.hpp"

#include <algorithm>
#include <crossdock/json_reading.hpp>
#include <map>
#include <set>

#include "plugins/erp_tryton/values.hpp"

namespace crossdock::tryton {
namespace {

namespace json = boost::json;

json::array created(json::array records) { return {json::array{"create", std::move(records)}}; }

json::array taxes_of(const json::array& taxes) {
  return taxes.empty() ? json::array{} : json::array{json::array{"add", taxes}};
}

double units(std::int64_t e4) { return static_cast<double>(e4) / canonical::Quantity::kScale; }

// What will be delivered of each line: reserved or waiting for stock.
std::map<std::string, std::int64_t> wanted(const canonical::RoutedOrder& routed) {
  std::map<std::string, std::int64_t> out;
  for (const auto* list : {&routed.allocations, &routed.backorders}) {
    for (const auto& one : *list) {
      out[one.line_no] += one.quantity.e4;
    }
  }
  return out;
}

}  // namespace

// --- sales

std::optional<Sales::Found> Sales::find_sale(const std::string& order_id) {
  const auto rows = rpc_.search_read("sale.sale", {json::array{"web_id", "=", order_id}},
                                     {"number", "state"}, {}, 2);
  if (rows.empty()) {
    return std::nullopt;
  }
  return Found{id_of(rows[0]), text_of(rows[0], "number"), text_of(rows[0], "state")};
}

std::int64_t Sales::create_sale(const canonical::RoutedOrder& routed) {
  const auto& header = routed.order.header;
  const auto buyer = party(header.customer);
  const auto quantities = wanted(routed);
  std::set<std::string> skus;
  for (const auto& line : routed.order.lines) {
    if (quantities.contains(line.line_no)) {
      skus.insert(line.sku);
    }
  }
  const auto known = articles(skus);
  json::array lines;
  for (const auto& line : routed.order.lines) {
    const auto quantity = quantities.find(line.line_no);
    if (quantity == quantities.end()) {
      continue;  // refused to the buyer
    }
    const auto& article = known.at(line.sku);
    lines.push_back(json::object{{"type", "line"},
                                 {"product", article.id},
                                 {"quantity", units(quantity->second)},
                                 {"unit", article.unit},
                                 {"unit_price", price(line.unit_price)},
                                 {"taxes", taxes_of(article.taxes)},
                                 {"note", line.line_no}});
  }
  json::object sale{{"company", rpc_.company()},
                    {"currency", defaults().currency},
                    {"party", buyer.id},
                    {"invoice_address", buyer.address},
                    {"shipment_address", buyer.address},
                    {"web_id", header.order_id},
                    {"reference", header.po_number},
                    {"description", header.channel + " " + header.po_number},
                    // Warehouses ship and shipments are invoiced by our word, not by Tryton's own.
                    {"invoice_method", "manual"},
                    {"shipment_method", "manual"},
                    {"lines", created(std::move(lines))}};
  if (buyer.payment_term != 0) {
    sale["payment_term"] = buyer.payment_term;
  }
  if (header.po_date) {
    sale["sale_date"] = date(*header.po_date);
  }
  return rpc_.create("sale.sale", std::move(sale));
}

Sales::Found Sales::advance(Found sale) {
  static const std::map<std::string, const char*> kNext = {
      {"draft", "quote"}, {"quotation", "confirm"}, {"confirmed", "process"}};
  for (auto next = kNext.find(sale.state); next != kNext.end(); next = kNext.find(sale.state)) {
    const auto before = sale.state;
    rpc_.press("sale.sale", next->second, sale.id);
    const auto rows = rpc_.search_read("sale.sale", {json::array{"id", "=", sale.id}},
                                       {"number", "state"}, {}, 1);
    if (rows.empty()) {
      throw Fault(FaultKind::refused, "sale " + sale.number + " was deleted in Tryton");
    }
    sale = {sale.id, text_of(rows[0], "number"), text_of(rows[0], "state")};
    if (sale.state == before) {
      throw Fault(FaultKind::busy,
                  "sale " + sale.number + " stays " + before + " in Tryton after " + next->second);
    }
  }
  if (sale.state == "cancelled") {
    throw Fault(FaultKind::refused, "sale " + sale.number + " is cancelled in Tryton");
  }
  return sale;
}

canonical::OrderRegistration Sales::register_order(const canonical::RoutedOrder& routed) {
  const auto& id = routed.order.header.order_id;
  auto sale = find_sale(id);
  if (!sale) {
    try {
      sale = Found{create_sale(routed), "", "draft"};
    } catch (const Fault& fault) {
      // Refused because web_id is unique: another hand has made it.
      sale = fault.kind() == FaultKind::refused ? find_sale(id) : std::nullopt;
      if (!sale) {
        throw;
      }
    }
  }
  const auto done = advance(*sale);
  canonical::OrderRegistration out;
  out.order_id = id;
  out.system = "tryton";
  out.number = done.number;
  out.external_ids.push_back({"tryton", "sale.sale", std::to_string(done.id), {}});
  return out;
}

// --- invoices

std::vector<Sales::Found> Sales::find_invoices(const std::string& invoice_id) {
  std::vector<Found> out;
  for (const auto& row :
       rpc_.search_read("account.invoice",
                        {json::array{"reference", "=", invoice_id}, json::array{"type", "=", "out"},
                         json::array{"state", "!=", "cancelled"}},
                        {"number", "state"}, {json::array{"id", "ASC"}}, 10)) {
    out.push_back({id_of(row), text_of(row, "number"), text_of(row, "state")});
  }
  // One that is posted already is the one, whatever else lies there.
  std::stable_sort(out.begin(), out.end(), [](const Found& a, const Found& b) {
    return (a.state != "draft" && a.state != "validated") &&
           (b.state == "draft" || b.state == "validated");
  });
  return out;
}

void Sales::create_invoice(const canonical::InvoiceRequest& request) {
  const auto& invoice = request.invoice;
  const auto sale_lines = rpc_.search_read(
      "sale.line", {json::array{"sale.web_id", "=", invoice.order_id}}, {"note", "product"});
  if (sale_lines.empty()) {
    throw Fault(FaultKind::busy, "Tryton has no sale for order " + invoice.order_id + " yet");
  }
  const auto buyer = party(request.order.customer);
  std::set<std::string> skus;
  for (const auto& line : invoice.lines) {
    skus.insert(line.sku);
  }
  const auto known = articles(skus);
  json::array lines;
  for (const auto& line : invoice.lines) {
    const auto& article = known.at(line.sku);
    json::object out{{"type", "line"},
                     {"company", rpc_.company()},
                     {"currency", defaults().currency},
                     {"invoice_type", "out"},
                     {"product", article.id},
                     {"quantity", units(line.quantity.e4)},
                     {"unit", article.unit},
                     {"unit_price", price(line.unit_price)},
                     {"account", article.revenue},
                     {"taxes", taxes_of(article.taxes)}};
    for (const auto& sale_line : sale_lines) {
      if (text_of(sale_line, "note") == line.line_no) {
        out["origin"] = "sale.line," + std::to_string(id_of(sale_line));
      }
    }
    lines.push_back(std::move(out));
  }
  json::object values{{"type", "out"},
                      {"company", rpc_.company()},
                      {"currency", defaults().currency},
                      {"party", buyer.id},
                      {"invoice_address", buyer.address},
                      {"account", buyer.receivable},
                      {"journal", defaults().journal},
                      {"reference", invoice.id},
                      {"description", request.order.channel + " " + request.order.po_number},
                      {"lines", created(std::move(lines))}};
  if (buyer.payment_term != 0) {
    values["payment_term"] = buyer.payment_term;
  }
  if (invoice.invoice_date) {
    values["invoice_date"] = date(*invoice.invoice_date);
  }
  rpc_.create("account.invoice", std::move(values));
}

canonical::Invoice Sales::post_invoice(const canonical::InvoiceRequest& request) {
  const auto& currency = request.invoice.total.currency;
  auto found = find_invoices(request.invoice.id);
  if (found.empty()) {
    create_invoice(request);
    found = find_invoices(request.invoice.id);
  }
  if (found.empty()) {
    throw Fault(FaultKind::busy, "the invoice just made is not there yet");
  }
  for (std::size_t i = 1; i < found.size(); ++i) {
    // A request that was thought lost made a second draft: it is never posted.
    if (found[i].state == "draft" || found[i].state == "validated") {
      rpc_.press("account.invoice", "cancel", found[i].id);
    }
  }
  const auto id = found.front().id;
  if (found.front().state == "draft" || found.front().state == "validated") {
    rpc_.press("account.invoice", "post", id);
  }
  const auto rows = rpc_.search_read(
      "account.invoice", {json::array{"id", "=", id}},
      {"number", "state", "invoice_date", "untaxed_amount", "tax_amount", "total_amount"}, {}, 1);
  if (rows.empty() ||
      (text_of(rows[0], "state") != "posted" && text_of(rows[0], "state") != "paid")) {
    throw Fault(FaultKind::busy, "invoice " + request.invoice.id + " is not posted in Tryton");
  }
  auto out = request.invoice;
  out.number = text_of(rows[0], "number");
  out.state = canonical::InvoiceState::posted;
  out.posted_ref = "account.invoice," + std::to_string(id);
  if (const auto day = date_of(rows[0], "invoice_date")) {
    out.invoice_date = *day;
  }
  const auto goods = money(rows[0], "untaxed_amount", currency);
  const auto tax = money(rows[0], "tax_amount", currency);
  const auto total = money(rows[0], "total_amount", currency);
  if (!goods || !tax || !total) {
    throw Fault(FaultKind::refused,
                "invoice " + out.number + " has amounts that are not " + currency);
  }
  out.lines_total = *goods;
  out.tax_total = *tax;
  out.total = *total;
  return out;
}

// --- what both refer to

const Defaults& Sales::defaults() {
  const std::lock_guard lock(mutex_);
  if (!defaults_) {
    Defaults out;
    const auto company =
        rpc_.search_read("company.company", {json::array{"id", "=", rpc_.company()}},
                         {"currency", "currency.code"}, {}, 1);
    const auto journal =
        rpc_.search_read("account.journal", {json::array{"type", "=", "revenue"}}, {"name"}, {}, 1);
    if (company.empty() || journal.empty()) {
      throw Fault(FaultKind::refused, "Tryton has no company currency or no revenue journal");
    }
    out.currency = id_of(company[0], "currency");
    out.currency_code = text_of(company[0], "currency.code");
    out.journal = id_of(journal[0]);
    defaults_ = out;
  }
  return *defaults_;
}

Sales::Party Sales::party(const std::string& code) {
  const auto rows =
      rpc_.search_read("party.party", {json::array{"code", "=", code}},
                       {"addresses", "account_receivable_used", "customer_payment_term"}, {}, 1);
  if (rows.empty()) {
    throw Fault(FaultKind::refused,
                "customer " + code + " is not in Tryton; add a party of that code");
  }
  const auto& addresses = outside::list(rows[0], "addresses");
  if (addresses.empty() || !addresses[0].is_int64()) {
    throw Fault(FaultKind::refused, "customer " + code + " has no address in Tryton");
  }
  return {id_of(rows[0]), addresses[0].get_int64(), id_of(rows[0], "account_receivable_used"),
          id_of(rows[0], "customer_payment_term")};
}

std::map<std::string, Sales::Article> Sales::articles(const std::set<std::string>& skus) {
  json::array codes;
  for (const auto& sku : skus) {
    codes.emplace_back(sku);
  }
  std::map<std::string, Article> out;
  for (const auto& row :
       rpc_.search_read("product.product", {json::array{"code", "in", codes}},
                        {"code", "default_uom", "account_revenue_used", "customer_taxes_used"})) {
    out[text_of(row, "code")] = {id_of(row), id_of(row, "default_uom"),
                                 id_of(row, "account_revenue_used"),
                                 outside::list(row, "customer_taxes_used")};
  }
  for (const auto& sku : skus) {
    if (!out.contains(sku)) {
      throw Fault(FaultKind::refused, "product " + sku + " is not in Tryton");
    }
  }
  return out;
}

}  // namespace crossdock::tryton
