#include "plugins/erp_tryton/sales.hpp"

#include <algorithm>
#include <crossdock/json_reading.hpp>

#include "plugins/erp_tryton/values.hpp"

namespace crossdock::tryton {
namespace {

namespace json = boost::json;

json::array created(json::array records) {
  json::array command;
  command.emplace_back("create");
  command.emplace_back(std::move(records));
  return domain_of({std::move(command)});
}

// on_change answers taxes as {"add": [[place, {"id": N}], ...]}; create wants [["add", [N, ...]]].
json::array taxes_of(const json::value& proposed) {
  json::array ids;
  if (const auto* taxes = outside::member(proposed, "taxes")) {
    for (const auto& one : outside::list(*taxes, "add")) {
      if (one.is_array() && one.get_array().size() == 2) {
        ids.emplace_back(id_of(one.get_array()[1]));
      }
    }
  }
  if (ids.empty()) {
    return {};
  }
  json::array command;
  command.emplace_back("add");
  command.emplace_back(std::move(ids));
  return domain_of({std::move(command)});
}

// Takes over what Tryton proposes for a field, unless it proposes nothing.
void adopt(json::object& values, const json::value& proposed, const char* field) {
  if (const auto id = id_of(proposed, field); id != 0) {
    values[field] = id;
  }
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

bool is_open(const std::string& invoice_state) {
  return invoice_state == "draft" || invoice_state == "validated";
}

// What an order costs beside its goods: a line without a product, accounted for and taxed as the
// goods that it goes with.
json::object charge_line(const canonical::Charge& charge, const json::object& goods) {
  json::object out{{"type", "line"},
                   {"description", charge.description.value_or(charge.kind)},
                   {"quantity", 1},
                   {"unit_price", decimal(canonical::to_string(charge.amount))}};
  for (const char* field : {"company", "currency", "invoice_type", "account", "taxes"}) {
    if (const auto* found = goods.if_contains(field)) {
      out[field] = *found;
    }
  }
  return out;
}

}  // namespace

// --- sales

std::optional<Sales::Found> Sales::find_sale(const std::string& order_id) {
  const auto rows =
      rpc_.search_read("sale.sale", domain_of({{"web_id", "=", order_id}}), {"number", "state"}, 2);
  if (rows.empty()) {
    return std::nullopt;
  }
  return Found{id_of(rows[0]), text_of(rows[0], "number"), text_of(rows[0], "state")};
}

std::int64_t Sales::create_sale(const canonical::RoutedOrder& routed) {
  const auto& header = routed.order.header;
  const auto buyer = party(header.customer);
  const auto company = rpc_.company();
  const auto proposed = rpc_.on_change(
      "sale.sale", {{"party", buyer}, {"company", company}, {"lines", json::array{}}}, {"party"});
  const auto quantities = wanted(routed);
  std::set<std::string> skus;
  for (const auto& line : routed.order.lines) {
    if (quantities.contains(line.line_no)) {
      skus.insert(line.sku);
    }
  }
  const auto known = products(skus);
  json::array lines;
  for (const auto& line : routed.order.lines) {
    const auto quantity = quantities.find(line.line_no);
    if (quantity == quantities.end()) {
      continue;  // refused to the buyer
    }
    json::object values{
        {"type", "line"}, {"product", known.at(line.sku)}, {"quantity", units(quantity->second)}};
    json::object asked = values;
    asked["_parent_sale.party"] = buyer;
    asked["_parent_sale.currency"] = currency();
    asked["_parent_sale.company"] = company;
    const auto line_proposed = rpc_.on_change("sale.line", std::move(asked), {"product"});
    adopt(values, line_proposed, "unit");
    values["taxes"] = taxes_of(line_proposed);
    values["unit_price"] = price(line.unit_price);
    values["note"] = line.line_no;
    lines.emplace_back(std::move(values));
  }
  // Warehouses ship and shipments are invoiced by our word, not by Tryton's own: both methods are
  // manual.
  json::object sale{{"company", company},
                    {"currency", currency()},
                    {"party", buyer},
                    {"warehouse", warehouse(routed)},
                    {"web_id", header.order_id},
                    {"reference", header.po_number},
                    {"description", header.channel + " " + header.po_number},
                    {"invoice_method", "manual"},
                    {"shipment_method", "manual"},
                    {"lines", created(std::move(lines))}};
  for (const char* field : {"invoice_address", "shipment_address", "payment_term"}) {
    adopt(sale, proposed, field);
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
    const auto rows =
        rpc_.search_read("sale.sale", domain_of({{"id", "=", sale.id}}), {"number", "state"}, 1);
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
  for (const auto& row : rpc_.search_read("account.invoice",
                                          domain_of({{"reference", "=", invoice_id},
                                                     {"type", "=", "out"},
                                                     {"state", "!=", "cancelled"}}),
                                          {"number", "state"}, 10)) {
    out.push_back({id_of(row), text_of(row, "number"), text_of(row, "state")});
  }
  // One that is posted already is the one, whatever else lies there.
  std::stable_sort(out.begin(), out.end(), [](const Found& a, const Found& b) {
    return !is_open(a.state) && is_open(b.state);
  });
  return out;
}

void Sales::create_invoice(const canonical::InvoiceRequest& request) {
  const auto& invoice = request.invoice;
  const auto sale_lines = rpc_.search_read(
      "sale.line", domain_of({{"sale.web_id", "=", invoice.order_id}}), {"note", "product"});
  if (sale_lines.empty()) {
    throw Fault(FaultKind::busy, "Tryton has no sale for order " + invoice.order_id + " yet");
  }
  const auto buyer = party(request.order.customer);
  const auto company = rpc_.company();
  const json::object begun{{"party", buyer}, {"type", "out"}, {"company", company}};
  const auto proposed = rpc_.on_change("account.invoice", begun, {"party", "type"});
  const auto computed = rpc_.on_change_with("account.invoice", begun, {"account"});
  std::set<std::string> skus;
  for (const auto& line : invoice.lines) {
    skus.insert(line.sku);
  }
  const auto known = products(skus);
  json::array lines;
  for (const auto& line : invoice.lines) {
    json::object values{{"type", "line"},
                        {"company", company},
                        {"currency", currency()},
                        {"invoice_type", "out"},
                        {"product", known.at(line.sku)},
                        {"quantity", units(line.quantity.e4)}};
    json::object asked = values;
    asked["party"] = buyer;
    const auto line_proposed =
        rpc_.on_change("account.invoice.line", std::move(asked), {"product"});
    adopt(values, line_proposed, "unit");
    adopt(values, line_proposed, "account");
    values["taxes"] = taxes_of(line_proposed);
    values["unit_price"] = price(line.unit_price);
    for (const auto& sale_line : sale_lines) {
      if (text_of(sale_line, "note") == line.line_no) {
        values["origin"] = "sale.line," + std::to_string(id_of(sale_line));
      }
    }
    lines.emplace_back(std::move(values));
  }
  const auto goods = lines.empty() ? json::object() : lines.front().as_object();
  for (const auto& charge : invoice.charges) {
    lines.emplace_back(charge_line(charge, goods));
  }
  json::object values{{"type", "out"},
                      {"company", company},
                      {"currency", currency()},
                      {"party", buyer},
                      {"reference", invoice.id},
                      {"description", request.order.channel + " " + request.order.po_number},
                      {"lines", created(std::move(lines))}};
  for (const char* field : {"invoice_address", "payment_term", "journal"}) {
    adopt(values, proposed, field);
  }
  adopt(values, computed, "account");
  if (invoice.invoice_date) {
    values["invoice_date"] = date(*invoice.invoice_date);
  }
  rpc_.create("account.invoice", std::move(values));
}

std::vector<canonical::LocalDate> Sales::later_dates(std::int64_t id) {
  const auto accounted_on = [](const json::value& row) {
    const auto accounting = date_of(row, "accounting_date");
    return accounting ? accounting : date_of(row, "invoice_date");
  };
  const auto own = rpc_.search_read("account.invoice", domain_of({{"id", "=", id}}),
                                    {"accounting_date", "invoice_date"}, 1);
  const auto day = own.empty() ? std::nullopt : accounted_on(own[0]);
  if (!day) {
    return {};
  }
  const auto years = rpc_.search_read("account.fiscalyear",
                                      domain_of({{"start_date", "<=", date(*day)},
                                                 {"end_date", ">=", date(*day)},
                                                 {"company", "=", rpc_.company()}}),
                                      {"end_date"}, 1);
  const auto end = years.empty() ? std::nullopt : date_of(years[0], "end_date");
  if (!end) {
    return {};
  }
  json::array either;
  either.emplace_back("OR");
  either.emplace_back(
      domain_of({{"accounting_date", ">", date(*day)}, {"accounting_date", "<=", date(*end)}}));
  either.emplace_back(domain_of({{"accounting_date", "=", nullptr},
                                 {"invoice_date", ">", date(*day)},
                                 {"invoice_date", "<=", date(*end)}}));
  std::vector<canonical::LocalDate> out;
  json::array seen;
  while (seen.size() < 16) {
    auto domain = domain_of({{"type", "=", "out"},
                             {"company", "=", rpc_.company()},
                             {"number", "!=", nullptr},
                             {"sequence", "not in", seen}});
    domain.emplace_back(either);
    const auto rows = rpc_.search_read("account.invoice", std::move(domain),
                                       {"accounting_date", "invoice_date", "sequence"}, 1, {},
                                       domain_of({{"accounting_date", "DESC"}}));
    const auto last = rows.empty() ? std::nullopt : accounted_on(rows[0]);
    if (!last) {
      break;
    }
    out.push_back(*last);
    const auto* sequence = field_of(rows[0], "sequence");
    seen.push_back(sequence != nullptr ? *sequence : json::value(nullptr));
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Tryton numbers the invoices of a sequence in the order of their accounting dates and refuses one
// that comes after a later one is numbered. Warehouses in several zones do that every midnight,
// and an ERP that was away makes it days. The invoice keeps its own date; it is accounted for on
// the date of the last one.
void Sales::post(std::int64_t id) {
  const auto refusal = refusal_to_post(id);
  if (!refusal) {
    return;
  }
  const auto dates = later_dates(id);
  for (const auto& day : dates) {
    rpc_.write("account.invoice", id, {{"accounting_date", date(day)}});
    if (!refusal_to_post(id)) {
      return;
    }
  }
  if (dates.empty()) {
    throw *refusal;
  }
  // Another one may have come in between; otherwise the date was not the reason.
  const bool moved = !later_dates(id).empty();
  rpc_.write("account.invoice", id, {{"accounting_date", nullptr}});
  throw moved ? Fault(FaultKind::busy, refusal->what()) : *refusal;
}

std::optional<Fault> Sales::refusal_to_post(std::int64_t id) {
  try {
    rpc_.press("account.invoice", "post", id);
    return std::nullopt;
  } catch (const Fault& fault) {
    if (fault.kind() != FaultKind::refused) {
      throw;
    }
    return fault;
  }
}

canonical::Invoice Sales::post_invoice(const canonical::InvoiceRequest& request) {
  const auto& currency_code = request.invoice.total.currency;
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
    if (is_open(found[i].state)) {
      rpc_.press("account.invoice", "cancel", found[i].id);
    }
  }
  const auto id = found.front().id;
  if (is_open(found.front().state)) {
    post(id);
  }
  const auto rows = rpc_.search_read(
      "account.invoice", domain_of({{"id", "=", id}}),
      {"number", "state", "invoice_date", "untaxed_amount", "tax_amount", "total_amount"}, 1);
  const auto state = rows.empty() ? std::string("gone") : text_of(rows[0], "state");
  if (state != "posted" && state != "paid") {
    throw Fault(FaultKind::busy, "invoice " + request.invoice.id + " is " + state + " in Tryton");
  }
  auto out = request.invoice;
  out.number = text_of(rows[0], "number");
  out.state = canonical::InvoiceState::posted;
  out.posted_ref = "account.invoice," + std::to_string(id);
  if (const auto day = date_of(rows[0], "invoice_date")) {
    out.invoice_date = *day;
  }
  const auto goods = money(rows[0], "untaxed_amount", currency_code);
  const auto tax = money(rows[0], "tax_amount", currency_code);
  const auto total = money(rows[0], "total_amount", currency_code);
  if (!goods || !tax || !total) {
    throw Fault(FaultKind::refused,
                "invoice " + out.number + " has amounts that are not " + currency_code);
  }
  // Tryton counts charges as lines.
  out.lines_total = *goods;
  for (const auto& charge : out.charges) {
    out.lines_total.minor -= charge.amount.minor;
  }
  out.tax_total = *tax;
  out.total = *total;
  return out;
}

// --- what both refer to

std::int64_t Sales::currency() {
  const std::lock_guard lock(mutex_);
  if (currency_ == 0) {
    const auto rows = rpc_.search_read("company.company", domain_of({{"id", "=", rpc_.company()}}),
                                       {"currency"}, 1);
    if (rows.empty()) {
      throw Fault(FaultKind::refused, "Tryton does not show the company of its own user");
    }
    currency_ = id_of(rows[0], "currency");
  }
  return currency_;
}

std::int64_t Sales::party(const std::string& code) {
  const auto rows = rpc_.search_read("party.party", domain_of({{"code", "=", code}}), {"code"}, 1);
  if (rows.empty()) {
    throw Fault(FaultKind::refused,
                "customer " + code + " is not in Tryton; add a party of that code");
  }
  return id_of(rows[0]);
}

std::int64_t Sales::warehouse(const canonical::RoutedOrder& routed) {
  auto domain = domain_of({{"type", "=", "warehouse"}});
  if (!routed.allocations.empty()) {
    auto code = routed.allocations.front().warehouse;
    for (const auto& one : config_.warehouses) {
      if (one.name == code && !one.code.empty()) {
        code = one.code;
      }
    }
    domain.emplace_back(json::array{"code", "=", code});
  }
  const auto rows = rpc_.search_read("stock.location", std::move(domain), {"code"}, 1);
  if (rows.empty()) {
    throw Fault(FaultKind::refused,
                "Tryton has no warehouse of the code that the order ships "
                "from; name its code in the connector's warehouse block");
  }
  return id_of(rows[0]);
}

std::map<std::string, std::int64_t> Sales::products(const std::set<std::string>& skus) {
  json::array codes;
  for (const auto& sku : skus) {
    codes.emplace_back(sku);
  }
  std::map<std::string, std::int64_t> out;
  for (const auto& row : rpc_.search_read(
           "product.product", domain_of({{"code", "in", std::move(codes)}}), {"code"})) {
    out[text_of(row, "code")] = id_of(row);
  }
  for (const auto& sku : skus) {
    if (!out.contains(sku)) {
      throw Fault(FaultKind::refused,
                  "product " + sku + " is not in Tryton; add a product of that code");
    }
  }
  return out;
}

}  // namespace crossdock::tryton
