// How single values are written on the two sides: the text of an element, and canonical JSON.
// Pure; every function says false with the fault in words, and has then written nothing.
#pragma once

#include <string>
#include <string_view>

#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

// A JSON string. Bytes that are no UTF-8 are taken as Latin-1.
void append_json_string(std::string_view text, std::string& out);

// The shortest decimal text of at most `decimals` places: "010.50" is 10.5.
bool append_decimal(std::string_view text, int decimals, std::string& out, std::string& fault);

// Element to JSON. `aux` is the element that the field's codec names beside it, `currency` that of
// the document, `words` the field's code list (null without one).
bool append_canonical(const MapField& field, std::string_view value, std::string_view aux,
                      std::string_view currency, const CodeWords* words, std::string& out,
                      std::string& fault);

// A JSON value as it was parsed, in parts: text is the string or the number as text; of an object
// with two members (quantity, price, money) `text` is the number and `word` the unit or currency.
struct CanonicalValue {
  std::string_view text;
  std::string_view word;
  bool is_true = false;
};

// JSON to element; `aux` receives what the codec writes beside it.
bool to_element(const MapField& field, const CanonicalValue& value, std::string_view currency,
                const CodeWords* words, std::string& out, std::string& aux, std::string& fault);

}  // namespace crossdock::x12
