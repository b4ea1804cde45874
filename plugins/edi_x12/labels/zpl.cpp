#include <algorithm>
#include <cmath>

#include "plugins/edi_x12/labels/drawing.hpp"

namespace crossdock::edi::labels {
namespace {

constexpr double kThickness = 0.25;  // of lines, in millimetres

// Field data after ^FH: everything that ZPL could take for an instruction goes as hexadecimal.
std::string field(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '^' || c == '~' || c == '_' || c == '\\') {
      out += '_';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

std::string to_zpl(const Drawing& drawing, int dots_per_mm) {
  const auto dots = [dots_per_mm](double mm) {
    return std::to_string(std::lround(mm * dots_per_mm));
  };
  // ^CI28: UTF-8. ^LH0,0 and ^PW: the whole label is ours.
  std::string out = "^XA\n^CI28\n^LH0,0\n^PW" + dots(kWidth) + "\n^LL" + dots(kHeight) + "\n";
  for (const auto& line : drawing.lines) {
    out += "^FO" + dots(line.x1) + "," + dots(line.y1) + "^GB" +
           dots(std::max(line.x2 - line.x1, kThickness)) + "," +
           dots(std::max(line.y2 - line.y1, kThickness)) + "," + dots(kThickness) + "^FS\n";
  }
  for (const auto& text : drawing.texts) {
    // ^FT places the baseline. Bold is printed by a wider letter of the scalable font.
    out += "^FT" + dots(text.x) + "," + dots(text.y) + "^A0N," + dots(text.size) + "," +
           dots(text.size * (text.bold ? 0.95 : 0.85)) + "^FH_^FD" + field(text.text) + "^FS\n";
  }
  for (const auto& symbol : drawing.symbols) {
    // ^BC: no line of text of its own, no check digit but that of Code 128, mode N, so that the
    // code sets are those that the data says.
    out += "^FO" + dots(symbol.x) + "," + dots(symbol.y) + "^BY" + dots(kModule) + "^BCN," +
           dots(symbol.height) + ",N,N,N,N^FD" + zpl_gs1_128(symbol.elements) + "^FS\n";
  }
  return out + "^XZ\n";
}

}  // namespace crossdock::edi::labels
