// A mapping as data: for one transaction set, where each canonical value stands in X12. The same
// table is read in both directions and printed for people (crossdock-x12 canonical --explain 850).
// It is written as text, in the order of the set, one statement a line, '#' begins a comment:
//
//   mapping 850 order                      set and canonical entity
//   kind crossdock.sales.order.captured.v1   type of the message that is written as this set
//   received crossdock...                type of the message it becomes; without it: kind
//   currency header.currency               whose currency prices and amounts are in
//   codes purpose  00=original 01=cancel   a code list: X12=canonical; reading takes the first
//                                          that fits, so does writing
//   given header.channel channel           a value that the caller knows (the partner's name)
//   always lines.status accepted           a canonical value where X12 says nothing else
//   block address ... end                  rows that `use address` puts in its place
//
//   BEG                                    a segment; what follows are its elements
//     01 purpose code purpose              element, canonical path, codec
//     02 = SA                              written as it stands, passed over when read
//     06 = G with 07                       only where element 07 is written
//     03 header.po_number required
//     03 header.channel_order_no in        only read; `out`: only written
//     09 header.kind maybe                 where the release has it; segments and loops as well
//     01 status code s default open        not written when it is that (0: however many zeros)
//     01 status code s only                not written when the list does not have it, or when the
//                                          conditions of its loop do not let its code stand there
//     02 shipment.id last 30               written without what is before the last 30 characters
//   DTM 01=010                             a segment with that value there
//     02 requested.ship_by date
//   REF each header.references             one entry of a list for each such segment
//     01 qualifier
//   loop N1 01=ST at header.ship_to        a loop; paths inside are below header.ship_to
//     N1
//       04 gln with 03=UL                  a value whose kind another element says
//     N3
//       01 street
//   end
//   loop PO1 each lines
//     PO1
//       02 ordered quantity 03             the unit stands in element 03
//       pairs 06                           from 06 on pairs of kind and number
//         UP/12 EN/13 UK/14 gtin           UP where it has 12 characters, ...
//         VN VP SK sku                     the first is written
//         * other_ids                      all others: a list of qualifier and value
//   end
//   hl P each shipment.packages            an HL level by its code (856); nested levels inside
//   end
//   CTT
//     01 count lines                       the number of entries (hl: of levels); read, it must
//                                          agree, unless `out` follows
//
// Codecs: text (nothing said), date, instant TT (time in element TT), quantity UU (unit in element
// UU), price, money (decimal point), cents SS (implied decimals; element SS says A for less than
// nothing), whole, decimal, code LIST, flag V (true where V stands), grams UU (weight; unit in UU).
//
// A plain value, immutable after loading.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/edi_x12/grammar/grammar.hpp"

namespace crossdock::x12 {

enum class Codec : std::uint8_t {
  text,
  date,
  instant,
  quantity,
  price,
  money,
  cents,
  whole,
  decimal,
  code,
  flag,
  grams,
  constant,  // written as it stands
  count      // entries of a list
};

using CodeWords = std::vector<std::pair<std::string, std::string>>;  // X12, canonical

struct MapField {
  std::uint8_t element = 0;    // from 1; of pairs: where they begin
  std::uint8_t component = 0;  // 0: the element as a whole
  Codec codec = Codec::text;
  std::uint8_t aux = 0;  // element of the unit, the time, the sign
  bool required = false;
  bool in = true, out = true;
  bool pairs = false;
  std::uint8_t pairs_end = 0;  // element of the last kind; set by fit()
  bool others = false;         // of pairs: all that no other row takes
  bool maybe = false;          // not every release has it
  bool only = false;           // words that the code list lacks are passed over when written
  std::uint8_t last = 0;       // characters that are written; 0: all
  std::string path;            // below the item's record, dotted
  std::string fixed;           // constant, or the value that means true
  std::string list;            // code list
  std::string usual;           // not written when it is this
  // `with 03=UL`: the kind's element, and the kinds with the length they are for (0: any).
  std::uint8_t kind_element = 0;
  std::vector<std::pair<std::string, std::uint8_t>> kinds;
};

struct MapCondition {
  std::uint8_t element = 0;
  std::vector<std::string> values;  // the first is written
};

// A segment, a loop or a level.
struct MapItem {
  enum class Kind : std::uint8_t { segment, loop, level };
  Kind kind = Kind::segment;
  std::string segment;  // of a level: HL
  std::string level;    // HL03; "*": any that no other item takes
  std::vector<MapCondition> conditions;
  bool each = false;
  bool maybe = false;
  std::string path;  // of `at` or `each`; below the record around it
  std::vector<MapField> fields;
  std::vector<MapItem> items;
  std::size_t line = 0;
};

struct MapTable {
  std::string set;       // ST01
  std::string entity;    // order
  std::string kind;      // type of the message that is written as this set; empty: none is
  std::string received;  // type of the message that this set becomes; empty: none
  std::string currency;  // path, or empty
  std::map<std::string, CodeWords, std::less<>> codes;
  std::vector<std::pair<std::string, std::string>> given;   // path, name
  std::vector<std::pair<std::string, std::string>> always;  // path, JSON
  std::vector<MapItem> items;
  std::string origin;  // the file

  // For people: a line per row: canonical path, place, codec, presence.
  std::string describe() const;
};

// Throws GrammarError with file and line.
MapTable read_mapping(std::string_view text, const std::string& file);

// The table without the rows marked `maybe` that a release does not have, in the order of the set.
// Throws GrammarError where any other row names what the release does not have.
MapTable fit(const MapTable& table, const Grammar& grammar);

// "PO103"; for messages and tables.
std::string place_text(std::string_view segment, unsigned element, unsigned component = 0);

}  // namespace crossdock::x12
