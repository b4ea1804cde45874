// The text form of grammars, one statement a line, '#' begins a comment. Indentation is for the
// eye only.
//
//   release 005010                      which release the file belongs to; always first
//   release 005010VICS over 005010      all of 005010, changed by what follows
//
//   element 324 AN 1-22 order number of the buyer
//   element 782 N2 1-15 amount
//
//   codes 92                            values of element 92
//     NE new order                      a value with words
//     + AA AB BE                        values without
//     - XX                              a value that an earlier file gave and that does not hold
//
//   composite C040 reference            as `segment`; its elements are the components
//
//   segment BEG beginning of a purchase order
//     01 353 M                          place, element, M mandatory / O optional / X conditional
//     02 92 M x3                        may stand three times (x*: any number)
//     03 324 M own words for this place
//     if P0304 C0506                    conditions (X12.6 section 3.8.3.2)
//
//   set 850 PO purchase order           ST01, GS01
//     heading                           areas: heading, detail, summary
//     ST M 1
//     REF O >1                          any number
//     loop N1 O 200                     N1 begins the loop and stands in it once
//       N3 O 2
//     end
//
// What a later folder defines replaces what an earlier one did, whole; `codes` adds.
#pragma once

#include <string>
#include <string_view>

#include "plugins/edi_x12/grammar/draft.hpp"

namespace crossdock::x12 {

inline constexpr std::size_t kLargestGrammarFile = 8u << 20;  // bytes

// Reads one file into the draft. `layer` numbers the folders: a definition may replace one of an
// earlier layer, within one layer it is an error to define twice. Throws GrammarError.
class GrammarText {
 public:
  // The first statement: what the file is for.
  struct Head {
    std::string release;
    std::string over;  // empty: complete of itself
  };
  static Head head(std::string_view text, const std::string& file);
  static void read(std::string_view text, const std::string& file, std::string_view layer,
                   Draft& draft);
};

}  // namespace crossdock::x12
