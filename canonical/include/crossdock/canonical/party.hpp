// Who and where: addresses, contacts and the customer (OAGIS CustomerPartyMaster, UBL Party).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crossdock/canonical/money.hpp"
#include "crossdock/canonical/unknown.hpp"

namespace crossdock::canonical {

// A number that another system knows this entity by; unique on (system, kind, value).
struct ExternalId {
  std::string system;
  std::string kind;
  std::string value;
  Unknown unknown;
};

struct GeoPoint {
  double latitude = 0;  // degrees, WGS 84
  double longitude = 0;
  Unknown unknown;
};

struct Address {
  std::string name;
  std::string name2;
  std::string street;
  std::string street2;
  std::string city;
  std::string region;  // ISO 3166-2 subdivision without the country: IL
  std::string postal_code;
  std::string country = "US";  // ISO 3166-1 alpha-2
  std::optional<std::string> gln;
  std::optional<std::string> location_code;  // the partner's own store or DC number
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<GeoPoint> geo;
  Unknown unknown;
};

enum class CustomerKind : std::uint8_t { unknown, consumer, business, retailer };

struct PaymentTerms {
  std::int64_t net_days = 30;
  std::optional<std::string> discount;        // decimal percent
  std::optional<std::int64_t> discount_days;  // within which it counts; none: all of net_days
  Unknown unknown;
};

struct Customer {
  std::string id;
  std::string code;  // the number that orders and the ERP know it by
  std::string name;
  CustomerKind kind = CustomerKind::business;
  std::optional<std::string> gln;
  std::optional<std::string> duns;
  std::vector<std::string> tax_ids;
  std::optional<Address> bill_to;
  std::vector<Address> ship_to;
  std::optional<PaymentTerms> terms;
  std::optional<Money> credit_limit;
  std::optional<std::string> price_list;
  std::vector<std::string> channels;
  std::vector<ExternalId> external_ids;
  Unknown unknown;
};

}  // namespace crossdock::canonical
