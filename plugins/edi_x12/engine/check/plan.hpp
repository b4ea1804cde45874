// A grammar's segments laid out for speed: lengths side by side, so that a whole segment is
// compared at once, masks for whatever needs a look at its characters, and per set a table from
// segment identifiers to all that the check needs.
//
// Belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "plugins/edi_x12/grammar/grammar.hpp"

namespace crossdock::x12 {

// Codes that stood at an element and were right, as they will be again; 0: none yet.
inline constexpr std::size_t kLastCodes = 4;
using LastCodes = std::array<std::uint64_t, kLastCodes>;

// Masks have bit n-1 for element n.
struct SegmentPlan {
  const SegmentDef* def = nullptr;
  const ElementUse* uses = nullptr;
  const std::uint32_t* least = nullptr;  // per element, filled up to a multiple of eight
  const std::uint32_t* most = nullptr;
  const CodeList* const* codes = nullptr;  // per element
  std::uint64_t numbers = 0;               // N0 to N9 and R
  std::uint64_t decimals = 0;              // R: a point may stand in it
  std::uint64_t dates = 0;
  std::uint64_t times = 0;
  std::uint64_t coded = 0;  // with codes of less than eight characters
  std::uint64_t coded_longer = 0;
  // Conditions "both or none" of two neighbours, by the first of them; and all others.
  std::uint64_t neighbours = 0;
  const Condition* others = nullptr;
  std::uint32_t other_count = 0;
  const Condition* conditions = nullptr;  // all
  std::uint64_t products = 0;  // product id qualifiers (data element 235) before a product id
  // What was right when it stood there last, the one part that changes: most segments of a kind
  // look alike.
  LastCodes* last_codes = nullptr;  // per element
  std::uint64_t last_present = 0;   // a combination of elements
  bool last_known = false;

  // Whether elements are there, and away, as they must be.
  bool agrees(std::uint64_t present) const {
    if ((def->mandatory & ~present) != 0 || ((present ^ (present >> 1)) & neighbours) != 0) {
      return false;
    }
    for (std::uint32_t i = 0; i < other_count; ++i) {
      if (!others[i].holds(present)) {
        return false;
      }
    }
    return true;
  }
};

// Where a segment leads from a place in the set: SetDef::step() with what follows from it.
struct Move {
  static constexpr std::uint32_t kPlain = 1U << 16;  // allowed, and nothing is to be said
  static constexpr std::uint32_t kAgain = 1U << 17;  // one more use of a line of the same loop
  std::uint32_t packed = 0;
  std::uint32_t row = 0;  // SetPlan::row() of the node
  bool plain() const { return (packed & kPlain) != 0; }
  bool again() const { return (packed & kAgain) != 0; }
  std::uint16_t node() const { return static_cast<std::uint16_t>(packed); }
};

// The segments of one set by their keys, and where they lead.
class SetPlan {
 public:
  struct Entry {
    std::uint32_t key = 0;
    std::uint16_t slot = kNone;
    std::uint16_t roles = 0;  // Balance::Role
    SegmentPlan* plan = nullptr;
  };
  // Null: the set has no such segment.
  const Entry* find(std::uint32_t key) const {
    for (std::size_t at = (key * 0x9E3779B1U) >> shift_;; at = (at + 1) & mask_) {
      if (entries_[at].key == key) {
        return key == 0 ? nullptr : &entries_[at];
      }
      if (entries_[at].key == 0) {
        return nullptr;
      }
    }
  }
  // Moves from a node are a row.
  std::uint32_t row(std::uint16_t node) const {
    return static_cast<std::uint32_t>(node) * static_cast<std::uint32_t>(width_);
  }
  Move move(std::uint32_t from_row, std::uint16_t slot) const { return moves_[from_row + slot]; }
  // How often a line may be used.
  std::uint32_t limit(std::uint16_t node) const { return limits_[node]; }

 private:
  friend class Plans;
  std::unique_ptr<Entry[]> entries_;  // open addressing
  std::size_t mask_ = 0;
  int shift_ = 0;
  std::vector<Move> moves_;  // nodes x slots
  std::size_t width_ = 0;
  std::vector<std::uint32_t> limits_;
};

class Plans {
 public:
  // The grammar is borrowed.
  explicit Plans(const Grammar& grammar);
  // Of one of the grammar's sets; made when it is asked for first.
  const SetPlan& of(const SetDef& set);

 private:
  void make(const SetDef& set, SetPlan& plan);

  const Grammar& grammar_;
  std::vector<SegmentPlan> plans_;
  std::vector<std::uint32_t> lengths_;
  std::vector<const CodeList*> codes_;
  std::vector<LastCodes> last_codes_;
  std::vector<Condition> others_;
  std::vector<SetPlan> sets_;
};

}  // namespace crossdock::x12
