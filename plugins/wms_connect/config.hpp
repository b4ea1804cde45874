// What an operator says about a warehouse system that speaks the contract.
#pragma once

#include <crossdock/config.hpp>

namespace crossdock::wms {

struct WarehouseName {
  std::string name;  // ours
  std::string id;    // theirs
};

struct Config {
  std::string base_url;
  std::string api_code;
  Secret api_key;
  std::string tenant;
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds stock_interval{60'000};
  std::chrono::milliseconds settle{1'000};
  std::vector<WarehouseName> warehouses;
};

inline const ConfigSchema<Config>& config_schema() {
  static const auto kSchema = schema<Config>(
      field("base_url", &Config::base_url)
          .required()
          .describe("where the provider answers, without a path: https://host"),
      field("api_code", &Config::api_code)
          .required()
          .describe("the provider's code (fulfillment_provider_api_code)"),
      field("api_key", &Config::api_key).required().secret().describe("file:PATH or env:NAME"),
      field("tenant", &Config::tenant).describe("sent as tenant-id where it is given"),
      field("timeout", &Config::timeout).describe("of each read and write"),
      field("stock_interval", &Config::stock_interval).describe("how often all stock is read"),
      field("settle", &Config::settle)
          .describe("how long a lost request may still arrive at the provider"),
      list("warehouse", &Config::warehouses,
           schema<WarehouseName>(
               field("name", &WarehouseName::name).required().describe("our code of the warehouse"),
               field("id", &WarehouseName::id).describe("theirs; the same where not given"))));
  return kSchema;
}

}  // namespace crossdock::wms
