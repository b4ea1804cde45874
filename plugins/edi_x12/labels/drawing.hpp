// A label as marks on paper, in millimetres from its upper left corner: what SVG and ZPL are both
// made of, so that they cannot differ. Text has been cut to its room already.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/labels/carton.hpp"
#include "plugins/edi_x12/labels/gs1.hpp"

namespace crossdock::edi::labels {

inline constexpr double kWidth = 101.6;   // 4 inches
inline constexpr double kHeight = 152.4;  // 6 inches

// GS1 General Specifications, section 5.12, symbols on logistic units: X-dimension 0.495 to
// 0.940 mm, height at least 31.75 mm, quiet zones of 10 X. Half a millimetre is a whole number of
// dots of printers with 8, 12 and 24 dots per millimetre (203, 300 and 600 dpi).
inline constexpr double kModule = 0.5;
inline constexpr double kSymbolHeight = 32;
inline constexpr double kQuietZone = 10 * kModule;

struct TextMark {
  double x, y;  // of the baseline's beginning
  double size;  // height of capitals and descenders together
  std::string text;
  bool bold = false;
};
struct LineMark {
  double x1, y1, x2, y2;
};
struct SymbolMark {
  double x, y;  // of the first bar's upper end
  double height;
  std::vector<Element> elements;
  std::string modules;
};

struct Drawing {
  std::vector<TextMark> texts;
  std::vector<LineMark> lines;
  std::vector<SymbolMark> symbols;
};

// Throws std::runtime_error where the SSCC cannot be encoded.
Drawing draw(const Carton& carton);

// Width in millimetres of a text of this size, a little more than a Helvetica takes.
double width_of(std::string_view text, double size);
// The text in at most so many lines, broken at blanks where it can be; what does not fit ends in
// "...". Control characters become blanks, bytes that are no UTF-8 become '?'.
std::vector<std::string> fitted(std::string_view text, double size, double width,
                                std::size_t most_lines);

// One SVG document of 4 by 6 inches.
std::string to_svg(const Drawing& drawing);

// One ZPL format (^XA to ^XZ) for a printer with 8, 12 or 24 dots per millimetre.
std::string to_zpl(const Drawing& drawing, int dots_per_mm);

}  // namespace crossdock::edi::labels
