// GS1 element strings: application identifiers with their data, as a GS1-128 symbol carries them
// and as people read them (GS1 General Specifications, sections 5.4, 7.8 and 4.14).
//
// Pure but for libzint, which makes the symbol; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crossdock::edi::labels {

struct Element {
  std::string identifier;  // 00, 420, 10 ...
  std::string data;
};

// Whether a separator (FNC1) must stand between this element and one that follows: all but the
// identifiers of predefined length need it (section 7.8, by their first two digits).
bool needs_separator(std::string_view identifier);

// "(00) 006141410000000018": identifiers in parentheses, which are not in the symbol.
std::string readable(const std::vector<Element>& elements);

// The data characters after start character and leading FNC1: kSeparator stands where an FNC1 does.
inline constexpr char kSeparator = 0x1d;
std::string encoded(const std::vector<Element>& elements);

// A row of modules, '1' a bar, quiet zones not included. Throws std::runtime_error with libzint's
// words where the elements cannot be encoded (a wrong check digit included).
std::string gs1_128(const std::vector<Element>& elements);

// The same for ZPL's ^BC in mode N, where `>` begins an instruction: start in code set C and FNC1,
// digits in pairs as far as they go, FNC1 as a separator, code set B for the rest.
std::string zpl_gs1_128(const std::vector<Element>& elements);

}  // namespace crossdock::edi::labels
