#include "host/process/inventory/configured.hpp"

#include <algorithm>

#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/inventory/pools.hpp"
#include "host/process/inventory/position.hpp"

namespace crossdock::host::process {
namespace {

bool is_known(Context& context, const PoolSettings& wanted) {
  const auto pools = pools_of(context.db, wanted.sku);
  return std::any_of(pools.begin(), pools.end(), [&](const Pool& pool) {
    return pool.id == wanted.id && pool.scope == wanted.scope && pool.channel == wanted.channel &&
           pool.quota == wanted.quota_e4 && pool.strict == !wanted.spill &&
           pool.priority == wanted.priority && pool.valid_from_ns == wanted.valid_from_ns &&
           pool.valid_to_ns == wanted.valid_to_ns;
  });
}

bool is_known(Context& context, const KeepSettings& wanted) {
  if (!wanted.warehouse.empty()) {
    return position(context.db, wanted.sku, wanted.warehouse).safety_stock == wanted.keep_e4;
  }
  auto statement =
      context.db.prepare("SELECT quantity FROM thresholds WHERE sku = ? AND channel = ?");
  statement.bind(wanted.sku, wanted.channel);
  return statement.step() && statement.integer(0) == wanted.keep_e4;
}

void announce(Context& context, std::string_view type, const std::string& subject,
              std::string data) {
  context.send({.type = type,
                .target = kProcesses,
                .business_key = "stock:" + subject,
                .subject = subject,
                .idempotency_key = "configured/" + subject + "/" + std::to_string(context.now_ns),
                .data = std::move(data),
                .correlation_id = "configuration"});
}

}  // namespace

void announce_configured(Context& context) {
  for (const auto& wanted : context.settings.pools) {
    if (is_known(context, wanted)) {
      continue;
    }
    canonical::AllocationPool pool;
    pool.id = wanted.id;
    pool.sku = wanted.sku;
    pool.scope = wanted.scope;
    pool.channel = wanted.channel;
    pool.quota = {wanted.quota_e4, "EA"};
    pool.mode = wanted.spill ? canonical::PoolMode::spill : canonical::PoolMode::strict;
    pool.priority = wanted.priority;
    pool.valid_from.ns = wanted.valid_from_ns;
    pool.valid_to.ns = wanted.valid_to_ns;
    announce(context, canonical::kPoolChanged, "pool/" + wanted.id, canonical::encode(pool));
  }
  for (const auto& wanted : context.settings.keeps) {
    if (is_known(context, wanted)) {
      continue;
    }
    canonical::StockRule rule;
    rule.sku = wanted.sku;
    (wanted.warehouse.empty() ? rule.channel : rule.warehouse)
        .emplace(wanted.warehouse.empty() ? wanted.channel : wanted.warehouse);
    rule.keep.e4 = wanted.keep_e4;
    announce(context, canonical::kStockRuleChanged,
             "keep/" + wanted.sku + "/" + wanted.warehouse + wanted.channel,
             canonical::encode(rule));
  }
}

}  // namespace crossdock::host::process
