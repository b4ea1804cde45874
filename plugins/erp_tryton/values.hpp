// Tryton's JSON forms of decimals, dates and instants ({"__class__": ...}), both ways.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/money.hpp"

namespace crossdock::tryton {

boost::json::object decimal(const std::string& text);
// Tryton keeps unit prices with four decimals.
boost::json::object price(const canonical::UnitPrice& price);
boost::json::object date(canonical::LocalDate date);
boost::json::object instant(std::int64_t ns);

// The text of a decimal; empty where it is none.
std::string decimal_text(const boost::json::value& record, const std::string& field);
std::optional<canonical::Money> money(const boost::json::value& record, const std::string& field,
                                      const std::string& currency);
std::optional<canonical::UnitPrice> unit_price(const boost::json::value& record,
                                               const std::string& field,
                                               const std::string& currency);
std::optional<canonical::LocalDate> date_of(const boost::json::value& record,
                                            const std::string& field);
// Since the epoch; 0 where it is not given. A dotted field ("template.write_date") is read as
// Tryton answers it: "template.": {"write_date": ...}.
std::int64_t instant_ns(const boost::json::value& record, const std::string& field);
// A member, following one dot; null where it is not there.
const boost::json::value* field_of(const boost::json::value& record, const std::string& field);
std::int64_t id_of(const boost::json::value& record, const std::string& field = "id");
std::string text_of(const boost::json::value& record, const std::string& field);

}  // namespace crossdock::tryton
