// The bytes that separate an interchange's parts, as its ISA says them (X12.5, section 3: data
// element separator, component element separator, repetition separator, segment terminator).
#pragma once

namespace crossdock::x12 {

inline bool is_line_end(char c) { return c == '\r' || c == '\n'; }

struct Delimiters {
  char element = '*';
  char component = ':';
  char repetition = 0;  // 0: none (before release 00402, or a letter or digit stands there)
  char segment = '~';

  // Segments end with the line: any of CR, LF and CRLF ends one then.
  bool by_line() const { return segment == '\n' || segment == '\r'; }

  friend bool operator==(const Delimiters&, const Delimiters&) = default;
};

}  // namespace crossdock::x12
