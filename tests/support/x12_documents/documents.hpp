// Canonical documents made at random out of a mapping: each says things that its set has a place
// for, in the lengths and codes that the grammar allows, and nothing else. So what was made must
// come back when it is written and read.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <vector>

#include "plugins/edi_x12/mapping/from_canonical.hpp"
#include "plugins/edi_x12/mapping/to_canonical.hpp"

namespace crossdock::x12::support {

boost::json::object random_document(const MapTable& table, const Grammar& grammar,
                                    std::uint64_t seed);

// Reads segments as a set; `ok` says whether the reader took it.
std::string read_back(CanonicalReader& reader, const MapTable& table,
                      const std::vector<OutSegment>& segments, const Given& given, bool& ok);

// Values that the mapping is given from outside, as random_document() has them.
Given given_of(const MapTable& table);

}  // namespace crossdock::x12::support
