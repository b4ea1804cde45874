// Holds a scenario file to its form. The published JSON Schema (scenario.schema.json, built in) is
// the one description of the format: what it does not list is refused here, with the place and, for
// a wrong word, what was probably meant.
//
// Knows of JSON Schema what that file uses: $ref into $defs, type, enum, const, pattern,
// properties, required, additionalProperties, minProperties, items, minItems, minimum, maximum,
// oneOf, anyOf.
#pragma once

#include <string_view>

#include "host/scenario/tree.hpp"

namespace crossdock::host::scenario {

// The JSON Schema (draft 2020-12) of scenario files.
extern const char* const kSchema;

// Appends a fault per deviation. `definition`: of $defs; empty: the whole document.
void check_form(const Node& node, std::string_view definition, const std::string& file,
                Faults& faults);

}  // namespace crossdock::host::scenario
