#include "host/process/sourcing/sourcing.hpp"

#include <algorithm>
#include <cmath>

#include "crossdock/canonical/decisions.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/product.hpp"
#include "host/process/directory.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/sourcing/calendar.hpp"
#include "host/process/sourcing/geography.hpp"
#include "host/process/warehouses.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::string_view kConfiguration = "configuration";

bool is_among(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Why a warehouse cannot serve an order, whatever the rules say.
std::string barred(const Context& context, const WarehouseSettings& one, const Wanted& wanted,
                   const SaidStatuses& said) {
  const auto& w = one.warehouse;
  if (const auto status = status_of(said, one); status != canonical::WarehouseStatus::active) {
    return status == canonical::WarehouseStatus::offline ? "is not active: it is offline"
                                                         : "is not active: it is closed";
  }
  if (wanted.excluded.contains(w.code)) {
    return "refused this order before, or it was taken from there";
  }
  const auto channel = context.settings.channels.find(wanted.channel);
  if (channel != context.settings.channels.end() && !channel->second.markets.empty() &&
      !is_among(channel->second.markets, w.address.country)) {
    return "is in " + w.address.country + ", which is not a market of channel " + wanted.channel;
  }
  if (!w.channels.empty() && !is_among(w.channels, wanted.channel)) {
    return "does not serve channel " + wanted.channel;
  }
  if (!wanted.service.empty() && !one.services.empty() && !is_among(one.services, wanted.service)) {
    return "does not ship by " + wanted.service;
  }
  if (w.orders_per_day) {
    const auto day = today(one, context.now_ns);
    if (work_on(context.db, w.code, day) >= *w.orders_per_day) {
      return "is full: it takes " + std::to_string(*w.orders_per_day) + " orders on " +
             canonical::to_string(day);
    }
  }
  return {};
}

}  // namespace

Question ask(const Context& context, const Wanted& wanted) {
  Question out;
  out.channel = wanted.channel;
  out.country = wanted.ship_to.country;
  out.service = wanted.service;
  out.value_minor = wanted.value_minor;
  out.at_ns = context.now_ns;
  for (const auto& demand : wanted.demands) {
    const auto product = product_facts(context.db, demand.sku);
    Question::Line line{demand, {}, product ? product->hazard_class : std::string()};
    for (const auto& component : components_of(context.db, demand.sku)) {
      line.parts.push_back({component.sku, component.factor});
    }
    out.lines.push_back(std::move(line));
  }
  std::map<std::string, StockOfProduct> stocks;
  for (const auto& line : out.lines) {
    for (const auto& part : line.parts) {
      if (stocks.contains(part.sku)) {
        continue;
      }
      auto& stock = stocks[part.sku] =
          stock_of(context.db, context.settings, part.sku, context.now_ns);
      // What the order holds already without a warehouse is there for it.
      if (const auto own = wanted.held.find(line.demand.sku); own != wanted.held.end()) {
        stock.group_demand[wanted.channel] -= in_component(own->second, part.factor);
      }
      out.in_all[part.sku] = available_of(stock, context.settings, wanted.channel).quantity;
    }
  }
  const auto where = locate(wanted.ship_to);
  const auto said = said_statuses(context.db);
  for (const auto& [code, one] : context.settings.warehouses) {
    Question::Warehouse w;
    w.code = code;
    w.country = one.warehouse.address.country;
    w.priority = one.warehouse.priority;
    w.hazmat_classes = one.warehouse.hazmat_classes;
    w.barred = barred(context, one, wanted, said);
    const auto place = locate(one.warehouse.address);
    if (where && place) {
      w.distance_km = distance_km(*where, *place);
    }
    w.cost_minor = one.cost_per_order_minor +
                   std::llround(w.distance_km.value_or(0) *
                                static_cast<double>(one.cost_per_1000_km_minor) / 1000.0);
    if (w.barred.empty()) {
      w.ship_on = ship_day(one, wanted.channel, wanted.service, context.now_ns);
      w.arrives_on = delivery_day(context.settings, one, wanted.service, *w.ship_on);
      for (const auto& line : out.lines) {
        for (const auto& part : line.parts) {
          w.stock[part.sku] =
              part_of_warehouse(stocks.at(part.sku), context.settings, wanted.channel, code);
        }
      }
    }
    out.warehouses.push_back(std::move(w));
  }
  return out;
}

Routed route(const Context& context, const Wanted& wanted) {
  Routed out;
  out.question = ask(context, wanted);
  static_cast<Routing&>(out) = decide(out.question, active_rules(context.db));
  return out;
}

void record_decision(Context& context, std::string_view order_id, const Routed& routing) {
  context.db
      .prepare("INSERT INTO decisions(order_id, at, version, decision, question) VALUES(?,?,?,?,?)")
      .bind(order_id, context.now_ns, routing.version, routing.to_json(),
            process::to_json(routing.question))
      .run();
}

void activate_rules(Context& context, const std::string& name, const std::string& rules,
                    const std::string& actor) {
  std::string fault;
  auto read = rules_from_json(rules, fault);
  if (!read) {
    throw Refused(fault);
  }
  read->name = name;
  const auto now = active_rules(context.db);
  const auto text = to_json(*read);
  if (now.version > 0 && to_json(now.rules) == text) {
    return;
  }
  context.db
      .prepare("INSERT INTO rule_sets(version, name, rules, activated_at, actor) VALUES(?,?,?,?,?)")
      .bind(now.version + 1, name, text, context.now_ns, actor)
      .run();
}

void announce_rules(Context& context) {
  if (!context.settings.has_sourcing) {
    return;
  }
  const auto configured = to_json(context.settings.sourcing);
  {
    auto statement = context.db.prepare(
        "SELECT rules FROM rule_sets WHERE actor = ? ORDER BY version DESC LIMIT 1");
    statement.bind(kConfiguration);
    if (statement.step() && statement.text(0) == configured) {
      return;  // what an operator activated since then stands
    }
  }
  canonical::RuleSet set;
  set.name = context.settings.sourcing.name;
  set.rules = configured;
  set.actor = kConfiguration;
  context.send({.type = canonical::kRulesActivated,
                .target = kProcesses,
                .business_key = "rules",
                .subject = set.name,
                .idempotency_key = "configured/rules/" + std::to_string(context.now_ns),
                .data = canonical::encode(set),
                .correlation_id = "configuration"});
}

}  // namespace crossdock::host::process
