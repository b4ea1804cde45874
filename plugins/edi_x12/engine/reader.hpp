// Reads X12 interchanges out of bytes. Nothing is decoded to text: delimiters are whatever bytes
// the ISA says, and may change from one interchange to the next. Damage never ends the reading: it
// goes on at the next ST, GS or ISA and says what was lost (X12.5 and X12.6, control structures).
//
// Pure; the result borrows from the bytes. Bounds: see the constants; beyond them it refuses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::x12 {

inline constexpr std::size_t kLargestInterchangeFile = 64u << 20;  // bytes
inline constexpr std::size_t kMostSegments = 4'000'000;
inline constexpr std::size_t kMostElements = 512;  // of one segment

struct Delimiters {
  char element = '*';
  char component = ':';
  char repetition = 0;  // 0: none (before release 00402, or a letter or digit stands there)
  char segment = '~';
};

enum class Severity : std::uint8_t { notice, warning, error };

// A deviation: what, how bad, and where, down to the element.
struct Finding {
  std::string code;  // stable word for programs: se01-count, missing-iea ...
  Severity severity = Severity::error;
  std::size_t offset = 0;   // bytes from the start of the file
  std::size_t segment = 0;  // position in the set, ST is 1; 0: not in a set
  std::size_t element = 0;  // 0: the segment as a whole
  std::string segment_id;
  std::string message;
  std::string ack_code;  // AK304 or AK403 code where the standard has one
};

struct Segment {
  std::string_view id;
  std::vector<std::string_view> elements;  // elements[0] is element 01
  std::size_t offset = 0;

  // Element by its number from 1; empty where it is not there.
  std::string_view at(std::size_t number) const {
    return number >= 1 && number <= elements.size() ? elements[number - 1] : std::string_view();
  }
};

struct TransactionSet {
  std::string_view type;          // ST01
  std::string_view control;       // ST02
  std::vector<Segment> segments;  // ST to SE
  std::string_view bytes;         // exactly as they stand in the file
  bool whole = false;             // an SE with the right count and control number ends it
  std::vector<Finding> findings;
};

struct Group {
  std::string_view functional_id;  // GS01
  std::string_view sender;
  std::string_view receiver;
  std::string_view control;  // GS06
  std::string_view version;  // GS08
  std::vector<TransactionSet> sets;
  bool whole = false;
  std::vector<Finding> findings;
};

struct Interchange {
  Delimiters delimiters;
  std::string_view sender_qualifier, sender, receiver_qualifier, receiver;  // padding removed
  std::string_view control;                                                 // ISA13
  std::string_view version;                                                 // ISA12
  bool acknowledgement_wanted = false;                                      // ISA14
  bool test = false;                                                        // ISA15 = T
  std::size_t offset = 0;
  std::string_view bytes;
  std::vector<Group> groups;
  bool whole = false;
  std::vector<Finding> findings;
};

struct File {
  std::vector<Interchange> interchanges;
  std::vector<Finding> findings;  // outside of every interchange
};

File read(std::string_view bytes);

}  // namespace crossdock::x12
