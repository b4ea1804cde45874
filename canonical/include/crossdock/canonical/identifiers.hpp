// The identifiers of trade and their check digits (GS1 General Specifications, section 7.9: modulo
// 10, weights 3 and 1 from the right). Checks only; the values stay text, leading zeros included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::canonical {

// The check digit that completes `digits` (without it); nothing where they are not all digits.
std::optional<char> gs1_check_digit(std::string_view digits);

bool is_gtin(std::string_view text);       // 8, 12, 13 or 14 digits
bool is_gln(std::string_view text);        // 13 digits
bool is_sscc(std::string_view text);       // 18 digits
bool is_scac(std::string_view text);       // two to four capital letters
bool is_un_number(std::string_view text);  // UN and four digits
bool is_currency(std::string_view text);   // three capital letters

// SSCC-18: extension digit, GS1 company prefix (6 to 12 digits), serial number filling the rest,
// check digit. Nothing where the serial does not fit or a part is not digits.
std::optional<std::string> make_sscc(char extension, std::string_view company_prefix,
                                     std::uint64_t serial);
// GTIN-14 from indicator digit, company prefix and item number; nothing where they do not make 13.
std::optional<std::string> make_gtin14(char indicator, std::string_view company_prefix,
                                       std::string_view item);

}  // namespace crossdock::canonical
