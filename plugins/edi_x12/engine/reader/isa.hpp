// Recognises an interchange header (X12.5, ISA): 106 bytes with every separator at its place, or,
// as named tolerances, one that lines were wrapped through or whose elements lack their padding.
//
// Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/edi_x12/engine/delimiters.hpp"

namespace crossdock::x12 {

// So many bytes decide whether a header stands there.
inline constexpr std::size_t kIsaLookahead = 512;

struct IsaHeader {
  Delimiters delimiters;
  std::array<std::string, 16> elements;  // as they stand
  std::size_t length = 0;                // bytes in the file, the segment terminator included
  bool wrapped = false;                  // line ends were taken out of it
  bool padded = true;                    // every element has its fixed width
};

// What `bytes` begin with; none where that is no ISA. `before` is the byte in front, 0 at the
// start.
std::optional<IsaHeader> recognise_isa(std::string_view bytes, char before);

// Exactly as the standard has it; no tolerance. Cheap.
bool is_strict_isa(std::string_view bytes);

bool is_letter_or_digit(char c);

}  // namespace crossdock::x12
