// What a transaction set must look like, as data: its segments, which of them must be there, and
// type and length of their elements. Facts of X12 releases 004010 and 005010, in our own tables;
// only what is needed to tell a partner honestly whether his document can be used.
#pragma once

#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/reader.hpp"

namespace crossdock::x12 {

struct ElementRule {
  std::uint8_t number;
  bool required;
  char type;  // A text, I identifier, N number, R decimal, D date CCYYMMDD, T time
  std::uint8_t least;
  std::uint8_t most;
};

struct SegmentRule {
  std::string_view id;
  bool required;
  std::vector<ElementRule> elements;
};

struct SetRule {
  std::string_view type;           // ST01
  std::string_view functional_id;  // GS01 that carries it
  std::vector<SegmentRule> segments;
};

// Null for sets that are not known here.
const SetRule* rule_of(std::string_view set_type);

// Everything that is wrong with a set, beyond what reading it found.
std::vector<Finding> check(const TransactionSet& set, std::string_view functional_id);

}  // namespace crossdock::x12
