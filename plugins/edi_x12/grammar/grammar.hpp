// What a release of X12 allows, as it stands in memory: elements, code lists, segments and
// transaction sets. Made once by the loader (loader.hpp) from the text files in ../grammars, then
// never changed; a partner's deviations make a grammar of their own (profile.hpp). All is laid out
// for the checking reader: flat arrays, masks over a segment's elements, and per set a table that
// says for each place and each segment where it leads.
//
// Immutable after loading, so any thread may read. Indexes are only good for the grammar that gave
// them. Terms: X12.5 (control), X12.6 (syntax: types 3.5, conditions 3.8, loops 3.10).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::x12 {

// A segment id of two or three characters, packed: "N1" is 'N' | '1' << 8. 0: not an id.
using SegmentKey = std::uint32_t;
constexpr SegmentKey segment_key(std::string_view id) {
  SegmentKey key = 0;
  if (id.size() < 2 || id.size() > 3) {
    return 0;
  }
  for (std::size_t i = id.size(); i > 0; --i) {
    key = key << 8 | static_cast<unsigned char>(id[i - 1]);
  }
  return key;
}

inline constexpr std::uint16_t kNone = 0xffff;       // no such index
inline constexpr std::size_t kMostElementUses = 64;  // of one segment: one bit each in the masks

// X12.6 section 3.5. N0 to N9 are whole numbers with that many implied decimals.
enum class ElementType : std::uint8_t {
  AN,
  ID,
  DT,
  TM,
  R,
  B,
  composite,
  N0,
  N1,
  N2,
  N3,
  N4,
  N5,
  N6,
  N7,
  N8,
  N9
};
constexpr bool is_n(ElementType type) { return type >= ElementType::N0; }
constexpr int implied_decimals(ElementType type) {
  return is_n(type) ? static_cast<int>(type) - static_cast<int>(ElementType::N0) : 0;
}

enum class Requirement : std::uint8_t { optional, mandatory, conditional };

// The values that an ID element may take. Values have 1 to 8 characters; those of one or two
// upper-case letters or digits are a bit each, the others a probe into a table.
class CodeList {
 public:
  static constexpr std::size_t kLongest = 8;  // characters of a value

  bool contains(std::string_view value) const {
    if (value.size() - 1 < 2) {
      const unsigned bit = small_place(value);
      if (bit < kSmall) {
        return (small_[bit >> 6] >> (bit & 63)) & 1;
      }
    }
    return contains_long(value);
  }
  // Own words for a value; empty where there are none.
  std::string_view words(std::string_view value) const;
  std::size_t size() const { return entries_.size(); }
  // Sorted; views into the list.
  struct Value {
    std::string_view value;
    std::string_view words;
  };
  std::vector<Value> values() const;

  // [loading] Of 1 to 8 characters, else std::length_error. A repeat replaces the words.
  void add(std::string_view value, std::string_view words);
  void remove(std::string_view value);  // [loading]
  void seal();                          // [loading] call once when complete

 private:
  static constexpr unsigned kSmall = 37 * 64;
  // 0 to 9 and A to Z are 1 to 36; 255 what is neither.
  static constexpr std::array<std::uint8_t, 256> kRank = [] {
    std::array<std::uint8_t, 256> rank{};
    rank.fill(255);
    for (unsigned i = 0; i < 10; ++i) {
      rank['0' + i] = static_cast<std::uint8_t>(i + 1);
    }
    for (unsigned i = 0; i < 26; ++i) {
      rank['A' + i] = static_cast<std::uint8_t>(i + 11);
    }
    return rank;
  }();
  static unsigned small_place(std::string_view value) {
    const unsigned first = kRank[static_cast<unsigned char>(value[0])];
    const unsigned second = value.size() == 2 ? kRank[static_cast<unsigned char>(value[1])] : 0;
    return first > 36 || second > 36 ? kSmall : first * 64 + second;
  }
  bool contains_long(std::string_view value) const;

  // A release has tens of thousands of values, few of them with words.
  struct Entry {
    std::array<char, kLongest> characters{};
    std::uint32_t words_at = 0;
    std::uint32_t words_size : 28 = 0;  // a file of grammar is smaller
    std::uint32_t size : 4 = 0;
    std::string_view value() const { return {characters.data(), size}; }
  };
  std::string_view words_of(const Entry& entry) const {
    return std::string_view(words_).substr(entry.words_at, entry.words_size);
  }

  std::array<std::uint64_t, kSmall / 64> small_{};
  std::vector<std::uint64_t> table_;  // open addressing, power of two, 0 is free
  std::vector<Entry> entries_;
  std::string words_;  // of all entries
};

// An entry of the data element dictionary, or a composite.
struct ElementDef {
  std::string number;  // "92", "I05", "C040"
  ElementType type = ElementType::AN;
  std::uint32_t min = 1, max = 1;         // characters; of N and R without sign and point
  std::uint16_t codes = kNone;            // Grammar::code_list
  std::uint16_t first_use = 0, uses = 0;  // components of a composite: Grammar::uses
  std::uint16_t first_condition = 0, conditions = 0;  // among the components
  std::string words;                                  // own short description
};

// An element at its place in a segment, or a component at its place in a composite. All that a
// check needs is here; the dictionary is for words.
struct ElementUse {
  std::uint16_t element = 0;  // Grammar::element
  ElementType type = ElementType::AN;
  Requirement requirement = Requirement::optional;
  std::uint32_t min = 1, max = 1;
  std::uint16_t codes = kNone;  // a partner may have narrowed it
  std::uint16_t repeats = 1;    // how often it may stand there; 0: any number
};

// X12.6 section 3.8.3.2: P paired, R required, E exclusion, C conditional, L list conditional.
struct Condition {
  std::uint64_t mask = 0;  // bit n-1 for element n; for C and L without the first one
  char kind = 'P';
  std::uint8_t first = 0;  // element number; decides for C and L

  // Whether `present` (a bit for each element that is not empty) agrees.
  bool holds(std::uint64_t present) const {
    const std::uint64_t there = present & mask;
    switch (kind) {
      case 'P':
        return there == 0 || there == mask;
      case 'R':
        return there != 0;
      case 'E':
        return (there & (there - 1)) == 0;
      case 'C':
        return (present >> (first - 1) & 1) == 0 || there == mask;
      default:
        return (present >> (first - 1) & 1) == 0 || there != 0;
    }
  }
  std::string text() const;  // "P0304"
};

struct SegmentDef {
  SegmentKey key = 0;
  std::uint16_t first_use = 0, uses = 0;              // Grammar::uses
  std::uint16_t first_condition = 0, conditions = 0;  // Grammar::conditions
  // A bit for each element, bit n-1 for element n.
  std::uint64_t mandatory = 0;
  std::uint64_t typed = 0;      // N0..N9, R, DT, TM: the characters must be looked at
  std::uint64_t coded = 0;      // has a code list
  std::uint64_t composite = 0;  // may hold component separators
  std::uint64_t repeating = 0;  // may hold repetition separators
  std::uint64_t unused = 0;     // a partner forbids it
  std::string id;
  std::string words;
};

// A line of a set's table in order: a segment, or a loop together with the segment that begins it
// (that segment must be there, once, and stands inside of the loop).
struct Node {
  std::uint16_t segment = 0;     // Grammar::segment
  std::uint16_t slot = 0;        // the segment's number within the set
  std::uint16_t parent = kNone;  // the node of the loop it stands in; kNone: on the set's own level
  std::uint16_t end = 0;         // one past the loop's last node; node + 1 for a plain segment
  std::uint32_t most = 1;        // uses in its loop (or of the loop); 0: any number
  std::uint8_t depth = 0;        // loops around it
  std::uint8_t area = 0;         // 1 heading, 2 detail, 3 summary
  bool loop = false;
  bool mandatory = false;
  bool unused = false;  // a partner forbids it
};

// Where a segment leads from a place in the set: see SetDef::step.
struct Step {
  static constexpr std::uint16_t kSkips = 0x8000;
  std::uint16_t packed = kNone;
  bool ok() const { return packed != kNone; }  // false: not allowed after this place
  std::uint16_t node() const { return packed & 0x7fff; }
  bool skips_mandatory() const { return (packed & kSkips) != 0; }  // something was left out between
};

struct SetDef {
  std::string id;             // ST01
  std::string functional_id;  // GS01 that carries it
  std::string words;
  std::vector<Node> nodes;                   // ST is the first, SE the last
  std::vector<std::uint16_t> slot_segments;  // slot -> segment
  std::vector<std::uint16_t> slot_of;        // segment -> slot, kNone where the set has no such one

  // The place that a segment (by slot) takes when the last one stood at `node`. Looked for in this
  // order: the same line again or a later one of the same loop; the loop once more, when the
  // segment begins it; a later line of the loop around it; and so on outward. Use counts are not
  // looked at. skips_mandatory() says that a mandatory line between the two was passed over: walk
  // `skipped` to name them.
  Step step(std::uint16_t node, std::uint16_t slot) const {
    return {steps[static_cast<std::size_t>(node) * slot_segments.size() + slot]};
  }
  // The mandatory nodes passed over between two places that `step` joins, in order.
  std::vector<std::uint16_t> skipped(std::uint16_t from, std::uint16_t to) const;

  std::vector<std::uint16_t> steps;  // nodes x slots
};

// One release ("004010", "004010VICS"), complete.
class Grammar {
 public:
  const std::string& release() const { return release_; }

  const SegmentDef* find_segment(SegmentKey key) const {
    std::size_t at = (key * 0x9E3779B1u) >> shift_;
    while (segment_table_[at].first != 0) {
      if (segment_table_[at].first == key) {
        return &segments_[segment_table_[at].second];
      }
      at = (at + 1) & (segment_table_.size() - 1);
    }
    return nullptr;
  }
  const SegmentDef* find_segment(std::string_view id) const {
    return find_segment(segment_key(id));
  }
  std::uint16_t index_of(const SegmentDef& segment) const {
    return static_cast<std::uint16_t>(&segment - segments_.data());
  }
  const SetDef* find_set(std::string_view id) const;  // by ST01
  const ElementDef* find_element(std::string_view number) const;

  const SegmentDef& segment(std::uint16_t index) const { return segments_[index]; }
  const ElementDef& element(std::uint16_t index) const { return elements_[index]; }
  const CodeList& code_list(std::uint16_t index) const { return code_lists_[index]; }
  std::span<const ElementUse> uses(const SegmentDef& s) const {
    return {uses_.data() + s.first_use, s.uses};
  }
  std::span<const ElementUse> uses(const ElementDef& composite) const {
    return {uses_.data() + composite.first_use, composite.uses};
  }
  std::span<const Condition> conditions(const SegmentDef& s) const {
    return {conditions_.data() + s.first_condition, s.conditions};
  }
  std::span<const Condition> conditions(const ElementDef& composite) const {
    return {conditions_.data() + composite.first_condition, composite.conditions};
  }
  // Own words for an element at its place, where the dictionary's are too general; may be empty.
  std::string_view use_words(const ElementUse& use) const;
  std::span<const SegmentDef> segments() const { return segments_; }
  std::span<const ElementDef> elements() const { return elements_; }
  std::span<const SetDef> sets() const { return sets_; }

 private:
  friend class GrammarBuilder;
  std::string release_;
  std::vector<ElementDef> elements_;  // sorted by number
  std::vector<CodeList> code_lists_;
  std::vector<ElementUse> uses_;
  std::vector<std::string> use_words_;  // beside uses_
  std::vector<Condition> conditions_;
  std::vector<SegmentDef> segments_;
  std::vector<SetDef> sets_;  // sorted by id
  std::vector<std::pair<SegmentKey, std::uint16_t>> segment_table_;
  int shift_ = 0;
};

}  // namespace crossdock::x12
