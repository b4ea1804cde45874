#include "crossdock/canonical/instant.hpp"

#include <date/tz.h>

#include <array>
#include <charconv>
#include <chrono>
#include <functional>
#include <map>
#include <string>

namespace crossdock::canonical {
namespace {

using Nanoseconds = std::chrono::nanoseconds;
using SysTime = date::sys_time<Nanoseconds>;

bool digits(std::string_view text, std::size_t at, std::size_t count, int& out) {
  if (text.size() < at + count) {
    return false;
  }
  out = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return false;
    }
    out = out * 10 + (text[i] - '0');
  }
  return true;
}

// Those that were asked for before are remembered; there are some six hundred.
const date::time_zone* zone_of(std::string_view zone) {
  thread_local std::map<std::string, const date::time_zone*, std::less<>> known;
  if (const auto found = known.find(zone); found != known.end()) {
    return found->second;
  }
  try {
    return known[std::string(zone)] = date::locate_zone(std::string(zone));
  } catch (const std::exception&) {
    return nullptr;
  }
}

// A number of at least so many digits.
void append_padded(std::int64_t number, std::size_t digits, std::string& out) {
  std::array<char, 24> text{};
  const auto* const end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  const auto size = static_cast<std::size_t>(end - text.data());
  out.append(digits > size ? digits - size : 0, '0');
  out.append(text.data(), size);
}

void append_day(int year, unsigned month, unsigned day, std::string& out) {
  append_padded(year, 4, out);
  out.push_back('-');
  append_padded(month, 2, out);
  out.push_back('-');
  append_padded(day, 2, out);
}

date::year_month_day ymd(LocalDate date) {
  return date::year_month_day{date::year{date.year}, date::month{date.month}, date::day{date.day}};
}

}  // namespace

Instant now() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

std::string to_string(LocalDate date) {
  std::string out;
  append_day(date.year, date.month, date.day, out);
  return out;
}

std::string to_string(Instant instant) {
  const SysTime at{Nanoseconds{instant.ns}};
  const auto day = date::floor<date::days>(at);
  const date::year_month_day calendar{day};
  const date::hh_mm_ss<Nanoseconds> time{at - day};
  std::string out;
  append_day(static_cast<int>(calendar.year()), static_cast<unsigned>(calendar.month()),
             static_cast<unsigned>(calendar.day()), out);
  out.push_back('T');
  append_padded(time.hours().count(), 2, out);
  out.push_back(':');
  append_padded(time.minutes().count(), 2, out);
  out.push_back(':');
  append_padded(time.seconds().count(), 2, out);
  if (const auto fraction = time.subseconds().count(); fraction != 0) {
    out.push_back('.');
    append_padded(fraction, 9, out);
    while (out.back() == '0') {
      out.pop_back();
    }
  }
  out.push_back('Z');
  return out;
}

std::optional<LocalDate> parse_date(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() != 10 || !digits(text, 0, 4, year) || text[4] != '-' ||
      !digits(text, 5, 2, month) || text[7] != '-' || !digits(text, 8, 2, day)) {
    return std::nullopt;
  }
  const LocalDate date{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
  return ymd(date).ok() ? std::optional(date) : std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || !digits(text, 11, 2, hour) ||
      text[13] != ':' || !digits(text, 14, 2, minute) || text[16] != ':' ||
      !digits(text, 17, 2, second) || hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  const auto date = parse_date(text.substr(0, 10));
  if (!date || date->year < 1678 || date->year > 2261) {
    return std::nullopt;
  }
  std::size_t at = 19;
  std::int64_t fraction = 0;
  if (text[at] == '.') {
    std::int64_t scale = 100'000'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      fraction += (text[at] - '0') * scale;
      scale /= 10;
    }
  }
  std::int64_t offset_minutes = 0;
  if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
    ++at;
  } else {
    int hours = 0;
    int minutes = 0;
    if (at + 6 > text.size() || (text[at] != '+' && text[at] != '-') ||
        !digits(text, at + 1, 2, hours) || text[at + 3] != ':' ||
        !digits(text, at + 4, 2, minutes)) {
      return std::nullopt;
    }
    offset_minutes = (hours * 60 + minutes) * (text[at] == '-' ? -1 : 1);
    at += 6;
  }
  if (at != text.size()) {
    return std::nullopt;
  }
  const auto day = date::sys_days{ymd(*date)};
  const auto seconds = day.time_since_epoch() + std::chrono::hours(hour) +
                       std::chrono::minutes(minute - offset_minutes) + std::chrono::seconds(second);
  return Instant{std::chrono::duration_cast<Nanoseconds>(seconds).count() + fraction};
}

bool zone_exists(std::string_view zone) { return zone_of(zone) != nullptr; }

std::optional<LocalDate> local_date(Instant instant, std::string_view zone) {
  const auto* found = zone_of(zone);
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto local = found->to_local(SysTime{Nanoseconds{instant.ns}});
  const date::year_month_day calendar{date::floor<date::days>(local)};
  return LocalDate{static_cast<int>(calendar.year()),
                   static_cast<std::uint8_t>(static_cast<unsigned>(calendar.month())),
                   static_cast<std::uint8_t>(static_cast<unsigned>(calendar.day()))};
}

std::optional<Instant> instant_at(LocalDate date, std::int32_t seconds, std::string_view zone) {
  const auto* found = zone_of(zone);
  if (found == nullptr || !ymd(date).ok()) {
    return std::nullopt;
  }
  const auto local = date::local_days{ymd(date)} + std::chrono::seconds(seconds);
  const auto at = found->to_sys(local, date::choose::earliest);
  return Instant{std::chrono::duration_cast<Nanoseconds>(at.time_since_epoch()).count()};
}

}  // namespace crossdock::canonical
