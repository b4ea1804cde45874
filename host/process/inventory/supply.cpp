#include "host/process/inventory/supply.hpp"

#include <algorithm>
#include <set>

#include "crossdock/canonical/instant.hpp"
#include "host/journal/memo.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/inventory/publishing.hpp"

namespace crossdock::host::process {
namespace {

struct Event {
  std::string warehouse;
  std::int64_t at = 0;
  std::int64_t change = 0;  // supply above nothing, demand below
};

// Supply and dated demand of a product in order of time; at one instant supply comes first.
std::vector<Event> events_of(journal::Database& db, std::string_view sku) {
  std::vector<Event> out;
  {
    auto statement = db.prepare(
        "SELECT warehouse, eta, open FROM supplies WHERE sku = ? AND open > 0 AND eta > 0");
    statement.bind(sku);
    while (statement.step()) {
      out.push_back({statement.text(0), statement.integer(1), statement.integer(2)});
    }
  }
  {
    auto statement = db.prepare(
        "SELECT warehouse, needed_at, open FROM reservations WHERE sku = ? AND state = 'dated'");
    statement.bind(sku);
    while (statement.step()) {
      out.push_back({statement.text(0), statement.integer(1), -statement.integer(2)});
    }
  }
  std::sort(out.begin(), out.end(), [](const Event& a, const Event& b) {
    return std::tuple(a.at, -a.change, a.warehouse) < std::tuple(b.at, -b.change, b.warehouse);
  });
  return out;
}

struct KnownDated : journal::Memo<bool> {
  KnownDated() : Memo({"timers"}) {}
};

// Every dated hold has its timer, and there are days without any.
bool is_kept_for_later(journal::Database& db, std::string_view sku) {
  const bool any = db.kept<KnownDated>().get(db, "", [&] {
    return db.prepare("SELECT 1 FROM timers WHERE kind = 'dated_hold' LIMIT 1").step();
  });
  if (!any) {
    return false;
  }
  auto statement =
      db.prepare("SELECT 1 FROM reservations WHERE sku = ? AND state = 'dated' LIMIT 1");
  statement.bind(sku);
  return statement.step();
}

std::vector<PromiseStep> steps_of(journal::Database& db, const Settings& settings,
                                  std::string_view sku, std::string_view channel,
                                  std::int64_t now_ns) {
  const auto stock = stock_of(db, settings, sku, now_ns);
  std::int64_t kept = 0;
  for (const auto& [code, at] : stock.warehouses) {
    const auto found = settings.warehouses.find(code);
    if (at.counts && found != settings.warehouses.end() &&
        sells_over(found->second.warehouse, channel)) {
      kept += at.kept_for_later;
    }
  }
  // What a strict channel may sell is bounded by its quotas; what comes is shared by the others.
  std::vector<PromiseStep> curve{{now_ns, available_of(stock, settings, channel).quantity + kept}};
  for (const auto& event : events_of(db, sku)) {
    const auto found = settings.warehouses.find(event.warehouse);
    if (found == settings.warehouses.end() || !sells_over(found->second.warehouse, channel)) {
      continue;
    }
    curve.push_back({std::max(event.at, now_ns), curve.back().quantity + event.change});
  }
  for (auto i = curve.size() - 1; i-- > 0;) {
    curve[i].quantity = std::min(curve[i].quantity, curve[i + 1].quantity);
  }
  std::vector<PromiseStep> out;
  for (const auto& step : curve) {
    const auto quantity = whole_units(step.quantity);
    if (!out.empty() && out.back().from_ns == step.from_ns) {
      out.back().quantity = quantity;
    } else if (out.empty() || quantity > out.back().quantity) {
      out.push_back({step.from_ns, quantity});
    }
  }
  return out;
}

std::int64_t at(const std::vector<PromiseStep>& steps, std::int64_t ns) {
  std::int64_t out = 0;
  for (const auto& step : steps) {
    out = step.from_ns <= ns ? step.quantity : out;
  }
  return out;
}

}  // namespace

void set_supply(Context& context, std::string_view id, std::string_view kind, std::string_view sku,
                std::string_view warehouse, std::int64_t open, std::int64_t eta_ns) {
  if (open <= 0) {
    context.db.prepare("DELETE FROM supplies WHERE id = ?").bind(id).run();
  } else {
    context.db
        .prepare(
            "INSERT INTO supplies(id, kind, sku, warehouse, open, eta) VALUES(?1, ?2, ?3, ?4, ?5, "
            "?6) ON CONFLICT(id) DO UPDATE SET kind = ?2, sku = ?3, warehouse = ?4, open = ?5, "
            "eta = ?6, rev = rev + 1")
        .bind(id, kind, sku, warehouse, open, eta_ns)
        .run();
  }
  availability_may_have_changed(context, sku);
}

void set_supply(Context& context, const canonical::Supply& supply) {
  const auto& warehouse = context.warehouse(supply.warehouse);
  if (supply.id.empty()) {
    throw Refused("a supply of " + supply.sku + " has no id; name the purchase order line");
  }
  std::int64_t eta = 0;
  if (supply.eta) {
    eta = canonical::instant_at(*supply.eta, 0, warehouse.warehouse.timezone)
              .value_or(canonical::Instant{})
              .ns;
  }
  set_supply(context, supply.id, supply.kind.empty() ? "po" : supply.kind, supply.sku,
             supply.warehouse, supply.open.e4, eta);
}

Coming coming(journal::Database& db, std::string_view sku, std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT COALESCE(SUM(CASE kind WHEN 'transfer' THEN open ELSE 0 END), 0), "
      "COALESCE(SUM(CASE kind WHEN 'transfer' THEN 0 ELSE open END), 0) FROM supplies "
      "WHERE sku = ? AND warehouse = ? AND open > 0");
  statement.bind(sku, warehouse);
  statement.step();
  return {statement.integer(0), statement.integer(1)};
}

void keep_for_later(journal::Database& db, StockOfProduct& stock) {
  if (!is_kept_for_later(db, stock.sku)) {
    return;
  }
  const auto events = events_of(db, stock.sku);
  for (auto& [code, at] : stock.warehouses) {
    const auto net = at.position.net();
    std::int64_t running = net;
    std::int64_t least = net;
    for (const auto& event : events) {
      if (event.warehouse == code) {
        running += event.change;
        least = std::min(least, running);
      }
    }
    at.kept_for_later = std::max<std::int64_t>(
        0, std::max<std::int64_t>(0, net) - std::max<std::int64_t>(0, least));
  }
}

std::vector<PromiseStep> promise_by_date(journal::Database& db, const Settings& settings,
                                         std::string_view sku, std::string_view channel,
                                         std::int64_t now_ns) {
  const auto components = components_of(db, sku);
  if (components.size() == 1 && components.front().sku == sku) {
    return steps_of(db, settings, sku, channel, now_ns);
  }
  std::vector<std::vector<PromiseStep>> each;
  std::set<std::int64_t> instants;
  for (const auto& component : components) {
    each.push_back(steps_of(db, settings, component.sku, channel, now_ns));
    for (auto& step : each.back()) {
      step.quantity = whole_units(in_product(step.quantity, component.factor));
      instants.insert(step.from_ns);
    }
  }
  std::vector<PromiseStep> out;
  for (const auto instant : instants) {
    std::int64_t least = INT64_MAX;
    for (const auto& steps : each) {
      least = std::min(least, at(steps, instant));
    }
    if (out.empty() || least > out.back().quantity) {
      out.push_back({instant, least});
    }
  }
  return out;
}

}  // namespace crossdock::host::process
