// A mapping compiled for reading: flat tables that name numbers instead of texts, so that a segment
// is placed, its values are kept and the document is written without looking anything up by name.
//
// A record is what one JSON object of a list says (the document itself is record type 0): entries
// in the order of the output, a bit each for whether they are there, and inner objects ("header")
// that are only brackets between entries. Items are rows of the mapping: which segments they take,
// and which element goes to which entry.
//
// Immutable once made, shared between threads; points into the grammar, which must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/grammar/grammar.hpp"
#include "plugins/edi_x12/grammar/packed.hpp"
#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

// A text of at most seven bytes as a number of its own; kLongText for every longer one.
inline constexpr std::uint64_t kLongText = ~std::uint64_t{0};
inline std::uint64_t short_text(std::string_view text) {
  return text.size() > 7 ? kLongText : packed(text) | static_cast<std::uint64_t>(text.size()) << 56;
}
// The same where eight bytes may be read whatever the length.
inline std::uint64_t short_text_at(const char* text, std::uint32_t length) {
  static constexpr std::array<std::uint64_t, 8> kMask = {
      0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff};
  return length > 7 ? kLongText
                    : (word_at(text) & kMask[length]) | static_cast<std::uint64_t>(length) << 56;
}

struct Program {
  static constexpr std::size_t kTextPadding = 32;  // readable behind each of `texts`

  // A piece of `texts`.
  struct Piece {
    std::uint32_t at = 0, size = 0;
  };

  // A code list with its words as JSON; `usable` when all its codes are short.
  struct Words {
    bool usable = false;
    bool same = false;  // what is not listed stands for itself
    bool has_otherwise = false;
    std::vector<std::uint64_t> codes;
    std::vector<Piece> words;
    Piece otherwise;  // what stands for everything that is not listed
  };

  struct Entry {
    enum class Kind : std::uint8_t { field, list, given, fixed };
    Kind kind = Kind::field;
    Codec codec = Codec::text;
    bool required = false;
    // So many entries behind this one say the same in another way; the first that is there counts.
    std::uint16_t alternatives = 0;
    std::uint16_t object = 0;     // of the record
    std::uint16_t index = 0;      // list: its record type; given: its place
    Piece key;                    // `"name":` and what all values of the codec begin with
    std::uint32_t name_size = 0;  // of the key: `"name":` alone
    Piece fixed;                  // the JSON of a fixed one
    const MapField* field = nullptr;
    const CodeWords* list = nullptr;  // code list, null without one
    std::uint16_t words = kNone;      // the same in `words`
    std::uint32_t place = 0;          // Record::place_of
  };
  struct Named {
    std::string path;   // "header.po_number"
    std::string where;  // "BEG03"
  };
  struct Object {
    std::uint16_t around = 0;
    std::uint8_t depth = 0;
    Piece open;  // `"header":{`
  };
  // A fixed entry of an inner object: written only where one of the others is.
  struct Companion {
    std::uint16_t entry = 0;
    std::vector<std::uint64_t> others;
  };

  // A record in memory: a word for the next of its list, `words` with a bit for each entry, and two
  // words for each entry (Gathered).
  struct Record {
    std::uint16_t parent = kNone;
    std::uint16_t list = 0;  // the entry of the parent that it is listed in
    std::uint32_t words = 1;
    std::uint32_t size = 0;  // in memory
    std::vector<Entry> entries;
    std::vector<Named> names;  // beside the entries
    std::vector<Object> objects;
    std::vector<std::uint64_t> always, required;  // bits
    std::vector<Companion> companions;
    std::uint32_t place_of(std::uint16_t entry) const { return 1 + words + 2U * entry; }
    static std::uint32_t word_of(std::uint16_t entry) { return 1U + entry / 64; }
    static std::uint64_t bit_of(std::uint16_t entry) { return std::uint64_t{1} << (entry & 63); }
  };

  // Any of a few texts.
  struct AnyOf {
    std::uint32_t first = 0, count = 0;  // in `wanted`
  };
  struct Condition {
    std::uint8_t element = 0;
    AnyOf values;
  };
  // An element to an entry of the item's record.
  struct Take {
    std::uint8_t element = 0, component = 0, aux = 0;
    std::uint8_t kind_element = 0;  // 0: whatever its kind
    std::uint16_t entry = 0;
    std::uint32_t place = 0;  // Record::place_of
    std::uint32_t word = 0;   // Record::word_of, and the bit there
    std::uint64_t bit = 0;
    AnyOf kinds;
  };
  // A kind that a row of pairs takes.
  struct PairKind {
    std::uint64_t kind = 0;  // short_text
    std::uint16_t take = 0;  // in Item::pairs
  };
  struct Constant {
    std::uint8_t element = 0;
    AnyOf value;
  };
  struct Count {
    std::uint8_t element = 0;
    std::uint16_t record = kNone;  // kNone: HL levels
    std::string path;
  };
  struct Item {
    const MapItem* item = nullptr;
    std::uint16_t around = kNone;  // the loop or level around it
    std::uint16_t record = 0;      // the record type its values belong to
    bool makes_record = false;
    bool splits = false;     // each one after the first begins another document
    std::uint8_t depth = 0;  // records around it
    std::uint8_t pairs_from = 0, pairs_end = 0;
    std::uint16_t others = kNone;  // record type of the pairs that no row takes
    std::uint64_t claimed = 0;  // a bit for each element that a row stands for, whatever its value
    std::uint64_t implied = 0;  // those of them that chose the item
    std::vector<Condition> conditions;
    std::vector<Take> takes, pairs;
    std::vector<PairKind> pair_kinds;  // in the order of the rows
    std::vector<Constant> constants;
    std::vector<Count> counts;
  };
  struct Level {
    std::uint64_t code = 0;  // short_text of HL03
    std::uint16_t item = 0;
    std::uint16_t parent_record = 0;  // the type that must be among the levels above
    std::uint8_t depth = 0;
  };

  // An item that a segment may go to, with its condition where that is a single short value.
  struct Candidate {
    std::uint16_t item = 0;
    std::uint16_t around = kNone;
    std::uint8_t element = 0;  // 0: no condition, or several: Item::conditions
    bool several = false;
    bool again = false;       // its item may be filled more than once
    std::uint64_t value = 0;  // short_text
  };
  // A node of the set: the items that a segment there may go to, in order.
  struct Place {
    // The loop it stands in, itself where it begins one, and the one around that; places.size():
    // none.
    std::uint16_t loop = 0;
    std::uint16_t parent = 0;
    bool begins_loop = false;
    std::vector<Candidate> loops, segments;
  };

  Program(MapTable t, const Grammar& g, const SetDef& s)
      : table(std::move(t)), grammar(g), set(s) {}
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The slot of a segment in the set; kNone.
  std::uint16_t slot_of(SegmentKey key) const {
    for (std::size_t at = (key * 0x9E3779B1U) >> slot_shift;; at = (at + 1) & (slots.size() - 1)) {
      if (slots[at].first == key) {
        return key == 0 ? kNone : slots[at].second;
      }
      if (slots[at].first == 0) {
        return kNone;
      }
    }
  }
  // Eight bytes may be read at `text`.
  bool is_any(AnyOf of, const char* text, std::uint32_t length) const {
    const auto key = short_text_at(text, length);
    for (std::uint32_t i = of.first; i < of.first + of.count; ++i) {
      if (wanted[i] == key &&
          (key != kLongText || wanted_texts[i] == std::string_view(text, length))) {
        return true;
      }
    }
    return false;
  }
  const char* text(Piece piece) const { return texts.data() + piece.at; }

  const MapTable table;  // fitted to the grammar
  const Grammar& grammar;
  const SetDef& set;
  std::vector<Record> records;
  std::vector<Item> items;
  std::vector<Level> levels, other_levels;  // by code, and for what has no other
  std::vector<Place> places;                // by node
  std::vector<std::string> given;           // names
  std::vector<Words> words;
  std::vector<std::uint64_t> wanted;
  std::vector<std::string> wanted_texts;  // beside it
  std::string texts;
  std::vector<std::pair<SegmentKey, std::uint16_t>> slots;  // open addressing, a power of two
  int slot_shift = 0;
  std::uint16_t currency_entry = kNone;  // of record 0
  std::uint16_t currency_given = kNone;
};

}  // namespace crossdock::x12
