// Writes canonical JSON as the segments of a transaction set by a mapping: the same table that
// reads it. Segments come without ST and SE, in the table's order, which is the set's. Counts, HL
// numbers and constants are made here; delimiters and envelopes are the writer's (engine/writer).
//
// Pure. The text is taken as hostile: at most 16 MiB, 32 levels deep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

// Stands between the components of an element; the writer puts the partner's separator there.
inline constexpr char kComponentBetween = '\x1d';

struct OutSegment {
  std::string id;
  std::vector<std::string> elements;
};

struct WrittenSet {
  std::vector<OutSegment> segments;
  std::vector<std::string> problems;   // not empty: nothing may be sent
  std::vector<std::string> unclaimed;  // canonical values that the set has no place for
};

// `table` is fitted to the release that is written (fit()).
WrittenSet write_set(const MapTable& table, std::string_view json);

}  // namespace crossdock::x12
