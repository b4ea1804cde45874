// Says in words what a grammar holds: a set, a segment, an element at its place, a code.
//
//   850            the set: its segments and loops in order
//   BEG            the segment: its elements and conditions, and the sets it is used in
//   PO1-07, PO107  the element at its place, with its codes
//   REF04-2        the component of a composite
//   N103=92        the value of a coded element
//   850 PO1-07     the same, with the places of the segment in that set
//   element 355    an element of the dictionary; element 355=EA a value of it
//
// Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plugins/edi_x12/grammar/grammar.hpp"

namespace crossdock::x12 {

struct Explanation {
  bool found = false;
  std::string text;  // where not found: what is wrong and what to try
};

// `question`: the words as they stand on the command line. `codes`: how many codes are listed.
Explanation explain(const Grammar& grammar, std::span<const std::string> question,
                    std::size_t codes = 40);

}  // namespace crossdock::x12
