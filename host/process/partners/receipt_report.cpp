#include "host/process/partners/receipt_report.hpp"

#include <algorithm>
#include <map>

#include "host/process/partners/named_products.hpp"
#include "host/process/partners/speaking.hpp"
#include "host/process/reconciliation/discrepancies.hpp"
#include "host/process/transfers/transfers.hpp"
#include "host/process/units.hpp"

namespace crossdock::host::process {
namespace {

struct Received {
  std::int64_t counted = 0;  // the quantity of the lines
  std::int64_t damaged = 0;  // refused or withheld for whatever reason
  std::int64_t missing = 0;
};

std::string destination_of(journal::Database& db, const std::string& transfer) {
  auto statement = db.prepare("SELECT destination FROM transfers WHERE id = ?");
  statement.bind(transfer);
  return statement.step() ? statement.text(0) : std::string();
}

// What is still on its way, by product.
std::map<std::string, std::int64_t> on_its_way(journal::Database& db, const std::string& transfer) {
  std::map<std::string, std::int64_t> out;
  auto statement = db.prepare(
      "SELECT sku, shipped - accepted - rejected - missing - returned FROM transfer_lines WHERE "
      "transfer = ?");
  statement.bind(transfer);
  while (statement.step()) {
    out[statement.text(0)] = statement.integer(1);
  }
  return out;
}

bool was_received(journal::Database& db, const std::string& transfer, const std::string& receipt) {
  auto statement = db.prepare("SELECT 1 FROM transfer_receipts WHERE transfer = ? AND receipt = ?");
  statement.bind(transfer, receipt);
  return statement.step();
}

void add(const canonical::TransferReceiptLine& line, journal::Database& db,
         std::map<std::string, Received>& all) {
  const ProductNumbers numbers{line.sku, line.gtin ? std::string_view(*line.gtin) : "", {}};
  const auto sku = known_sku(db, numbers);
  auto& one = all[sku.empty() ? in_words(numbers) : sku];
  one.counted += line.accepted.e4;
  for (const auto& exception : line.exceptions) {
    const auto quantity = exception.quantity ? exception.quantity->e4 : 0;
    const auto condition = exception.condition.value_or("");
    if (condition == "short") {
      one.missing += quantity;
    } else if (condition != "good" && condition != "over") {
      one.damaged += quantity;
    }
  }
}

// Some count what is damaged within the quantity received (W0701), some beside it: beside it where
// both together are no more than was sent.
void settle(Received& one, std::int64_t sent) {
  if (one.counted + one.damaged > sent) {
    one.damaged = std::min(one.damaged, one.counted);
    one.counted -= one.damaged;
  }
}

void say_surplus(Context& context, const std::string& transfer, const std::string& warehouse,
                 const std::string& receipt, const std::string& sku, std::int64_t sent,
                 std::int64_t surplus) {
  raise_discrepancy(
      context,
      {.kind = "transfer_surplus",
       .key = transfer + "/" + sku,
       .left = {"ledger", transfer, units(sent)},
       .right = {warehouse, receipt, units(sent + surplus)},
       .severity = "warning",
       .cause = "more of " + sku + " arrived at " + warehouse + " than is on its way there",
       .proposed_fix = "a count at " + warehouse + ", and an adjustment where it came from",
       .run = ""});
}

}  // namespace

std::vector<std::string> receipt_reported(Context& context,
                                          const canonical::TransferReceipt& report,
                                          const canonical::MessageView& message) {
  const auto warehouse = report.to.value_or("");
  must_speak_for(context, warehouse, message);
  canonical::Transfer out;
  for (const auto& number : {report.id, report.depositor_order_no}) {
    if (out.id.empty() && number && !destination_of(context.db, *number).empty()) {
      out.id = *number;
    }
  }
  if (out.id.empty()) {
    throw Refused("warehouse " + warehouse + " reports receipt " + report.receipt_no +
                  " of transfer \"" + report.id.value_or(report.depositor_order_no.value_or("")) +
                  "\", which is not known; compare its shipment number (W1705) with our 943s, or "
                  "book it as a receipt of that warehouse");
  }
  if (const auto to = destination_of(context.db, out.id); to != warehouse) {
    throw Refused("warehouse " + warehouse + " reports receipt " + report.receipt_no +
                  " of transfer " + out.id + ", which goes to " + to);
  }
  out.to = warehouse;
  out.receipt_ref = report.receipt_no;
  if (was_received(context.db, out.id, report.receipt_no)) {
    return {};
  }
  std::map<std::string, Received> all;
  for (const auto& line : report.lines) {
    add(line, context.db, all);
  }
  for (const auto& load : report.loads) {
    for (const auto& line : load.lines) {
      add(line, context.db, all);
    }
  }
  const auto sent = on_its_way(context.db, out.id);
  for (auto& [sku, one] : all) {
    const auto found = sent.find(sku);
    const auto most = found == sent.end() ? 0 : found->second;
    settle(one, most);
    canonical::TransferLine line;
    line.sku = sku;
    line.rejected.e4 = std::min(one.damaged, most);
    line.accepted.e4 = std::min(one.counted, most - line.rejected.e4);
    const auto surplus = one.counted + one.damaged - line.accepted.e4 - line.rejected.e4;
    line.missing.e4 = std::min(one.missing, most - line.accepted.e4 - line.rejected.e4);
    if (surplus > 0) {
      say_surplus(context, out.id, warehouse, report.receipt_no, sku, most, surplus);
    }
    if (found != sent.end()) {
      out.lines.push_back(std::move(line));
    }
  }
  return transfer_received(context, out);
}

}  // namespace crossdock::host::process
