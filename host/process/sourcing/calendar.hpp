// When a warehouse works: its days, holidays and cut-offs, in its own zone. An order that comes by
// the cut-off leaves the same day; else the next working day.
//
// A cut-off that a change to summer time skips is at the instant of the change; one that occurs
// twice is at its first occurrence (as std::chrono::choose::earliest).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crossdock/canonical/instant.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::process {

canonical::LocalDate add_days(canonical::LocalDate date, int days);
bool works_on(const WorkCalendar& calendar, canonical::LocalDate date);
// `count` working days after a day; 0: the day itself, or the next working day.
canonical::LocalDate add_working_days(const WorkCalendar& calendar, canonical::LocalDate date,
                                      int count);

// The cut-off of a day; the one that names channel and service before one that names one of them.
// Nothing where none is configured.
std::optional<canonical::Instant> cutoff_on(const canonical::Warehouse& warehouse,
                                            std::string_view channel, std::string_view service,
                                            canonical::LocalDate date);

// The local day on which an order leaves that is there now, its time in the house included.
canonical::LocalDate ship_day(const WarehouseSettings& warehouse, std::string_view channel,
                              std::string_view service, std::int64_t now_ns);
// The local day on which it arrives; nothing where the service's time is not configured.
std::optional<canonical::LocalDate> delivery_day(const Settings& settings,
                                                 const WarehouseSettings& warehouse,
                                                 std::string_view service,
                                                 canonical::LocalDate shipped);
// The warehouse's day now.
canonical::LocalDate today(const WarehouseSettings& warehouse, std::int64_t now_ns);

}  // namespace crossdock::host::process
