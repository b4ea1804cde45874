// What stands on a carton's label, out of the same shipment notice that the 856 is written from, so
// that label and 856 cannot differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crossdock/canonical/fulfillment.hpp"

namespace crossdock::edi::labels {

struct CartonContent {
  std::string number;       // GTIN where there is one, else the SKU
  std::string description;  // may be empty
  std::string quantity;     // with its unit
  std::string lot;          // may be empty
};

struct Carton {
  std::string sscc;  // 18 digits
  canonical::Address ship_from;
  canonical::Address ship_to;
  std::string po_number;
  std::vector<std::pair<std::string, std::string>> references;  // what the partner wants to see
  std::string carrier;
  std::string service;
  std::string tracking_no;
  std::string bol;
  std::size_t number = 1;  // of `count`
  std::size_t count = 1;
  std::optional<std::int64_t> weight_g;
  std::vector<CartonContent> contents;
};

// One for each package. A package without a valid SSCC is said in `problems` and left out: a carton
// number is allotted where the shipment is planned, never by a label.
std::vector<Carton> cartons_of(const canonical::ShipNotice& notice,
                               std::vector<std::string>& problems);

}  // namespace crossdock::edi::labels
