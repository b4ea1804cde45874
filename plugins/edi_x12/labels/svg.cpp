#include <algorithm>
#include <cstdio>

#include "plugins/edi_x12/labels/drawing.hpp"

namespace crossdock::edi::labels {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  std::string out = text;
  while (out.back() == '0') {
    out.pop_back();
  }
  if (out.back() == '.') {
    out.pop_back();
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

void put_bars(const SymbolMark& symbol, std::string& out) {
  const auto& modules = symbol.modules;
  for (std::size_t at = 0; at < modules.size();) {
    const auto end = std::min(modules.find_first_not_of(modules[at], at), modules.size());
    if (modules[at] == '1') {
      out += "<rect x=\"" + number(symbol.x + static_cast<double>(at) * kModule) + "\" y=\"" +
             number(symbol.y) + "\" width=\"" + number(static_cast<double>(end - at) * kModule) +
             "\" height=\"" + number(symbol.height) + "\"/>\n";
    }
    at = end;
  }
}

}  // namespace

std::string to_svg(const Drawing& drawing) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
      number(kWidth) + "mm\" height=\"" + number(kHeight) + "mm\" viewBox=\"0 0 " + number(kWidth) +
      " " + number(kHeight) +
      "\" shape-rendering=\"crispEdges\" xml:space=\"preserve\">\n<rect width=\"" + number(kWidth) +
      "\" height=\"" + number(kHeight) + "\" fill=\"white\"/>\n";
  for (const auto& line : drawing.lines) {
    out += "<line x1=\"" + number(line.x1) + "\" y1=\"" + number(line.y1) + "\" x2=\"" +
           number(line.x2) + "\" y2=\"" + number(line.y2) +
           "\" stroke=\"black\" stroke-width=\"0.25\"/>\n";
  }
  for (const auto& text : drawing.texts) {
    out += "<text x=\"" + number(text.x) + "\" y=\"" + number(text.y) + "\" font-size=\"" +
           number(text.size) + "\" font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\"" +
           (text.bold ? " font-weight=\"bold\"" : "") + ">" + escaped(text.text) + "</text>\n";
  }
  for (const auto& symbol : drawing.symbols) {
    put_bars(symbol, out);
  }
  return out + "</svg>\n";
}

}  // namespace crossdock::edi::labels
