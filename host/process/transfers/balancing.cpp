#include "host/process/transfers/balancing.hpp"

#include <algorithm>

#include "crossdock/canonical/aftersales.hpp"
#include "host/process/inventory/position.hpp"
#include "host/process/timers.hpp"
#include "host/process/transfers/transfers.hpp"

namespace crossdock::host::process {
namespace {

std::vector<std::string> products_of(Context& context, const BalancingRule& rule) {
  if (!rule.sku.empty()) {
    return {rule.sku};
  }
  std::vector<std::string> out;
  auto statement = context.db.prepare("SELECT sku FROM positions WHERE warehouse = ? ORDER BY sku");
  statement.bind(rule.from);
  while (statement.step()) {
    out.push_back(statement.text(0));
  }
  return out;
}

void balance(Context& context, const BalancingRule& rule, const std::string& sku) {
  const auto there =
      position(context.db, sku, rule.to).net() + under_way_to(context.db, sku, rule.to);
  if (there >= rule.below_e4) {
    return;
  }
  const auto spare = whole_units(position(context.db, sku, rule.from).net() - rule.keep_e4);
  const auto sent = std::min(whole_units(rule.fill_to_e4 - there), spare);
  if (sent <= 0) {
    return;
  }
  canonical::Transfer transfer;
  transfer.id = context.ids.next("trf");
  transfer.from = rule.from;
  transfer.to = rule.to;
  transfer.state = canonical::TransferState::ready;
  transfer.reason = "balancing rule " + rule.name;
  transfer.lines.push_back({sku, {sent, "EA"}, {}, {}, {}, {}, {}, {}});
  transfer_requested(context, transfer);
}

}  // namespace

void balance_stock(Context& context, const std::string&) {
  for (const auto& rule : context.settings.balancing) {
    for (const auto& sku : products_of(context, rule)) {
      balance(context, rule, sku);
    }
  }
  start_balancing(context);
}

void start_balancing(Context& context) {
  if (context.settings.balancing.empty() || context.settings.balancing_interval_ns <= 0) {
    return;
  }
  context.db
      .prepare(
          "INSERT INTO timers(kind, key, due_at) VALUES('balance', '', ?) ON CONFLICT DO NOTHING")
      .bind(context.now_ns + context.settings.balancing_interval_ns)
      .run();
}

}  // namespace crossdock::host::process
