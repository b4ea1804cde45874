#include "host/process/sourcing.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "host/process/geography.hpp"
#include "host/process/inventory/availability.hpp"

namespace crossdock::host::process {
namespace {

struct Candidate {
  const WarehouseSettings* settings;
  std::optional<double> distance;
};

std::string why_not(const WarehouseSettings& one, const std::string& channel,
                    const std::set<std::string>& excluded) {
  const auto& w = one.warehouse;
  if (w.status != canonical::WarehouseStatus::active) {
    return "is not active";
  }
  if (excluded.contains(w.code)) {
    return "refused this order before";
  }
  if (!w.channels.empty() &&
      std::find(w.channels.begin(), w.channels.end(), channel) == w.channels.end()) {
    return "does not serve channel " + channel;
  }
  return {};
}

// The dangerous-goods class of a product; empty when it is none.
std::string hazard_class(journal::Database& db, const std::string& sku) {
  auto statement = db.prepare("SELECT hazard_class FROM products WHERE sku = ?");
  statement.bind(sku);
  return statement.step() ? statement.text(0) : std::string();
}

// A warehouse says which classes it may store; "all" stands for any.
bool may_store(const canonical::Warehouse& warehouse, const std::string& hazard) {
  const auto& allowed = warehouse.hazmat_classes;
  return hazard.empty() || std::any_of(allowed.begin(), allowed.end(), [&](const auto& one) {
           return one == "all" || one == hazard;
         });
}

}  // namespace

Routing route(const Context& context, const std::string& channel, const canonical::Address& ship_to,
              const std::vector<Demand>& demands, const std::set<std::string>& excluded) {
  Routing out;
  const auto where = locate(ship_to);
  std::map<std::string, std::string> hazards;
  for (const auto& demand : demands) {
    hazards.try_emplace(demand.sku, hazard_class(context.db, demand.sku));
  }
  std::vector<Candidate> candidates;
  for (const auto& [code, one] : context.settings.warehouses) {
    Candidate candidate{&one, std::nullopt};
    const auto place = locate(one.warehouse.address);
    if (where && place) {
      candidate.distance = distance_km(*where, *place);
    }
    const std::string reason = why_not(one, channel, excluded);
    if (reason.empty()) {
      candidates.push_back(candidate);
    } else {
      out.reasons.push_back({code, candidate.distance, false, reason});
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    const double da = a.distance.value_or(1e9);
    const double db = b.distance.value_or(1e9);
    const auto& wa = a.settings->warehouse;
    const auto& wb = b.settings->warehouse;
    return std::tuple(da, -wa.priority, wa.code) < std::tuple(db, -wb.priority, wb.code);
  });

  AvailableStock stock(context.db, context.settings, channel, context.now_ns);
  const auto may_hold = [&](const Candidate& one, const std::string& sku) {
    return may_store(one.settings->warehouse, hazards[sku]);
  };
  // Taken in trial, one demand after the other: lines may share a product, also as parts of kits.
  const auto has_all = [&](const Candidate& one) {
    auto trial = stock;
    const auto& code = one.settings->warehouse.code;
    return std::all_of(demands.begin(), demands.end(), [&](const Demand& demand) {
      if (!may_hold(one, demand.sku) || trial.left(demand.sku, code) < demand.quantity) {
        return false;
      }
      trial.take(demand.sku, code, demand.quantity);
      return true;
    });
  };
  const auto whole = std::find_if(candidates.begin(), candidates.end(), has_all);
  if (whole != candidates.end()) {
    out.rule = "whole_order_nearest";
    for (const auto& demand : demands) {
      out.choices.push_back(
          {demand.line_no, demand.sku, whole->settings->warehouse.code, demand.quantity});
    }
  } else {
    out.rule = "split_by_line";
    for (const auto& demand : demands) {
      std::int64_t missing = demand.quantity;
      const auto take = [&](const Candidate& one, std::int64_t quantity) {
        const auto& code = one.settings->warehouse.code;
        stock.take(demand.sku, code, quantity);
        missing -= quantity;
        out.choices.push_back({demand.line_no, demand.sku, code, quantity});
      };
      // The line from one place if any place has all of it, else from the nearest ones in turn.
      const auto one_place =
          std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& one) {
            return may_hold(one, demand.sku) &&
                   stock.left(demand.sku, one.settings->warehouse.code) >= demand.quantity;
          });
      if (one_place != candidates.end()) {
        take(*one_place, missing);
        continue;
      }
      for (const auto& one : candidates) {
        const auto has = stock.left(demand.sku, one.settings->warehouse.code);
        if (missing > 0 && has > 0 && may_hold(one, demand.sku)) {
          take(one, std::min(missing, has));
        }
      }
      if (missing > 0) {
        out.shortages.push_back({demand.line_no, demand.sku, missing});
      }
    }
  }
  for (const auto& one : candidates) {
    const auto& code = one.settings->warehouse.code;
    const bool chosen = std::any_of(out.choices.begin(), out.choices.end(),
                                    [&](const Choice& choice) { return choice.warehouse == code; });
    std::string reason = chosen ? "chosen" : "";
    if (!chosen) {
      const auto barred = std::find_if(hazards.begin(), hazards.end(), [&](const auto& hazard) {
        return !may_store(one.settings->warehouse, hazard.second);
      });
      reason = barred != hazards.end() ? "may not store dangerous goods of class " + barred->second
               : has_all(one)          ? "has everything, but another is nearer"
                                       : "does not have everything, and others were enough";
    }
    out.reasons.push_back({code, one.distance, true, reason});
  }
  return out;
}

void Routing::hold_back(const std::vector<Demand>& demands) {
  choices.clear();
  shortages = demands;
  rule = "held_until_complete";
  for (auto& one : reasons) {
    if (one.eligible) {
      one.reason = "the order ships complete or not at all, and something is missing";
    }
  }
}

void record_decision(Context& context, std::string_view order_id, const Routing& routing) {
  context.db.prepare("INSERT INTO decisions(order_id, at, decision) VALUES(?,?,?)")
      .bind(order_id, context.now_ns, routing.to_json())
      .run();
}

std::string Routing::to_json() const {
  namespace json = boost::json;
  json::array choice_list;
  for (const auto& one : choices) {
    choice_list.push_back({{"line", one.line_no},
                           {"sku", one.sku},
                           {"warehouse", one.warehouse},
                           {"quantity", canonical::decimal_text(one.quantity, 4)}});
  }
  json::array shortage_list;
  for (const auto& one : shortages) {
    shortage_list.push_back({{"line", one.line_no},
                             {"sku", one.sku},
                             {"quantity", canonical::decimal_text(one.quantity, 4)}});
  }
  json::array reason_list;
  for (const auto& one : reasons) {
    json::object row{
        {"warehouse", one.warehouse}, {"eligible", one.eligible}, {"reason", one.reason}};
    if (one.distance_km) {
      row["distance_km"] = std::round(*one.distance_km * 10) / 10;
    }
    reason_list.push_back(std::move(row));
  }
  return json::serialize(json::object{{"rule", rule},
                                      {"choices", std::move(choice_list)},
                                      {"shortages", std::move(shortage_list)},
                                      {"warehouses", std::move(reason_list)}});
}

}  // namespace crossdock::host::process
