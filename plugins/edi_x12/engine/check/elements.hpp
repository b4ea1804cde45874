// The quick look at a segment's elements: which are there, and which of them are plainly right in
// length, type and code. Those that are not are looked at once more, slowly, by the checker, which
// alone decides; so this may doubt too much, but never too little.
//
// Two ways, AVX2 and portable, chosen at run time like the lexer's. Pure.
#pragma once

#include <cstdint>

#include "plugins/edi_x12/engine/check/plan.hpp"
#include "plugins/edi_x12/engine/lexer/lexer.hpp"

namespace crossdock::x12 {

inline constexpr std::size_t kElementLanes = 8;  // SegmentPlan's lengths are filled up to these

// Bit n-1 for element n of a segment, of the first 64.
struct ElementsSeen {
  std::uint64_t present = 0;   // not empty
  std::uint64_t doubtful = 0;  // present, and not plainly right
};

// `count` elements, at most as many as the plan has; what is right is remembered in the plan.
using LookAtElements = ElementsSeen (*)(const SegmentView& segment, std::size_t count,
                                        const SegmentPlan& plan);
LookAtElements look_at_elements(Way way);

}  // namespace crossdock::x12
