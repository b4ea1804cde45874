#include "host/process/reconciliation/tie_out.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "crossdock/canonical/instant.hpp"
#include "host/process/reconciliation/discrepancies.hpp"
#include "host/process/units.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::int64_t kHour = 3'600'000'000'000;

struct ShippedLine {
  std::int64_t quantity = 0;
  std::int64_t unit_price_e6 = 0;
};
struct Shipped {
  std::string id;
  std::string warehouse;
  std::map<std::string, ShippedLine> lines;
};

// line -> quantity, of one document about one shipment
using Billed = std::map<std::string, std::int64_t>;

std::string worth(std::int64_t e4, std::int64_t price_e6, const std::string& currency) {
  const auto amount = canonical::extended({price_e6, currency}, {e4 < 0 ? -e4 : e4, "EA"});
  return amount ? canonical::to_string(*amount) + " " + currency : "more than can be said";
}

std::vector<Shipped> shipped_on(Context& context, canonical::LocalDate day) {
  const auto start = canonical::instant_at(day, 0, "UTC").value_or(canonical::Instant{}).ns;
  std::vector<Shipped> out;
  {
    auto statement = context.db.prepare(
        "SELECT id, warehouse, shipped_at FROM shipments WHERE shipped_at >= ? AND shipped_at < ? "
        "AND state NOT IN ('voided', 'cancelled') ORDER BY id");
    statement.bind(start - 14 * kHour, start + 40 * kHour);
    while (statement.step()) {
      const auto warehouse = statement.text(1);
      const auto found = context.settings.warehouses.find(warehouse);
      const std::string zone =
          found == context.settings.warehouses.end() ? "UTC" : found->second.warehouse.timezone;
      if (canonical::local_date({statement.integer(2)}, zone) == day) {
        out.push_back({statement.text(0), warehouse, {}});
      }
    }
  }
  for (auto& one : out) {
    auto statement = context.db.prepare(
        "SELECT l.line_no, l.shipped, o.unit_price_e6 FROM shipment_lines l JOIN shipments s ON "
        "s.id = l.shipment_id JOIN order_lines o ON o.order_id = s.order_id AND o.line_no = "
        "l.line_no WHERE l.shipment_id = ? AND l.shipped > 0");
    statement.bind(one.id);
    while (statement.step()) {
      one.lines[statement.text(0)] = {statement.integer(1), statement.integer(2)};
    }
  }
  return out;
}

// Documents of a kind about one shipment, by their number, on whatever day they were stated.
std::map<std::string, Billed> documents_about(Context& context, const std::string& shipment,
                                              std::string_view kind) {
  std::map<std::string, Billed> out;
  auto statement = context.db.prepare(
      "SELECT ref, line_no, quantity FROM statements WHERE shipment_id = ? AND kind = ? ORDER BY "
      "ref, line_no");
  statement.bind(shipment, kind);
  while (statement.step()) {
    out[statement.text(0)][statement.text(1)] += statement.integer(2);
  }
  return out;
}

bool was_stated(Context& context, std::string_view kind, const std::string& day) {
  auto statement =
      context.db.prepare("SELECT 1 FROM statements WHERE kind = ? AND day = ? LIMIT 1");
  statement.bind(kind, day);
  return statement.step();
}

// Invoices less what credit notes took back of them.
std::map<std::string, Billed> invoices_about(Context& context, const std::string& shipment) {
  auto out = documents_about(context, shipment, "invoices");
  for (const auto& [ref, lines] : documents_about(context, shipment, "credits")) {
    for (const auto& [line, quantity] : lines) {
      out[ref][line] -= quantity;
    }
  }
  std::erase_if(out, [](const auto& invoice) {
    return std::all_of(invoice.second.begin(), invoice.second.end(),
                       [](const auto& line) { return line.second == 0; });
  });
  return out;
}

struct Run {
  Context& context;
  std::string day;
  std::string id;

  void found(Difference difference) {
    difference.run = id;
    difference.key = day + "/" + difference.key;
    raise_discrepancy(context, difference);
  }
};

void compare_invoices(Run& run, const Shipped& shipped) {
  const auto invoices = invoices_about(run.context, shipped.id);
  if (invoices.empty()) {
    run.found({.kind = "shipment_without_invoice",
               .key = shipped.id,
               .left = {"ledger", shipped.id, "shipped"},
               .right = {"erp", "", "no invoice"},
               .severity = "error",
               .cause = "the ERP holds no invoice of this shipment",
               .proposed_fix = "issue an invoice of shipment " + shipped.id});
    return;
  }
  Billed all;
  for (const auto& [ref, lines] : invoices) {
    for (const auto& [line, quantity] : lines) {
      all[line] += quantity;
    }
  }
  // An invoice that bills again what others bill whole is a duplicate: the latest such number.
  for (auto invoice = invoices.rbegin(); invoice != invoices.rend() && invoices.size() > 1;
       ++invoice) {
    const bool covered =
        std::all_of(invoice->second.begin(), invoice->second.end(), [&](const auto& line) {
          const auto ours = shipped.lines.find(line.first);
          const auto quantity = ours == shipped.lines.end() ? 0 : ours->second.quantity;
          return all[line.first] - line.second >= quantity;
        });
    if (!covered) {
      continue;
    }
    for (const auto& [line, quantity] : invoice->second) {
      all[line] -= quantity;
    }
    run.found(
        {.kind = "duplicate_invoice",
         .key = invoice->first,
         .left = {"ledger", shipped.id, "shipped once"},
         .right = {"erp", invoice->first, "billed again"},
         .severity = "error",
         .cause = "the shipment is billed by " + std::to_string(invoices.size()) + " invoices",
         .proposed_fix = "issue a credit note for invoice " + invoice->first});
  }
  std::set<std::string> lines;
  for (const auto& [line, ours] : shipped.lines) {
    lines.insert(line);
  }
  for (const auto& [line, quantity] : all) {
    lines.insert(line);
  }
  for (const auto& line : lines) {
    const auto ours = shipped.lines.find(line);
    const ShippedLine known = ours == shipped.lines.end() ? ShippedLine{} : ours->second;
    const auto difference = known.quantity - all[line];
    if (difference == 0) {
      continue;
    }
    const auto value = worth(difference, known.unit_price_e6, run.context.settings.currency);
    run.found({.kind = "invoice_quantity",
               .key = shipped.id + "/" + line,
               .left = {"ledger", shipped.id, units(known.quantity)},
               .right = {"erp", invoices.begin()->first, units(all[line])},
               .severity = "error",
               .cause = "line " + line + ": " + units(known.quantity) + " shipped, " +
                        units(all[line]) + " billed, worth " + value,
               .proposed_fix = difference > 0 ? "issue an invoice for " + units(difference) +
                                                    " more of line " + line + " (" + value + ")"
                                              : "issue a credit note for " + units(-difference) +
                                                    " of line " + line + " (" + value + ")"});
  }
}

void compare_labels(Run& run, const Shipped& shipped) {
  if (documents_about(run.context, shipped.id, "labels").empty()) {
    run.found({.kind = "shipment_without_label",
               .key = shipped.id,
               .left = {"ledger", shipped.id, "shipped"},
               .right = {"carrier", "", "not billed"},
               .severity = "info",
               .cause = "the carrier does not bill this shipment",
               .proposed_fix = "wait for the carrier's next bill, then accept"});
  }
}

void compare_confirmations(Run& run, const Shipped& shipped) {
  const auto confirmed = documents_about(run.context, shipped.id, "shipments");
  Billed all;
  for (const auto& [ref, lines] : confirmed) {
    for (const auto& [line, quantity] : lines) {
      all[line] += quantity;
    }
  }
  for (const auto& [line, ours] : shipped.lines) {
    if (ours.quantity != all[line]) {
      run.found({.kind = "shipment_quantity",
                 .key = shipped.id + "/" + line,
                 .left = {"ledger", shipped.id, units(ours.quantity)},
                 .right = {shipped.warehouse, confirmed.empty() ? "" : confirmed.begin()->first,
                           units(all[line])},
                 .severity = "error",
                 .cause = "the warehouse says another quantity than its confirmation did",
                 .proposed_fix = "count the product at " + shipped.warehouse});
    }
  }
}

// Documents of the day about shipments that are not there.
void find_strays(Run& run, std::string_view kind) {
  struct Stray {
    std::string ref;
    std::string shipment;
    std::string system;
  };
  std::vector<Stray> strays;
  {
    auto statement = run.context.db.prepare(
        "SELECT DISTINCT t.ref, t.shipment_id, t.system FROM statements t WHERE t.kind = ? AND "
        "t.day = ? AND NOT EXISTS (SELECT 1 FROM shipments s WHERE s.id = t.shipment_id AND "
        "s.shipped_at > 0 AND s.state NOT IN ('voided', 'cancelled')) ORDER BY t.ref");
    statement.bind(kind, run.day);
    while (statement.step()) {
      strays.push_back({statement.text(0), statement.text(1), statement.text(2)});
    }
  }
  for (const auto& stray : strays) {
    if (kind == "invoices") {
      if (!stray.shipment.empty() &&
          !invoices_about(run.context, stray.shipment).contains(stray.ref)) {
        continue;  // credited already
      }
      const auto labels = documents_about(run.context, stray.shipment, "labels");
      run.found({.kind = "invoice_without_shipment",
                 .key = stray.ref,
                 .left = {"ledger", stray.shipment, "did not ship"},
                 .right = {stray.system, stray.ref, "billed"},
                 .severity = "error",
                 .cause = "the shipment was voided or never left" +
                          (labels.empty() || stray.shipment.empty()
                               ? std::string()
                               : "; the carrier bills its label " + labels.begin()->first + " too"),
                 .proposed_fix = "issue a credit note for invoice " + stray.ref +
                                 (labels.empty() || stray.shipment.empty()
                                      ? ""
                                      : " and dispute label " + labels.begin()->first)});
    } else if (kind == "labels") {
      if (!stray.shipment.empty() &&
          !documents_about(run.context, stray.shipment, "invoices").empty()) {
        continue;  // told with the invoice
      }
      run.found({.kind = "label_without_shipment",
                 .key = stray.ref,
                 .left = {"ledger", stray.shipment, "did not ship"},
                 .right = {stray.system, stray.ref, "billed"},
                 .severity = "warning",
                 .cause = "the carrier bills a label that was voided or never used",
                 .proposed_fix = "dispute label " + stray.ref + " with the carrier"});
    } else {
      run.found({.kind = "unknown_shipment",
                 .key = stray.ref,
                 .left = {"ledger", stray.shipment, "not known"},
                 .right = {stray.system, stray.ref, "shipped"},
                 .severity = "error",
                 .cause = "the warehouse says it shipped what the ledger does not know",
                 .proposed_fix =
                     "have the warehouse send the confirmation of " + stray.ref + ", or count"});
    }
  }
}

void compare_availability(Run& run, const std::string& channel) {
  struct Shown {
    std::string sku;
    std::int64_t theirs = 0;
    std::int64_t ours = 0;
  };
  std::vector<Shown> different;
  {
    auto statement = run.context.db.prepare(
        "SELECT t.ref, t.quantity, p.value FROM statements t JOIN published p ON p.channel = "
        "t.system AND p.sku = t.ref WHERE t.system = ? AND t.kind = 'availability' AND t.day = ? "
        "AND t.quantity <> p.value ORDER BY t.ref");
    statement.bind(channel, run.day);
    while (statement.step()) {
      different.push_back({statement.text(0), statement.integer(1), statement.integer(2)});
    }
  }
  for (const auto& one : different) {
    run.found(
        {.kind = "availability_shown",
         .key = channel + "/" + one.sku,
         .left = {"ledger", one.sku, units(one.ours)},
         .right = {channel, one.sku, units(one.theirs)},
         .severity = one.theirs > one.ours ? "error" : "warning",
         .cause = "the channel shows another number than it was told last",
         .proposed_fix = "send the availability of " + one.sku + " to " + channel + " again"});
  }
}

}  // namespace

void statement_received(Context& context, const canonical::Statement& s) {
  static const std::set<std::string> kKinds = {"invoices", "credits", "labels", "shipments",
                                               "availability"};
  if (!kKinds.contains(s.kind) || s.system.empty() || !s.day.known()) {
    throw Refused(
        "a statement needs a system, a day, and a kind of invoices, credits, labels, "
        "shipments or availability; this one says \"" +
        s.kind + "\"");
  }
  const auto day = canonical::to_string(s.day);
  context.db.prepare("DELETE FROM statements WHERE system = ? AND kind = ? AND day = ?")
      .bind(s.system, s.kind, day)
      .run();
  for (const auto& line : s.lines) {
    context.db
        .prepare(
            "INSERT INTO statements(system, kind, day, ref, shipment_id, line_no, quantity, "
            "amount_minor, unit_price_e6) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON "
            "CONFLICT(system, kind, day, ref, line_no) DO UPDATE SET quantity = quantity + ?7")
        .bind(s.system, s.kind, day, line.ref, line.shipment_id, line.line_no, line.quantity.e4,
              line.amount ? line.amount->minor : 0, line.unit_price ? line.unit_price->e6 : 0)
        .run();
  }
  tie_out(context, s.day);
}

void tie_out(Context& context, canonical::LocalDate day) {
  Run run{context, canonical::to_string(day), "tie-out/" + std::string(context.message_id)};
  const bool invoices = was_stated(context, "invoices", run.day);
  const bool labels = was_stated(context, "labels", run.day);
  const bool confirmations = was_stated(context, "shipments", run.day);
  for (const auto& shipped : shipped_on(context, day)) {
    if (invoices) {
      compare_invoices(run, shipped);
    }
    if (labels) {
      compare_labels(run, shipped);
    }
    if (confirmations) {
      compare_confirmations(run, shipped);
    }
  }
  for (const char* kind : {"invoices", "labels", "shipments"}) {
    find_strays(run, kind);
  }
  std::vector<std::string> channels;
  {
    auto statement = context.db.prepare(
        "SELECT DISTINCT system FROM statements WHERE kind = 'availability' AND day = ?");
    statement.bind(run.day);
    while (statement.step()) {
      channels.push_back(statement.text(0));
    }
  }
  for (const auto& channel : channels) {
    compare_availability(run, channel);
  }
  for (const char* kind :
       {"shipment_without_invoice", "duplicate_invoice", "invoice_without_shipment",
        "invoice_quantity", "shipment_without_label", "label_without_shipment", "shipment_quantity",
        "unknown_shipment", "availability_shown"}) {
    clear_not_found(context, kind, run.day + "/", run.id);
  }
}

}  // namespace crossdock::host::process
