// What an operator says about a carrier account at ShipEngine.
#pragma once

#include <crossdock/config.hpp>

namespace crossdock::carrier {

// The standard carrier code (SCAC) that trading partners know a ShipEngine carrier by.
struct CarrierName {
  std::string name;  // ShipEngine's carrier_code
  std::string scac;
};

struct Config {
  std::string base_url = "https://api.shipengine.com";
  Secret api_key;
  std::string carrier_id;
  std::string service;  // empty: the cheapest that is offered
  std::string label_format = "zpl";
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds settle{1'000};
  std::chrono::milliseconds webhook_tolerance{300'000};
  std::vector<CarrierName> carriers;
};

inline const ConfigSchema<Config>& config_schema() {
  static const auto kSchema = schema<Config>(
      field("base_url", &Config::base_url).describe("where ShipEngine answers, without a path"),
      field("api_key", &Config::api_key).required().secret().describe("file:PATH or env:NAME"),
      field("carrier_id", &Config::carrier_id)
          .required()
          .describe("the carrier account that labels are bought on, as in se-123456"),
      field("service", &Config::service)
          .describe("service_code of every label; where it is not given, rates are asked for and "
                    "the cheapest service is taken"),
      field("label_format", &Config::label_format).one_of({"pdf", "png", "zpl"}),
      field("timeout", &Config::timeout).describe("of each read and write"),
      field("settle", &Config::settle)
          .describe("how long a lost request may still arrive at ShipEngine"),
      field("webhook_tolerance", &Config::webhook_tolerance).describe("how old a webhook may be"),
      list("carrier", &Config::carriers,
           schema<CarrierName>(field("name", &CarrierName::name).required(),
                               field("scac", &CarrierName::scac).required())));
  return kSchema;
}

}  // namespace crossdock::carrier
