// A set out of text, for tests: a segment a line, '*' between elements, without ST and SE.
#pragma once

#include <string>
#include <vector>

#include "plugins/edi_x12/mapping/from_canonical.hpp"

namespace crossdock::x12 {

inline std::vector<OutSegment> segments_of(const std::string& text) {
  std::vector<OutSegment> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    OutSegment segment;
    for (std::size_t from = at; from <= end;) {
      const auto stop = std::min(text.find('*', from), end);
      const auto part = text.substr(from, stop - from);
      if (from == at) {
        segment.id = part;
      } else {
        segment.elements.push_back(part);
      }
      from = stop + 1;
    }
    out.push_back(std::move(segment));
    at = end + 1;
  }
  return out;
}

}  // namespace crossdock::x12
