// The description of each struct of party.hpp: required members, then all members in the order in
// which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "crossdock/canonical/party.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(CustomerKind, unknown, consumer, business, retailer)
CROSSDOCK_DESCRIBE(ExternalId, (system, kind, value), (system, kind, value))
CROSSDOCK_DESCRIBE(GeoPoint, (latitude, longitude), (latitude, longitude))
CROSSDOCK_DESCRIBE(Address, (city, country),
                   (name, name2, street, street2, city, region, postal_code, country, gln,
                    location_code, phone, email, geo))
CROSSDOCK_DESCRIBE(PaymentTerms, (net_days), (net_days, discount, discount_days))
CROSSDOCK_DESCRIBE(Customer, (code, name),
                   (id, code, name, kind, gln, duns, tax_ids, bill_to, ship_to, terms, credit_limit,
                    price_list, channels, external_ids))

}  // namespace crossdock::canonical
