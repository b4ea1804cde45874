// The HL levels of a set under work: what each is by its code and the levels above it, found by
// their ids, in any order of codes; and the documents that levels begin (an 856 about several
// orders is one for each).
//
// What a level is depends on the codes above it alone, so it is looked for once for each way of
// nesting and remembered, from one set to the next.
//
// One thread at a time. Bounds: levels nest kDeepest deep at most, so that a level costs the same
// however many there are; kMostRecords and kMostNestings are remembered.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "plugins/edi_x12/mapping/canonical_writer.hpp"
#include "plugins/edi_x12/mapping/gathered.hpp"
#include "plugins/edi_x12/mapping/program.hpp"

namespace crossdock::x12 {

class Levels {
 public:
  static constexpr std::uint8_t kDeepest = 32;

  // All borrowed.
  Levels(const Program& program, Gathered& gathered, Problems& problems)
      : program_(program), gathered_(gathered), problems_(problems), nestings_(1) {}
  void clear();

  // What an HL is: its item, kNone where the mapping has none, and the record that its segments go
  // to, which is made where the item wants one.
  struct Entered {
    std::uint16_t item = kNone;
    std::uint32_t owner = 0;
  };
  Entered enter(const SegmentView& hl);

  std::size_t count() const { return levels_.size(); }
  // Records of type 0: the first is there always.
  const std::vector<std::uint32_t>& documents() const { return documents_; }
  // A pack or pallet holds goods of another order.
  bool mixes_orders() const { return mixes_orders_; }

 private:
  static constexpr std::uint32_t kNothing = Gathered::kNothing;
  static constexpr std::size_t kMostNestings = 256;
  static constexpr std::uint8_t kRoot = 0xff;

  // A code below the codes above it: the same item, and the same place of its owner.
  struct Nesting {
    std::uint64_t code = 0;          // short_text
    std::uint32_t next = kNothing;   // another code below the same
    std::uint32_t inner = kNothing;  // the first code below this one
    std::uint16_t item = kNone;
    std::uint8_t up = kRoot;  // levels between it and its owner; kRoot: the document's record
  };
  struct Level {
    std::uint32_t parent = kNothing;  // place in levels_
    std::uint32_t owner = 0;
    std::uint32_t root = 0;        // the document it is in
    std::uint32_t nesting = 0;     // kNothing: not remembered
    std::uint16_t record = kNone;  // type of the item's record
    std::uint8_t depth = 1;
  };
  std::uint32_t find(std::string_view id);
  void remember(std::string_view id);
  Nesting look_for(std::uint64_t code, std::uint32_t parent) const;
  void consider(const Program::Level& one, std::uint32_t parent, int& best, Nesting& out) const;
  Nesting nesting_of(std::uint64_t code, Level& level);

  const Program& program_;
  Gathered& gathered_;
  Problems& problems_;
  std::vector<Level> levels_;
  std::vector<Nesting> nestings_;  // the first: no level
  // Ids are nearly always 1, 2, 3 ...: then the place says all. Else they are kept.
  bool in_order_ = true;
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::uint32_t> documents_;
  std::size_t orders_ = 0;
  bool mixes_orders_ = false;
};

}  // namespace crossdock::x12
