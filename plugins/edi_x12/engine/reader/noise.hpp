// What stands outside of interchanges, judged as a whole: ordinary line ends, blanks, words that
// some gateway put there, or X12 whose ISA was destroyed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/edi_x12/engine/finding.hpp"
#include "plugins/edi_x12/engine/lexer/lexer.hpp"

namespace crossdock::x12 {

class Noise {
 public:
  // Bytes of the window, at `offset` of the file, in the order of the file.
  void take(std::string_view bytes, std::uint64_t offset, Lexer& lexer);
  // None where there was nothing but what commonly stands there.
  std::optional<Finding> verdict(bool at_end) const;
  // For a file in which nothing else was found.
  std::string why_not_x12() const;

  char last = '\0';  // byte

 private:
  std::uint64_t bytes_ = 0;
  std::uint64_t words_ = 0;  // bytes that are not blank
  std::uint64_t first_ = 0;  // offset of the first byte, or of the first that is not blank
  std::uint64_t line_ = 1;   // of that byte, which may have left the window
  bool mark_ = false;        // a byte-order mark came first
  bool like_x12_ = false;
  std::string head_;  // the first bytes
  std::string tail_;  // the last bytes, for words that the window's end cut in two
};

}  // namespace crossdock::x12
