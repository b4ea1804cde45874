// Where an address is, roughly, and how far apart two places are.
#pragma once

#include <optional>

#include "crossdock/canonical/party.hpp"

namespace crossdock::host::process {

// The address's own point, else the middle of its state or province (US and CA).
std::optional<canonical::GeoPoint> locate(const canonical::Address& address);

// Great-circle distance (haversine, mean Earth radius 6371.0088 km).
double distance_km(const canonical::GeoPoint& a, const canonical::GeoPoint& b);

}  // namespace crossdock::host::process
