// A grammar as it is written: names instead of indexes, still open to change. Files are read into
// it (text.hpp), a partner's deviations are applied to it (profile.hpp), and `build` turns it into
// the Grammar that checks.
//
// A plain value; one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/grammar/grammar.hpp"

namespace crossdock::x12 {

// A grammar or profile that cannot be used; the text begins with the file and line or path.
struct GrammarError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Bounds. Releases as published stay far below them.
inline constexpr std::size_t kMostElementDefs = 20'000;
inline constexpr std::size_t kMostSegmentDefs = 5'000;
inline constexpr std::size_t kMostSets = 1'000;
inline constexpr std::size_t kMostNodes = 2'000;   // of one set
inline constexpr std::size_t kMostSlots = 400;     // different segments of one set
inline constexpr std::size_t kMostCodes = 20'000;  // of one list
inline constexpr std::uint8_t kMostDepth = 16;     // loops within loops

struct DraftUse {
  std::string element;
  Requirement requirement = Requirement::optional;
  std::uint16_t repeats = 1;              // 0: any number
  std::uint32_t min = 0, max = 0;         // 0: as in the dictionary
  std::shared_ptr<const CodeList> codes;  // null: the element's own list
  bool unused = false;
  std::string words;
};

// A segment or a composite.
struct DraftSegment {
  std::string id;
  std::string words;
  std::vector<DraftUse> uses;
  std::vector<Condition> conditions;
  std::string origin;  // file:line, for messages
};

struct DraftElement {
  std::string number;
  ElementType type = ElementType::AN;
  std::uint32_t min = 1, max = 1;
  std::string words;
  std::string origin;
};

// A line of a set; nodes in order, loops enclose what is between them and their end.
struct DraftNode {
  std::string segment;
  bool loop = false;
  bool mandatory = false;
  bool unused = false;
  std::uint32_t most = 1;  // 0: any number
  std::uint8_t depth = 0;
  std::uint8_t area = 1;
  std::string origin;
};

struct DraftSet {
  std::string id;
  std::string functional_id;
  std::string words;
  std::vector<DraftNode> nodes;
  std::string origin;
};

struct Draft {
  std::string release;
  std::map<std::string, DraftElement, std::less<>> elements;
  std::map<std::string, DraftSegment, std::less<>> composites;
  std::map<std::string, DraftSegment, std::less<>> segments;
  std::map<std::string, DraftSet, std::less<>> sets;
  std::map<std::string, std::shared_ptr<const CodeList>, std::less<>> codes;  // by element number
};

// "P0304" as the standard prints it; nothing when it is not one.
std::optional<Condition> parse_condition(std::string_view text);

// Throws GrammarError where a name is not known or a bound is passed.
Grammar build(const Draft& draft);

}  // namespace crossdock::x12
