// A place that holds stock and ships it (GS1 GLN location, OAGIS Site, Shopify Location).
#pragma once

#include "crossdock/canonical/party.hpp"

namespace crossdock::canonical {

enum class WarehouseStatus : std::uint8_t {
  unknown,
  active,
  offline,
  closed,
  shadow  // its stock is seen, and not sold
};
enum class WarehouseKind : std::uint8_t { unknown, dc, store, third_party, virtual_site, vendor };

struct Cutoff {
  std::string channel;     // empty: every channel
  std::string service;     // empty: every service
  std::string local_time;  // HH:MM in the warehouse's zone
  Unknown unknown;
};

struct Warehouse {
  std::string code;
  std::string name;
  WarehouseKind kind = WarehouseKind::dc;
  WarehouseStatus status = WarehouseStatus::active;
  std::optional<std::string> gln;
  Address address;
  std::string timezone;  // IANA
  std::vector<std::string> hazmat_classes;
  std::vector<std::string> channels;  // empty: all
  std::vector<std::string> carriers;  // empty: all
  std::vector<Cutoff> cutoffs;
  std::optional<std::int64_t> orders_per_day;
  std::int64_t priority = 0;
  Unknown unknown;
};

}  // namespace crossdock::canonical
