// What an operator says about a Tryton server.
#pragma once

#include <crossdock/config.hpp>

namespace crossdock::tryton {

struct WarehouseCode {
  std::string name;  // ours
  std::string code;  // Tryton's code of the warehouse
};

struct Config {
  std::string base_url;
  std::string database;
  std::string user;
  Secret password;
  std::chrono::milliseconds timeout{60'000};
  std::chrono::milliseconds overlap{120'000};
  std::chrono::milliseconds stock_interval{300'000};
  std::chrono::milliseconds settle{2'000};
  std::vector<WarehouseCode> warehouses;
};

inline const ConfigSchema<Config>& config_schema() {
  static const auto kSchema = schema<Config>(
      field("base_url", &Config::base_url).required().describe("http://host:port, without a path"),
      field("database", &Config::database).required().describe("name of Tryton's database"),
      field("user", &Config::user).required().describe("a technical user's login"),
      field("password", &Config::password).required().secret().describe("file:PATH or env:NAME"),
      field("timeout", &Config::timeout).describe("of each read and write"),
      field("overlap", &Config::overlap)
          .describe("how far change windows overlap; more than Tryton's longest transaction"),
      field("stock_interval", &Config::stock_interval).describe("how often all stock is read"),
      field("settle", &Config::settle)
          .describe("how long a lost request may still be at work in Tryton"),
      list(
          "warehouse", &Config::warehouses,
          schema<WarehouseCode>(
              field("name", &WarehouseCode::name).required().describe("our code"),
              field("code", &WarehouseCode::code).describe("Tryton's; the same where not given"))));
  return kSchema;
}

}  // namespace crossdock::tryton
