// What the business processes are told by the configuration: who we are, where stock is kept, who
// buys. Filled once at start by the app; immutable afterwards.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crossdock/canonical/warehouse.hpp"

namespace crossdock::host::process {

struct WarehouseSettings {
  canonical::Warehouse warehouse;
  std::string connector;  // of its WMS
};

enum class ShortagePolicy : std::uint8_t { backorder, reject_line, ship_complete };

struct ChannelSettings {
  std::string code;
  std::string connector;  // receives acknowledgements, ship notices and invoices
  std::string customer;   // customer code of its orders; empty: as the order says
  ShortagePolicy shortage = ShortagePolicy::backorder;
  int priority = 0;  // the higher, the earlier its backorders are covered when stock comes
};

struct Settings {
  std::string company_name;
  std::string gs1_prefix;  // for SSCC-18
  std::string currency = "USD";
  std::map<std::string, WarehouseSettings> warehouses;
  std::map<std::string, ChannelSettings> channels;
  std::string carrier_connector;      // buys labels; empty: by routes
  std::string erp_connector;          // keeps sales and invoices; empty: by routes
  int most_fulfillment_attempts = 3;  // short shipments of one line before it is backordered
};

}  // namespace crossdock::host::process
