#include "host/process/sourcing/geography.hpp"

#include <cmath>
#include <numbers>

namespace crossdock::host::process {
namespace {

struct Region {
  std::string_view country;
  std::string_view code;
  double latitude;
  double longitude;
};

// Middles of states and provinces to a tenth of a degree or so: enough to tell near from far.
constexpr Region kRegions[] = {
    {"US", "AL", 32.8, -86.8},  {"US", "AK", 64.1, -152.3}, {"US", "AZ", 34.3, -111.7},
    {"US", "AR", 34.9, -92.4},  {"US", "CA", 37.2, -119.5}, {"US", "CO", 39.0, -105.5},
    {"US", "CT", 41.6, -72.7},  {"US", "DE", 39.0, -75.5},  {"US", "DC", 38.9, -77.0},
    {"US", "FL", 28.6, -82.4},  {"US", "GA", 32.6, -83.4},  {"US", "HI", 20.3, -156.4},
    {"US", "ID", 44.4, -114.6}, {"US", "IL", 40.0, -89.2},  {"US", "IN", 39.9, -86.3},
    {"US", "IA", 42.1, -93.5},  {"US", "KS", 38.5, -98.4},  {"US", "KY", 37.5, -85.3},
    {"US", "LA", 31.1, -92.0},  {"US", "ME", 45.4, -69.2},  {"US", "MD", 39.0, -76.8},
    {"US", "MA", 42.3, -71.8},  {"US", "MI", 44.3, -85.4},  {"US", "MN", 46.3, -94.3},
    {"US", "MS", 32.7, -89.7},  {"US", "MO", 38.4, -92.5},  {"US", "MT", 47.0, -109.6},
    {"US", "NE", 41.5, -99.8},  {"US", "NV", 39.3, -116.6}, {"US", "NH", 43.7, -71.6},
    {"US", "NJ", 40.2, -74.7},  {"US", "NM", 34.4, -106.1}, {"US", "NY", 42.9, -75.5},
    {"US", "NC", 35.6, -79.4},  {"US", "ND", 47.4, -100.5}, {"US", "OH", 40.3, -82.8},
    {"US", "OK", 35.6, -97.5},  {"US", "OR", 43.9, -120.6}, {"US", "PA", 40.9, -77.8},
    {"US", "RI", 41.7, -71.6},  {"US", "SC", 33.9, -80.9},  {"US", "SD", 44.4, -100.2},
    {"US", "TN", 35.9, -86.4},  {"US", "TX", 31.5, -99.3},  {"US", "UT", 39.3, -111.7},
    {"US", "VT", 44.1, -72.7},  {"US", "VA", 37.5, -78.9},  {"US", "WA", 47.4, -120.5},
    {"US", "WV", 38.6, -80.6},  {"US", "WI", 44.6, -89.7},  {"US", "WY", 43.0, -107.6},
    {"US", "PR", 18.2, -66.4},  {"CA", "AB", 54.5, -115.0}, {"CA", "BC", 54.8, -125.1},
    {"CA", "MB", 54.9, -97.4},  {"CA", "NB", 46.6, -66.4},  {"CA", "NL", 53.2, -59.9},
    {"CA", "NS", 45.2, -62.8},  {"CA", "NT", 66.4, -119.1}, {"CA", "NU", 71.1, -86.2},
    {"CA", "ON", 49.3, -84.5},  {"CA", "PE", 46.4, -63.2},  {"CA", "QC", 52.5, -71.8},
    {"CA", "SK", 54.4, -105.9}, {"CA", "YT", 63.6, -135.5}};

double radians(double degrees) { return degrees * std::numbers::pi / 180.0; }

}  // namespace

std::optional<canonical::GeoPoint> locate(const canonical::Address& address) {
  if (address.geo) {
    return address.geo;
  }
  for (const auto& region : kRegions) {
    if (region.code == address.region && region.country == address.country) {
      return canonical::GeoPoint{region.latitude, region.longitude, {}};
    }
  }
  return std::nullopt;
}

double distance_km(const canonical::GeoPoint& a, const canonical::GeoPoint& b) {
  constexpr double kRadius = 6371.0088;
  const double north = std::sin(radians(b.latitude - a.latitude) / 2);
  const double east = std::sin(radians(b.longitude - a.longitude) / 2);
  const double h =
      north * north + std::cos(radians(a.latitude)) * std::cos(radians(b.latitude)) * east * east;
  return 2 * kRadius * std::asin(std::min(1.0, std::sqrt(h)));
}

}  // namespace crossdock::host::process
