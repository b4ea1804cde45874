#include "host/process/inventory/rules.hpp"

#include "host/process/inventory/pools.hpp"
#include "host/process/inventory/position.hpp"
#include "host/process/inventory/publishing.hpp"

namespace crossdock::host::process {

std::vector<std::string> stock_rule_changed(Context& context, const canonical::StockRule& rule) {
  const bool at_warehouse = rule.warehouse && !rule.warehouse->empty();
  const bool of_channel = rule.channel && !rule.channel->empty();
  if (at_warehouse == of_channel) {
    throw Refused("a stock rule of " + rule.sku +
                  " must name either a warehouse (safety stock) or a channel (threshold)");
  }
  if (rule.keep.e4 < 0) {
    throw Refused("a stock rule of " + rule.sku + " keeps less than nothing");
  }
  if (at_warehouse) {
    context.warehouse(*rule.warehouse);
    set_safety_stock(context, rule.sku, *rule.warehouse, rule.keep.e4);
  } else {
    if (!context.settings.channels.contains(*rule.channel)) {
      throw Refused("channel " + *rule.channel + " of a stock rule of " + rule.sku +
                    " is not in the configuration; add it, then replay");
    }
    context.db
        .prepare(
            "INSERT INTO thresholds(sku, channel, quantity) VALUES(?1, ?2, ?3) "
            "ON CONFLICT(sku, channel) DO UPDATE SET quantity = ?3, rev = rev + 1")
        .bind(rule.sku, *rule.channel, rule.keep.e4)
        .run();
  }
  availability_may_have_changed(context, rule.sku);
  return {rule.sku};
}

std::vector<std::string> pool_changed(Context& context, const canonical::AllocationPool& pool) {
  set_pool(context, pool);
  availability_may_have_changed(context, pool.sku);
  return {pool.sku};
}

}  // namespace crossdock::host::process
