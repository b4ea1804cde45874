// What is coming and what is wanted later: available to promise by date (backward consumption).
//
//   ATP(d) = min over t >= d of (ATS today + supply until t - dated demand until t)
//
// A supply without a date is not counted. Dated demand is a reservation that holds nothing before
// its day; on its day it becomes a hard one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/inventory.hpp"
#include "host/process/inventory/availability.hpp"

namespace crossdock::host::process {

// Sets what is coming under an id; nothing open takes it away. Throws Refused where the warehouse
// is not known.
void set_supply(Context& context, const canonical::Supply& supply);
void set_supply(Context& context, std::string_view id, std::string_view kind, std::string_view sku,
                std::string_view warehouse, std::int64_t open, std::int64_t eta_ns);

// On its way from other warehouses, and ordered from outside.
struct Coming {
  std::int64_t in_transit = 0;
  std::int64_t on_order = 0;
};
Coming coming(journal::Database& db, std::string_view sku, std::string_view warehouse);

// How much of today's net must stay for demand dated in the future.
void keep_for_later(journal::Database& db, StockOfProduct& stock);

// The instants at which more can be promised, each with the whole quantity from then on; the first
// is now. Of a kit: the least of its components'.
struct PromiseStep {
  std::int64_t from_ns = 0;
  std::int64_t quantity = 0;
};
std::vector<PromiseStep> promise_by_date(journal::Database& db, const Settings& settings,
                                         std::string_view sku, std::string_view channel,
                                         std::int64_t now_ns);

}  // namespace crossdock::host::process
