#include "host/process/inventory/views.hpp"

#include <boost/json.hpp>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/money.hpp"
#include "host/process/inventory/supply.hpp"
#include "host/process/step.hpp"
#include "host/process/units.hpp"

namespace crossdock::host::process {
namespace {

namespace json = boost::json;
using Row = const journal::Statement&;

std::string instant(std::int64_t ns) {
  return ns == 0 ? "" : canonical::to_string(canonical::Instant{ns});
}

// Binds ?1 sku, ?2 warehouse, ?3 channel, ?4 state, ?5 key, ?6 after, ?7 limit.
template <class ToRow>
std::string page(journal::Database& db, const char* name, const char* sql, const StockFilter& f,
                 const char* mark, ToRow to_row) {
  json::array list;
  auto statement = db.prepare(sql);
  statement.bind(f.sku, f.warehouse, f.channel, f.state, f.key, f.after, f.limit);
  while (statement.step()) {
    list.push_back(to_row(statement));
  }
  json::object out;
  if (list.size() == f.limit && !list.empty()) {
    out["next"] = list.back().as_object().at(mark);
  }
  out[name] = std::move(list);
  return json::serialize(out);
}

const char* name_of(Provenance provenance) {
  return provenance == Provenance::computed  ? "computed"
         : provenance == Provenance::unknown ? "unknown"
                                             : "floor";
}

}  // namespace

std::optional<std::string> StockViews::availability(const std::string& sku,
                                                    const std::string& channel) {
  {
    auto statement = db_.prepare("SELECT 1 FROM products WHERE sku = ?");
    statement.bind(sku);
    if (!statement.step()) {
      return std::nullopt;
    }
  }
  const auto now = store_clock(db_);
  const auto stock = stock_of(db_, settings_, sku, now);
  json::array places;
  for (const auto& [code, one] : settings_.warehouses) {
    const auto at = stock.warehouses.find(code);
    const Position here = at == stock.warehouses.end() ? Position{} : at->second.position;
    const auto on_its_way = coming(db_, sku, code);
    places.push_back(
        json::object{{"warehouse", code},
                     {"eligible", sells_over(one.warehouse, channel)},
                     {"feed", at == stock.warehouses.end() ? "fresh" : at->second.feed},
                     {"on_hand", units(here.stock.on_hand)},
                     {"damaged", units(here.stock.damaged)},
                     {"withheld", units(here.stock.withheld())},
                     {"allocated", units(here.allocated)},
                     {"soft_reserved", units(here.soft_reserved)},
                     {"safety_stock", units(here.safety_stock)},
                     {"net", units(here.net())},
                     {"available", units(part_of_warehouse(stock, settings_, channel, code))},
                     {"in_transit", units(on_its_way.in_transit)},
                     {"on_order", units(on_its_way.on_order)},
                     {"rev", here.rev}});
  }
  std::int64_t backordered = 0;
  {
    auto statement = db_.prepare(
        "SELECT COALESCE(SUM(open), 0) FROM reservations WHERE sku = ? AND state = 'backordered'");
    statement.bind(sku);
    statement.step();
    backordered = statement.integer(0);
  }
  json::array dates;
  for (const auto& step : promise_by_date(db_, settings_, sku, channel, now)) {
    dates.push_back(
        json::object{{"from", instant(step.from_ns)}, {"quantity", units(step.quantity)}});
  }
  const auto available = available_to_sell_at(db_, settings_, sku, channel, now);
  return json::serialize(json::object{{"sku", sku},
                                      {"channel", channel},
                                      {"available_to_sell", units(available.quantity)},
                                      {"backordered", units(backordered)},
                                      {"provenance", name_of(available.provenance)},
                                      {"rev", available.rev},
                                      {"as_of", instant(now)},
                                      {"by_date", std::move(dates)},
                                      {"warehouses", std::move(places)}});
}

std::string StockViews::positions(const StockFilter& filter) {
  return page(
      db_, "positions",
      "SELECT sku, warehouse, on_hand, damaged, quality_hold, quarantine, expired, recalled, "
      "allocated, picked, soft_reserved, safety_stock, rev FROM positions WHERE (?1 = '' OR sku = "
      "?1) AND (?2 = '' OR warehouse = ?2) AND (?3 = ?3 AND ?4 = ?4 AND ?5 = ?5) AND (?6 = '' OR "
      "sku || '@' || warehouse > ?6) ORDER BY sku || '@' || warehouse LIMIT ?7",
      filter, "position", [&](Row r) {
        const auto on_its_way = coming(db_, r.text(0), r.text(1));
        const Position p{
            {r.integer(2), r.integer(3), r.integer(4), r.integer(5), r.integer(6), r.integer(7)},
            r.integer(8),
            r.integer(9),
            r.integer(10),
            r.integer(11),
            r.integer(12)};
        json::array lots;
        auto statement = db_.prepare(
            "SELECT lot, on_hand, expired, expires_at FROM lots WHERE sku = ? AND warehouse = ? "
            "ORDER BY lot");
        statement.bind(r.text(0), r.text(1));
        while (statement.step()) {
          lots.push_back(json::object{{"lot", statement.text(0)},
                                      {"on_hand", units(statement.integer(1))},
                                      {"expired", units(statement.integer(2))},
                                      {"expires_at", instant(statement.integer(3))}});
        }
        return json::object{{"position", r.text(0) + "@" + r.text(1)},
                            {"sku", r.text(0)},
                            {"warehouse", r.text(1)},
                            {"on_hand", units(p.stock.on_hand)},
                            {"damaged", units(p.stock.damaged)},
                            {"quality_hold", units(p.stock.quality_hold)},
                            {"quarantine", units(p.stock.quarantine)},
                            {"expired", units(p.stock.expired)},
                            {"recalled", units(p.stock.recalled)},
                            {"allocated", units(p.allocated)},
                            {"picked", units(p.picked)},
                            {"soft_reserved", units(p.soft_reserved)},
                            {"safety_stock", units(p.safety_stock)},
                            {"net", units(p.net())},
                            {"in_transit", units(on_its_way.in_transit)},
                            {"on_order", units(on_its_way.on_order)},
                            {"rev", p.rev},
                            {"lots", std::move(lots)}};
      });
}

std::string StockViews::movements(const StockFilter& filter) {
  return page(
      db_, "movements",
      "SELECT id, sku, warehouse, lot, kind, on_hand, damaged, quality_hold, quarantine, expired, "
      "recalled, cause, reason, source, occurred_at, recorded_at, message FROM movements WHERE (?1 "
      "= '' OR sku = ?1) AND (?2 = '' OR warehouse = ?2) AND ?3 = ?3 AND (?4 = '' OR kind = ?4) "
      "AND "
      "(?5 = '' OR cause = ?5) AND (?6 = '' OR id < CAST(?6 AS INTEGER)) ORDER BY id DESC LIMIT ?7",
      filter, "movement", [](Row r) {
        return json::object{{"movement", std::to_string(r.integer(0))},
                            {"sku", r.text(1)},
                            {"warehouse", r.text(2)},
                            {"lot", r.text(3)},
                            {"kind", r.text(4)},
                            {"on_hand", units(r.integer(5))},
                            {"damaged", units(r.integer(6))},
                            {"quality_hold", units(r.integer(7))},
                            {"quarantine", units(r.integer(8))},
                            {"expired", units(r.integer(9))},
                            {"recalled", units(r.integer(10))},
                            {"cause", r.text(11)},
                            {"reason", r.text(12)},
                            {"source", r.text(13)},
                            {"occurred_at", instant(r.integer(14))},
                            {"recorded_at", instant(r.integer(15))},
                            {"message", r.text(16)}};
      });
}

std::string StockViews::reservations(const StockFilter& filter) {
  return page(
      db_, "reservations",
      "SELECT id, demand, order_id, line_no, sku, warehouse, channel, state, quantity, open, "
      "consumed, released, expired, displaced, expires_at, needed_at, created_at FROM reservations "
      "WHERE (?1 = '' OR sku = ?1) AND (?2 = '' OR warehouse = ?2) AND (?3 = '' OR channel = ?3) "
      "AND "
      "(?4 = '' OR state = ?4) AND (?5 = '' OR order_id = ?5) AND (?6 = '' OR id > ?6) ORDER BY id "
      "LIMIT ?7",
      filter, "reservation", [](Row r) {
        const auto place = r.text(5);
        return json::object{{"reservation", r.text(0)},
                            {"demand", r.text(1)},
                            {"for", r.text(2)},
                            {"line", r.text(3)},
                            {"sku", r.text(4)},
                            {"warehouse", place == "*" ? "" : place},
                            {"scope", place == "*"    ? "group"
                                      : place.empty() ? "none"
                                                      : "warehouse"},
                            {"channel", r.text(6)},
                            {"state", r.text(7)},
                            {"quantity", units(r.integer(8))},
                            {"open", units(r.integer(9))},
                            {"consumed", units(r.integer(10))},
                            {"released", units(r.integer(11))},
                            {"expired", units(r.integer(12))},
                            {"displaced", units(r.integer(13))},
                            {"expires_at", instant(r.integer(14))},
                            {"needed_at", instant(r.integer(15))},
                            {"created_at", instant(r.integer(16))}};
      });
}

std::string StockViews::supplies(const StockFilter& filter) {
  return page(
      db_, "supplies",
      "SELECT id, kind, sku, warehouse, open, eta FROM supplies WHERE open > 0 AND (?1 = '' OR sku "
      "= ?1) AND (?2 = '' OR warehouse = ?2) AND ?3 = ?3 AND (?4 = '' OR kind = ?4) AND ?5 = ?5 "
      "AND "
      "(?6 = '' OR id > ?6) ORDER BY id LIMIT ?7",
      filter, "supply", [](Row r) {
        return json::object{{"supply", r.text(0)},
                            {"kind", r.text(1)},
                            {"sku", r.text(2)},
                            {"warehouse", r.text(3)},
                            {"open", units(r.integer(4))},
                            {"eta", instant(r.integer(5))}};
      });
}

std::string StockViews::pools(const StockFilter& filter) {
  return page(
      db_, "pools",
      "SELECT id, sku, scope, channel, quota, used, spilled, mode, priority, valid_from, valid_to "
      "FROM allocation_pools WHERE (?1 = '' OR sku = ?1) AND (?2 = '' OR scope = ?2) AND (?3 = '' "
      "OR "
      "channel = ?3) AND (?4 = '' OR mode = ?4) AND ?5 = ?5 AND (?6 = '' OR id > ?6) ORDER BY id "
      "LIMIT ?7",
      filter, "pool", [](Row r) {
        return json::object{{"pool", r.text(0)},
                            {"sku", r.text(1)},
                            {"scope", r.text(2)},
                            {"channel", r.text(3)},
                            {"quota", units(r.integer(4))},
                            {"used", units(r.integer(5))},
                            {"spilled", units(r.integer(6))},
                            {"mode", r.text(7)},
                            {"priority", r.integer(8)},
                            {"valid_from", instant(r.integer(9))},
                            {"valid_to", instant(r.integer(10))}};
      });
}

std::string StockViews::transfers(const StockFilter& filter) {
  return page(
      db_, "transfers",
      "SELECT id, source, destination, state, reason, eta, created_at, dispatched_at FROM "
      "transfers "
      "t WHERE (?1 = '' OR EXISTS (SELECT 1 FROM transfer_lines l WHERE l.transfer = t.id AND "
      "l.sku "
      "= ?1)) AND (?2 = '' OR source = ?2 OR destination = ?2) AND ?3 = ?3 AND (?4 = '' OR state = "
      "?4) AND (?5 = '' OR id = ?5) AND (?6 = '' OR id < ?6) ORDER BY id DESC LIMIT ?7",
      filter, "transfer", [&](Row r) {
        json::array lines;
        auto statement = db_.prepare(
            "SELECT sku, planned, shipped, accepted, rejected, missing, returned FROM "
            "transfer_lines WHERE transfer = ? ORDER BY sku");
        statement.bind(r.text(0));
        while (statement.step()) {
          lines.push_back(json::object{
              {"sku", statement.text(0)},
              {"planned", units(statement.integer(1))},
              {"shipped", units(statement.integer(2))},
              {"accepted", units(statement.integer(3))},
              {"rejected", units(statement.integer(4))},
              {"missing", units(statement.integer(5))},
              {"returned", units(statement.integer(6))},
              {"in_transit",
               units(statement.integer(2) - statement.integer(3) - statement.integer(4) -
                     statement.integer(5) - statement.integer(6))}});
        }
        return json::object{{"transfer", r.text(0)},
                            {"from", r.text(1)},
                            {"to", r.text(2)},
                            {"state", r.text(3)},
                            {"reason", r.text(4)},
                            {"eta", instant(r.integer(5))},
                            {"created_at", instant(r.integer(6))},
                            {"dispatched_at", instant(r.integer(7))},
                            {"lines", std::move(lines)}};
      });
}

std::string StockViews::returns(const StockFilter& filter) {
  return page(
      db_, "returns",
      "SELECT id, rma_no, order_id, warehouse, state, money, reason, created_at FROM returns r "
      "WHERE "
      "(?1 = '' OR EXISTS (SELECT 1 FROM return_lines l WHERE l.return_id = r.id AND l.sku = ?1)) "
      "AND (?2 = '' OR warehouse = ?2) AND ?3 = ?3 AND (?4 = '' OR state = ?4) AND (?5 = '' OR "
      "order_id = ?5 OR id = ?5 OR rma_no = ?5) AND (?6 = '' OR id < ?6) ORDER BY id DESC LIMIT ?7",
      filter, "return", [&](Row r) {
        json::array lines;
        auto statement = db_.prepare(
            "SELECT line_no, sku, authorised, received, restocked, refunded FROM return_lines "
            "WHERE "
            "return_id = ? ORDER BY line_no");
        statement.bind(r.text(0));
        while (statement.step()) {
          lines.push_back(json::object{{"line", statement.text(0)},
                                       {"sku", statement.text(1)},
                                       {"authorised", units(statement.integer(2))},
                                       {"received", units(statement.integer(3))},
                                       {"restocked", units(statement.integer(4))},
                                       {"refunded", units(statement.integer(5))}});
        }
        json::array refunds;
        auto money = db_.prepare(
            "SELECT id, amount_minor, currency, attempt, state, reference FROM refunds WHERE "
            "return_id = ? ORDER BY id");
        money.bind(r.text(0));
        while (money.step()) {
          refunds.push_back(json::object{
              {"refund", money.text(0)},
              {"amount", canonical::to_string(canonical::Money{money.integer(1), money.text(2)})},
              {"currency", money.text(2)},
              {"attempt", money.integer(3)},
              {"state", money.text(4)},
              {"reference", money.text(5)}});
        }
        return json::object{{"return", r.text(0)},       {"rma", r.text(1)},
                            {"order", r.text(2)},        {"warehouse", r.text(3)},
                            {"state", r.text(4)},        {"money", r.text(5)},
                            {"reason", r.text(6)},       {"created_at", instant(r.integer(7))},
                            {"lines", std::move(lines)}, {"refunds", std::move(refunds)}};
      });
}

std::string StockViews::discrepancies(const StockFilter& filter) {
  return page(
      db_, "discrepancies",
      "SELECT id, kind, key, left_system, left_ref, left_value, right_system, right_ref, "
      "right_value, severity, cause, proposed_fix, state, reason, found_at, changed_at FROM "
      "discrepancies WHERE ?1 = ?1 AND ?2 = ?2 AND ?3 = ?3 AND (?4 = '' OR state = ?4) AND (?5 = "
      "'' "
      "OR kind = ?5) AND (?6 = '' OR id < ?6) ORDER BY id DESC LIMIT ?7",
      filter, "discrepancy", [](Row r) {
        return json::object{
            {"discrepancy", r.text(0)},
            {"kind", r.text(1)},
            {"key", r.text(2)},
            {"left", json::object{{"system", r.text(3)}, {"ref", r.text(4)}, {"value", r.text(5)}}},
            {"right",
             json::object{{"system", r.text(6)}, {"ref", r.text(7)}, {"value", r.text(8)}}},
            {"severity", r.text(9)},
            {"cause", r.text(10)},
            {"proposed_fix", r.text(11)},
            {"state", r.text(12)},
            {"reason", r.text(13)},
            {"found_at", instant(r.integer(14))},
            {"changed_at", instant(r.integer(15))}};
      });
}

}  // namespace crossdock::host::process
