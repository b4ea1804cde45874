#include "host/process/sourcing/calendar.hpp"

#include <date/date.h>

#include <algorithm>

namespace crossdock::host::process {
namespace {

date::sys_days days_of(canonical::LocalDate day) {
  return date::sys_days{
      date::year_month_day{date::year{day.year}, date::month{day.month}, date::day{day.day}}};
}

canonical::LocalDate date_of(date::sys_days days) {
  const date::year_month_day day{days};
  return {static_cast<int>(day.year()),
          static_cast<std::uint8_t>(static_cast<unsigned>(day.month())),
          static_cast<std::uint8_t>(static_cast<unsigned>(day.day()))};
}

// Seconds after midnight of HH:MM; the configuration was checked.
std::int32_t seconds_of(const std::string& time) {
  if (time.size() != 5) {
    return 0;
  }
  return ((time[0] - '0') * 10 + (time[1] - '0')) * 3600 +
         ((time[3] - '0') * 10 + (time[4] - '0')) * 60;
}

std::string zone_of(const canonical::Warehouse& warehouse) {
  return warehouse.timezone.empty() ? "UTC" : warehouse.timezone;
}

}  // namespace

canonical::LocalDate add_days(canonical::LocalDate day, int count) {
  return date_of(days_of(day) + date::days{count});
}

bool works_on(const WorkCalendar& calendar, canonical::LocalDate day) {
  const auto weekday = date::weekday{days_of(day)}.c_encoding();  // 0 is Sunday
  return (calendar.working_days & (1u << weekday)) != 0 &&
         std::find(calendar.holidays.begin(), calendar.holidays.end(), day) ==
             calendar.holidays.end();
}

canonical::LocalDate add_working_days(const WorkCalendar& calendar, canonical::LocalDate day,
                                      int count) {
  constexpr int kLongest = 3 * 366;  // a calendar without working days must not hang
  int left = kLongest;
  while (!works_on(calendar, day) && left-- > 0) {
    day = add_days(day, 1);
  }
  for (; count > 0; --count) {
    do {
      day = add_days(day, 1);
    } while (!works_on(calendar, day) && left-- > 0);
  }
  return day;
}

std::optional<canonical::Instant> cutoff_on(const canonical::Warehouse& warehouse,
                                            std::string_view channel, std::string_view service,
                                            canonical::LocalDate day) {
  const canonical::Cutoff* best = nullptr;
  int best_score = -1;
  for (const auto& one : warehouse.cutoffs) {
    if ((!one.channel.empty() && one.channel != channel) ||
        (!one.service.empty() && one.service != service)) {
      continue;
    }
    const int score = (one.channel.empty() ? 0 : 2) + (one.service.empty() ? 0 : 1);
    if (score > best_score) {
      best = &one;
      best_score = score;
    }
  }
  if (best == nullptr) {
    return std::nullopt;
  }
  return canonical::instant_at(day, seconds_of(best->local_time), zone_of(warehouse));
}

canonical::LocalDate today(const WarehouseSettings& warehouse, std::int64_t now_ns) {
  return canonical::local_date({now_ns}, zone_of(warehouse.warehouse))
      .value_or(*canonical::local_date({now_ns}, "UTC"));
}

canonical::LocalDate ship_day(const WarehouseSettings& warehouse, std::string_view channel,
                              std::string_view service, std::int64_t now_ns) {
  auto day = today(warehouse, now_ns);
  const auto& calendar = warehouse.calendar;
  const auto cutoff = cutoff_on(warehouse.warehouse, channel, service, day);
  if (works_on(calendar, day) && cutoff && now_ns > cutoff->ns) {
    day = add_days(day, 1);
  }
  return add_working_days(calendar, day, static_cast<int>(warehouse.handling_days));
}

std::optional<canonical::LocalDate> delivery_day(const Settings& settings,
                                                 const WarehouseSettings& warehouse,
                                                 std::string_view service,
                                                 canonical::LocalDate shipped) {
  const auto found = settings.services.find(service);
  if (found == settings.services.end()) {
    return std::nullopt;
  }
  return add_working_days(warehouse.calendar, shipped,
                          static_cast<int>(found->second.transit_days));
}

}  // namespace crossdock::host::process
