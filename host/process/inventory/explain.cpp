#include "host/process/inventory/explain.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/quantity.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/step.hpp"
#include "host/process/units.hpp"

namespace crossdock::host::process {
namespace {

namespace json = boost::json;

constexpr int kMostRows = 100;

json::array movements(journal::Database& db, const std::string& sku, const std::string& warehouse) {
  json::array out;
  auto statement = db.prepare(
      "SELECT kind, COUNT(*), SUM(on_hand), SUM(damaged + quality_hold + quarantine + expired + "
      "recalled), MAX(occurred_at) FROM movements WHERE sku = ? AND warehouse = ? GROUP BY kind "
      "ORDER BY kind");
  statement.bind(sku, warehouse);
  while (statement.step()) {
    out.push_back(
        json::object{{"kind", statement.text(0)},
                     {"count", statement.integer(1)},
                     {"on_hand", units(statement.integer(2))},
                     {"withheld", units(statement.integer(3))},
                     {"last", canonical::to_string(canonical::Instant{statement.integer(4)})}});
  }
  return out;
}

json::array reservations(journal::Database& db, const std::string& sku, const std::string& place,
                         const std::string& channel) {
  json::array out;
  auto statement = db.prepare(
      "SELECT id, order_id, line_no, channel, demand, state, open, expires_at FROM reservations "
      "WHERE sku = ?1 AND warehouse = ?2 AND open > 0 AND (?3 = '' OR channel = ?3) ORDER BY open "
      "DESC, id LIMIT ?4");
  statement.bind(sku, place, channel, kMostRows);
  while (statement.step()) {
    json::object row{{"reservation", statement.text(0)},   {"demand", statement.text(4)},
                     {"for", statement.text(1)},           {"line", statement.text(2)},
                     {"channel", statement.text(3)},       {"state", statement.text(5)},
                     {"open", units(statement.integer(6))}};
    if (statement.integer(7) > 0) {
      row["expires_at"] = canonical::to_string(canonical::Instant{statement.integer(7)});
    }
    out.push_back(std::move(row));
  }
  return out;
}

std::string why_nothing(const Settings& settings, const std::string& code,
                        const StockOfProduct::AtWarehouse& at, const std::string& channel) {
  const auto found = settings.warehouses.find(code);
  if (found == settings.warehouses.end()) {
    return "is not in the configuration";
  }
  const auto& warehouse = found->second.warehouse;
  if (warehouse.status != canonical::WarehouseStatus::active) {
    return "is not active";
  }
  if (at.feed == "floor") {
    return "has not reported for too long";
  }
  if (!at.counts) {
    return "fell out, or was closed";
  }
  const auto known = settings.channels.find(channel);
  if (known != settings.channels.end() && !known->second.markets.empty() &&
      std::find(known->second.markets.begin(), known->second.markets.end(),
                warehouse.address.country) == known->second.markets.end()) {
    return "is in " + warehouse.address.country + ", which is not a market of channel " + channel;
  }
  return sells_over(warehouse, channel) ? "" : "does not sell over channel " + channel;
}

json::object pool_row(const StockOfProduct::PoolLeft& one) {
  return {{"pool", one.pool.id},
          {"scope", one.pool.scope},
          {"channel", one.pool.channel},
          {"mode", one.pool.strict ? "strict" : "spill"},
          {"quota", units(one.pool.quota)},
          {"used", units(one.pool.used)},
          {"left", units(one.left)}};
}

json::object explain_product(journal::Database& db, const Settings& settings,
                             const std::string& sku, const std::string& channel) {
  const auto stock = stock_of(db, settings, sku, store_clock(db));
  const auto available = available_of(stock, settings, channel);
  json::array warehouses;
  std::string sum;
  std::int64_t total = 0;
  for (const auto& [code, at] : stock.warehouses) {
    const auto& p = at.position;
    json::array pools;
    for (const auto& one : stock.pools) {
      if (one.pool.scope == code) {
        pools.push_back(pool_row(one));
      }
    }
    const auto part = part_of_warehouse(stock, settings, channel, code);
    const auto reason = why_nothing(settings, code, at, channel);
    json::object row{{"warehouse", code},
                     {"feed", at.feed},
                     {"on_hand", units(p.stock.on_hand)},
                     {"damaged", units(p.stock.damaged)},
                     {"quality_hold", units(p.stock.quality_hold)},
                     {"quarantine", units(p.stock.quarantine)},
                     {"expired", units(p.stock.expired)},
                     {"recalled", units(p.stock.recalled)},
                     {"allocated", units(p.allocated)},
                     {"soft_reserved", units(p.soft_reserved)},
                     {"safety_stock", units(p.safety_stock)},
                     {"net", units(p.net())},
                     {"kept_for_later", units(at.kept_for_later)},
                     {"pools", std::move(pools)},
                     {"shared", units(at.shared)},
                     {"part", units(part)},
                     {"movements", movements(db, sku, code)},
                     {"reservations", reservations(db, sku, code, "")}};
    if (!reason.empty()) {
      row["gives_nothing_because"] = reason;
    }
    warehouses.push_back(std::move(row));
    if (reason.empty()) {
      sum += (sum.empty() ? "" : " + ") + units(part) + " (" + code + ")";
      total += part;
    }
  }
  json::array group_pools;
  for (const auto& one : stock.pools) {
    if (one.pool.scope == kGroupScope) {
      group_pools.push_back(pool_row(one));
    }
  }
  json::array group;
  for (const auto& [other, quantity] : stock.group_demand) {
    if (quantity > 0) {
      group.push_back(json::object{{"channel", other},
                                   {"quantity", units(quantity)},
                                   {"reservations", reservations(db, sku, "*", other)}});
    }
  }
  std::int64_t threshold = 0;
  if (const auto own = stock.thresholds.find(channel); own != stock.thresholds.end()) {
    threshold = own->second;
  } else if (const auto found = settings.channels.find(channel); found != settings.channels.end()) {
    threshold = found->second.threshold_e4;
  }
  if (threshold > 0) {
    sum += " - " + units(threshold) + " (threshold of " + channel + ")";
  }
  // Whatever else lies between the parts and the number: holds without a warehouse, group pools.
  const auto rest = available.quantity - (total - threshold);
  if (rest != 0 && total - threshold > 0) {
    sum += std::string(rest < 0 ? " - " : " + ") + units(rest < 0 ? -rest : rest) +
           " (holds without a warehouse and group pools)";
  }
  return {{"sku", sku},
          {"channel", channel},
          {"available_to_sell", units(available.quantity)},
          {"because", (sum.empty() ? "nothing" : sum) + " = " + units(available.quantity)},
          {"provenance", available.provenance == Provenance::computed  ? "computed"
                         : available.provenance == Provenance::unknown ? "unknown"
                                                                       : "floor"},
          {"rev", available.rev},
          {"as_of", canonical::to_string(canonical::Instant{store_clock(db)})},
          {"threshold", units(threshold)},
          {"warehouses", std::move(warehouses)},
          {"group_pools", std::move(group_pools)},
          {"held_without_a_warehouse", std::move(group)}};
}

}  // namespace

std::string explain_availability(journal::Database& db, const Settings& settings,
                                 const std::string& sku, const std::string& channel) {
  const auto components = components_of(db, sku);
  if (components.size() == 1 && components.front().sku == sku) {
    return json::serialize(explain_product(db, settings, sku, channel));
  }
  json::array parts;
  std::string least;
  std::int64_t quantity = INT64_MAX;
  for (const auto& component : components) {
    auto part = explain_product(db, settings, component.sku, channel);
    const auto whole = whole_units(in_product(
        available_of(stock_of(db, settings, component.sku, store_clock(db)), settings, channel)
            .quantity,
        component.factor));
    part["in_one_kit"] = units(component.factor);
    part["enough_for"] = units(whole);
    least += (least.empty() ? "" : ", ") + units(whole) + " (" + component.sku + ")";
    quantity = std::min(quantity, whole);
    parts.push_back(std::move(part));
  }
  return json::serialize(
      json::object{{"sku", sku},
                   {"channel", channel},
                   {"available_to_sell", units(quantity)},
                   {"because", "the least of " + least + " = " + units(quantity)},
                   {"as_of", canonical::to_string(canonical::Instant{store_clock(db)})},
                   {"components", std::move(parts)}});
}

}  // namespace crossdock::host::process
