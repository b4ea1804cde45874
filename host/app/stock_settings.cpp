#include "host/app/stock_settings.hpp"

#include <set>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/quantity.hpp"

namespace crossdock::host::app {
namespace {

using std::chrono::milliseconds;

std::int64_t nanoseconds(milliseconds length) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(length).count();
}

// A quantity with at most four decimals, as ten-thousandths.
std::int64_t quantity(Section& in, const std::string& key, bool needed) {
  const auto text = needed ? in.required(key) : in.text(key);
  if (text.empty()) {
    return 0;
  }
  const auto value = canonical::parse_decimal(text, 4);
  if (!value || *value < 0) {
    in.problem(key, "is `" + text + "`; write a quantity like 10 or 2.5");
    return 0;
  }
  return *value;
}

std::int64_t instant(Section& in, const std::string& key) {
  const auto text = in.text(key);
  if (text.empty()) {
    return 0;
  }
  const auto value = canonical::parse_instant(text);
  if (!value) {
    in.problem(key, "is `" + text + "`; write an instant like 2026-04-01T00:00:00Z");
  }
  return value.value_or(canonical::Instant{}).ns;
}

void read_pool(Section& in, process::Settings& settings) {
  process::PoolSettings out;
  out.id = in.name();
  if (out.id.empty()) {
    in.problem("", "needs a name: pool amz_ewr { ... }");
  }
  out.sku = in.required("sku");
  out.channel = in.required("channel");
  out.scope = in.text("warehouse", "group");
  out.quota_e4 = quantity(in, "quota", true);
  out.spill = in.one_of("mode", {"strict", "spill"}, "strict") == "spill";
  out.priority = in.integer("priority", 0, -1000, 1000);
  out.valid_from_ns = instant(in, "from");
  out.valid_to_ns = instant(in, "to");
  in.finish();
  for (const auto& other : settings.pools) {
    if (other.id == out.id) {
      in.problem("", "is given twice; keep one pool " + out.id);
    }
  }
  settings.pools.push_back(std::move(out));
}

void read_keep(Section& in, process::Settings& settings) {
  process::KeepSettings out;
  out.sku = in.required("sku");
  out.warehouse = in.text("warehouse");
  out.channel = in.text("channel");
  out.keep_e4 = quantity(in, "quantity", true);
  if (out.warehouse.empty() == out.channel.empty()) {
    in.problem("", "names either a warehouse (safety stock) or a channel (threshold)");
  }
  in.finish();
  settings.keeps.push_back(std::move(out));
}

void read_balance(Section& in, process::Settings& settings) {
  process::BalancingRule out;
  out.name = in.name();
  if (out.name.empty()) {
    in.problem("", "needs a name: balance west { ... }");
  }
  out.sku = in.text("sku");
  out.from = in.required("from");
  out.to = in.required("to");
  out.below_e4 = quantity(in, "below", true);
  out.fill_to_e4 = quantity(in, "fill_to", true);
  out.keep_e4 = quantity(in, "keep", false);
  if (out.from == out.to && !out.from.empty()) {
    in.problem("to", "is the warehouse that it comes from; name another");
  }
  if (out.fill_to_e4 < out.below_e4) {
    in.problem("fill_to", "must be at least `below`, or the rule asks again for ever");
  }
  in.finish();
  settings.balancing.push_back(std::move(out));
}

void read_stock(Section& in, process::Settings& settings) {
  settings.availability_window_ns = nanoseconds(in.duration("publish_window", milliseconds(1000)));
  settings.balancing_interval_ns = nanoseconds(in.duration("balance_every", milliseconds(0)));
  for (auto& block : in.children("profile")) {
    const auto means = block.one_of("means", {"gross", "net"}, "gross");
    if (block.name().empty()) {
      block.problem("", "needs the system's name: profile erp { means net }");
    }
    settings.stock_profiles[block.name()] =
        means == "net" ? process::StockProfile::net : process::StockProfile::gross;
    block.finish();
  }
  for (auto& block : in.children("pool")) {
    read_pool(block, settings);
  }
  for (auto& block : in.children("keep")) {
    read_keep(block, settings);
  }
  for (auto& block : in.children("balance")) {
    read_balance(block, settings);
  }
  if (!settings.balancing.empty() && settings.balancing_interval_ns == 0) {
    settings.balancing_interval_ns = nanoseconds(std::chrono::hours(1));
  }
  in.finish();
}

void read_returns(Section& in, process::Settings& settings) {
  settings.returns_connector = in.text("connector");
  settings.refund_connector = in.text("refunds");
  settings.returns_authorised_by_rule =
      in.one_of("authorise", {"by_rule", "by_person"}, "by_rule") == "by_rule";
  in.finish();
}

}  // namespace

void read_stock_of_warehouse(Section& in, process::WarehouseSettings& out) {
  out.authority = in.text("authority");
  out.transfer_connector = in.text("transfers");
  out.notice_connector = in.text("notices");
  out.freshness_ns = nanoseconds(in.duration("freshness", milliseconds(0)));
  out.floor_after_ns = nanoseconds(in.duration("floor_after", milliseconds(0)));
  if (out.floor_after_ns > 0 && out.floor_after_ns < out.freshness_ns) {
    in.problem("floor_after", "must be longer than `freshness`");
  }
}

void read_stock_of_channel(Section& in, process::ChannelSettings& out) {
  out.threshold_e4 = quantity(in, "threshold", false);
  out.availability_taker = in.text("availability");
}

void read_stock_blocks(Section& root, process::Settings& out) {
  for (auto& block : root.children("stock")) {
    read_stock(block, out);
  }
  if (auto block = root.child("returns")) {
    read_returns(*block, out);
  }
}

void check_stock_references(const process::Settings& settings, const std::string& file,
                            Problems& problems) {
  const auto warehouse = [&](const std::string& path, const std::string& code) {
    if (!code.empty() && code != "group" && !settings.warehouses.contains(code)) {
      problems.push_back(
          {file, path, "names the warehouse `" + code + "`, which is not configured"});
    }
  };
  const auto channel = [&](const std::string& path, const std::string& code) {
    if (!code.empty() && !settings.channels.contains(code)) {
      problems.push_back({file, path, "names the channel `" + code + "`, which is not configured"});
    }
  };
  for (const auto& pool : settings.pools) {
    warehouse("stock.pool." + pool.id + ".warehouse", pool.scope);
    channel("stock.pool." + pool.id + ".channel", pool.channel);
  }
  for (const auto& keep : settings.keeps) {
    warehouse("stock.keep.warehouse", keep.warehouse);
    channel("stock.keep.channel", keep.channel);
  }
  for (const auto& rule : settings.balancing) {
    warehouse("stock.balance." + rule.name + ".from", rule.from);
    warehouse("stock.balance." + rule.name + ".to", rule.to);
  }
}

}  // namespace crossdock::host::app
