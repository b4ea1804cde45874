// The HL levels of a set under work: what each is by its code and the levels above it, found by
// their ids, in any order of codes; and the documents that levels begin (an 856 about several
// orders is one for each).
//
// One thread at a time. Bounds: levels nest kDeepest deep at most, so that a level costs the same
// however many there are; kMostRecords are remembered.
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
      : program_(program), gathered_(gathered), problems_(problems) {}
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
  struct Level {
    std::uint32_t parent = kNothing;  // place in levels_
    std::uint32_t owner = 0;
    std::uint32_t root = 0;  // the document it is in
    std::uint16_t item = kNone;
    std::uint16_t record = kNone;  // type of the item's record
    std::uint8_t depth = 1;
  };
  std::uint32_t find(std::string_view id);
  void remember(std::string_view id);
  void consider(Level& level, const Program::Level& one, int& best, bool& elsewhere) const;

  const Program& program_;
  Gathered& gathered_;
  Problems& problems_;
  std::vector<Level> levels_;
  // Ids are nearly always 1, 2, 3 ...: then the place says all. Else they are kept.
  bool in_order_ = true;
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::uint32_t> documents_;
  std::size_t orders_ = 0;
  bool mixes_orders_ = false;
};

}  // namespace crossdock::x12
