// A grammar's segments laid out for speed: lengths side by side, so that a whole segment is
// compared at once, and a mask for whatever needs a look at its characters.
//
// Immutable once made.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/edi_x12/engine/lexer/lexer.hpp"
#include "plugins/edi_x12/engine/lexer/tape.hpp"
#include "plugins/edi_x12/grammar/grammar.hpp"

namespace crossdock::x12 {

struct SegmentPlan {
  const SegmentDef* def = nullptr;
  const ElementUse* uses = nullptr;
  const Condition* conditions = nullptr;
  const std::uint32_t* least = nullptr;  // per element, filled up to a multiple of eight
  const std::uint32_t* most = nullptr;
  std::uint64_t typed_plain = 0;  // typed elements that are no composites
  std::uint64_t products = 0;     // product id qualifiers (data element 235) before a product id
  bool watched = false;           // Balance wants to see it
  std::uint16_t index = 0;        // Grammar::segment
};

class Plans {
 public:
  // The grammar is borrowed.
  explicit Plans(const Grammar& grammar);
  const SegmentPlan* find(std::uint32_t key) const {
    std::size_t at = (key * 0x9E3779B1u) >> shift_;
    for (;; at = (at + 1) & (table_.size() - 1)) {
      if (table_[at].key == key) {
        return table_[at].plan;
      }
      if (table_[at].key == 0) {
        return nullptr;
      }
    }
  }

 private:
  struct Entry {
    std::uint32_t key = 0;
    const SegmentPlan* plan = nullptr;
  };
  std::vector<SegmentPlan> plans_;
  std::vector<std::uint32_t> lengths_;
  std::vector<Entry> table_;
  int shift_ = 0;
};

// Bit n-1 for element n of a segment, of the first 64.
struct LengthMasks {
  std::uint64_t present = 0;  // not empty
  std::uint64_t wrong = 0;    // present, and shorter or longer than it may be
};

// `count` elements of the segment, at most 64; `least` and `most` reach to the next multiple of
// eight.
LengthMasks lengths(const SegmentView& segment, std::size_t count, const SegmentPlan& plan,
                    Way way);

}  // namespace crossdock::x12
