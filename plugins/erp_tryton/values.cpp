#include "plugins/erp_tryton/values.hpp"

#include <date/date.h>

#include <crossdock/json_reading.hpp>

#include "crossdock/canonical/quantity.hpp"

namespace crossdock::tryton {
namespace {

namespace json = boost::json;
using outside::member;

std::int64_t part(const json::value& in, const char* key) {
  const auto* found = member(in, key);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

}  // namespace

json::object decimal(const std::string& text) {
  return {{"__class__", "Decimal"}, {"decimal", text}};
}

json::object price(const canonical::UnitPrice& price) {
  const std::int64_t half = price.e6 < 0 ? -50 : 50;
  return decimal(canonical::decimal_text((price.e6 + half) / 100, 4));
}

json::object date(canonical::LocalDate date) {
  return {{"__class__", "date"}, {"year", date.year}, {"month", date.month}, {"day", date.day}};
}

json::object instant(std::int64_t ns) {
  using namespace std::chrono;
  const auto point = ::date::sys_time<nanoseconds>(nanoseconds(ns));
  const auto day = ::date::floor<::date::days>(point);
  const ::date::year_month_day ymd(day);
  const ::date::hh_mm_ss<microseconds> time(::date::floor<microseconds>(point - day));
  return {{"__class__", "datetime"},
          {"year", static_cast<int>(ymd.year())},
          {"month", static_cast<unsigned>(ymd.month())},
          {"day", static_cast<unsigned>(ymd.day())},
          {"hour", time.hours().count()},
          {"minute", time.minutes().count()},
          {"second", time.seconds().count()},
          {"microsecond", time.subseconds().count()}};
}

const json::value* field_of(const json::value& record, const std::string& field) {
  const auto dot = field.find('.');
  if (dot == std::string::npos) {
    return member(record, field);
  }
  const auto* inner = member(record, field.substr(0, dot + 1));
  return inner == nullptr ? nullptr : member(*inner, field.substr(dot + 1));
}

std::string decimal_text(const json::value& record, const std::string& field) {
  const auto* found = field_of(record, field);
  return found == nullptr ? std::string() : outside::text(*found, "decimal");
}

std::optional<canonical::Money> money(const json::value& record, const std::string& field,
                                      const std::string& currency) {
  const auto minor =
      canonical::parse_decimal(decimal_text(record, field), canonical::minor_digits(currency));
  return minor ? std::optional(canonical::Money{*minor, currency}) : std::nullopt;
}

std::optional<canonical::UnitPrice> unit_price(const json::value& record, const std::string& field,
                                               const std::string& currency) {
  const auto e6 = canonical::parse_decimal(decimal_text(record, field), 6);
  return e6 ? std::optional(canonical::UnitPrice{*e6, currency}) : std::nullopt;
}

std::optional<canonical::LocalDate> date_of(const json::value& record, const std::string& field) {
  const auto* found = field_of(record, field);
  if (found == nullptr) {
    return std::nullopt;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(part(*found, "year")),
                static_cast<int>(part(*found, "month")), static_cast<int>(part(*found, "day")));
  return canonical::parse_date(text);
}

std::int64_t instant_ns(const json::value& record, const std::string& field) {
  const auto* found = field_of(record, field);
  if (found == nullptr) {
    return 0;
  }
  const auto ymd = ::date::year(static_cast<int>(part(*found, "year"))) /
                   static_cast<int>(part(*found, "month")) / static_cast<int>(part(*found, "day"));
  if (!ymd.ok()) {
    return 0;
  }
  const auto days = ::date::sys_days(ymd).time_since_epoch();
  return std::chrono::nanoseconds(days).count() +
         ((part(*found, "hour") * 60 + part(*found, "minute")) * 60 + part(*found, "second")) *
             1'000'000'000 +
         part(*found, "microsecond") * 1'000;
}

std::int64_t id_of(const json::value& record, const std::string& field) {
  const auto* found = field_of(record, field);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

std::string text_of(const json::value& record, const std::string& field) {
  const auto* found = field_of(record, field);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace crossdock::tryton
