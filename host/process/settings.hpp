// What the business processes are told by the configuration: who we are, where stock is kept, who
// buys. Filled once at start by the app; immutable afterwards.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/warehouse.hpp"
#include "host/process/sourcing/rules.hpp"

namespace crossdock::host::process {

// The days on which a warehouse works.
struct WorkCalendar {
  unsigned working_days = 0b0111110;  // a bit per day, Sunday first: Monday to Friday
  std::vector<canonical::LocalDate> holidays;
};

struct WarehouseSettings {
  canonical::Warehouse warehouse;
  std::string connector;  // of its WMS
  WorkCalendar calendar;
  std::int64_t handling_days = 0;         // working days in the house before it leaves
  std::vector<std::string> services;      // that it ships by; empty: all
  std::int64_t cost_per_order_minor = 0;  // for ranking by cost
  std::int64_t cost_per_1000_km_minor = 0;
  // Whose counts are believed here; empty: its WMS ("wms").
  std::string authority;
  // How long its last numbers are believed without a word from it, and after how long it counts as
  // empty; 0: for ever.
  std::int64_t freshness_ns = 0;
  std::int64_t floor_after_ns = 0;
  std::string transfer_connector;  // is told of transfers that it shall send; empty: nobody
  std::string notice_connector;    // is told of transfers on their way to it; empty: nobody
  bool own_labels = false;         // it buys labels itself; else our carrier's go with the work
};

// What a system's stock numbers mean: all that is there, or less what the orders it knows will
// take.
enum class StockProfile : std::uint8_t { gross, net };

// A pool or a quantity kept back that people keep in the configuration. At start what differs from
// the store becomes a message, so that a rebuild knows it.
struct PoolSettings {
  std::string id;
  std::string sku;
  std::string scope;  // a warehouse, or group
  std::string channel;
  std::int64_t quota_e4 = 0;
  bool spill = false;
  std::int64_t priority = 0;
  std::int64_t valid_from_ns = 0;
  std::int64_t valid_to_ns = 0;
};
struct KeepSettings {
  std::string sku;
  std::string warehouse;  // safety stock there
  std::string channel;    // or a threshold of the channel
  std::int64_t keep_e4 = 0;
};

// Keeps a product's stock balanced: where `to` has less than `below` to promise, it gets up to
// `fill_to` from `from`, as far as that keeps `keep`. An empty sku: every product.
struct BalancingRule {
  std::string name;
  std::string sku;
  std::string from;
  std::string to;
  std::int64_t below_e4 = 0;
  std::int64_t fill_to_e4 = 0;
  std::int64_t keep_e4 = 0;
};

enum class ShortagePolicy : std::uint8_t { backorder, reject_line, ship_complete };

// How a carrier service travels.
struct ServiceSettings {
  bool air = false;
  std::int64_t transit_days = 0;  // working days from leaving to arriving
};

// What happens where an order's price is not the one that holds for it.
enum class PriceCheck : std::uint8_t { none, alert, hold };

struct ChannelSettings {
  std::string code;
  std::string connector;  // receives acknowledgements, ship notices and invoices
  std::string customer;   // customer code of its orders; empty: as the order says
  ShortagePolicy shortage = ShortagePolicy::backorder;
  int priority = 0;  // the higher, the earlier its backorders are covered when stock comes
  std::vector<std::string> markets;  // countries of the warehouses it sells from; empty: all
  bool fraud_review = false;         // its orders wait until a reviewer clears them
  bool credit_review = false;        // its orders wait until the customer's credit allows them
  bool payment_required = false;     // its orders wait until they are paid or authorised
  PriceCheck price_check = PriceCheck::none;
  std::int64_t threshold_e4 = 0;   // of every product kept back from this channel
  std::string availability_taker;  // connector that is told what can be sold; empty: nobody
};

struct Settings {
  std::string company_name;
  std::string gs1_prefix;  // for SSCC-18
  std::string currency = "USD";
  std::map<std::string, WarehouseSettings, std::less<>> warehouses;
  std::map<std::string, ChannelSettings, std::less<>> channels;
  std::string carrier_connector;  // buys labels; empty: by routes
  std::string erp_connector;      // keeps sales and invoices; empty: by routes
  std::string fraud_connector;    // is asked about fraud
  std::string credit_connector;   // is asked about credit; empty: limit and exposure decide
  std::map<std::string, ServiceSettings, std::less<>> services;  // by name, as orders ask for them
  SourcingRules sourcing;     // what the configuration says; may be activated
  bool has_sourcing = false;  // whether it says anything
  // Who may write a group of fields, as "group" or "group@channel": channel, erp, operator, ...
  std::map<std::string, std::string, std::less<>> owners;
  std::string returns_connector;  // is told of authorised and declined returns; empty: nobody
  std::string refund_connector;   // pays refunds; empty: they stay due
  bool returns_authorised_by_rule = true;
  std::map<std::string, StockProfile> stock_profiles;  // by system; gross where not named
  std::vector<PoolSettings> pools;
  std::vector<KeepSettings> keeps;
  std::vector<BalancingRule> balancing;
  std::int64_t balancing_interval_ns = 0;               // 0: never
  std::int64_t availability_window_ns = 1'000'000'000;  // changes within it are told as one
  int most_fulfillment_attempts = 3;  // short shipments of one line before it is backordered
};

}  // namespace crossdock::host::process
