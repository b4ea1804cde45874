// Points in time. An Instant is always UTC; a place's local meaning needs its zone named beside it.
// Pure values, safe on any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::canonical {

// Nanoseconds since 1970-01-01T00:00:00Z. Zero means "not known" wherever a field is optional in
// meaning; no real event of this field happened in 1970.
struct Instant {
  std::int64_t ns = 0;
  auto operator<=>(const Instant&) const = default;
  bool known() const { return ns != 0; }
};

Instant now();  // of the system's clock

// A day of the calendar, without a zone: 2026-11-24. Kept as its three numbers.
struct LocalDate {
  std::int32_t year = 0;
  std::uint8_t month = 0;  // 1..12; 0 means "not known"
  std::uint8_t day = 0;    // 1..31
  auto operator<=>(const LocalDate&) const = default;
  bool known() const { return month != 0; }
};

// RFC 3339 in UTC, fraction as long as needed: 2026-11-24T11:06:30.5Z.
std::string to_string(Instant instant);
std::string to_string(LocalDate date);  // ISO 8601 calendar date

// Accepts any RFC 3339 offset; nothing before 1678 or after 2261 (what 64 bits of ns hold).
std::optional<Instant> parse_instant(std::string_view text);
std::optional<LocalDate> parse_date(std::string_view text);

// The calendar day of an instant in an IANA zone; nothing where the zone is not known here.
std::optional<LocalDate> local_date(Instant instant, std::string_view zone);
// The instant at which a local day and time of day (seconds after midnight) happens in a zone. A
// time that occurs twice means its first occurrence; one that does not exist means the transition.
std::optional<Instant> instant_at(LocalDate date, std::int32_t seconds, std::string_view zone);
bool zone_exists(std::string_view zone);

}  // namespace crossdock::canonical
