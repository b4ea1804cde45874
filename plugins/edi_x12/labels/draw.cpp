#include <algorithm>

#include "crossdock/canonical/quantity.hpp"
#include "plugins/edi_x12/labels/drawing.hpp"

namespace crossdock::edi::labels {
namespace {

constexpr double kMargin = 3;
constexpr double kTitle = 2.4;  // size of a zone's heading
constexpr double kText = 3.2;

// One zone of the label: texts go down line by line until its floor.
class Zone {
 public:
  Zone(Drawing& out, double x, double y, double width, double floor)
      : out_(out), x_(x), y_(y), width_(width), floor_(floor) {}

  void title(const std::string& text) { put(text, kTitle, 1, true); }
  void put(const std::string& text, double size = kText, std::size_t most_lines = 1,
           bool bold = false) {
    for (const auto& line : fitted(text, bold ? size * 1.08 : size, width_, most_lines)) {
      if (y_ + size * 1.15 > floor_) {
        return;
      }
      y_ += size * 1.15;
      out_.texts.push_back({x_, y_, size, line, bold});
    }
  }
  // How many lines of a size are left.
  std::size_t room(double size = kText) const {
    return y_ >= floor_ ? 0 : static_cast<std::size_t>((floor_ - y_) / (size * 1.15));
  }

 private:
  Drawing& out_;
  double x_, y_, width_, floor_;
};

// All of an address, in the largest letters that it fits in.
void put_address(Zone& zone, const canonical::Address& a, double largest) {
  std::string place = a.city;
  place += (place.empty() || a.region.empty() ? "" : ", ") + a.region;
  place += (place.empty() ? "" : " ") + a.postal_code;
  std::vector<std::string> lines;
  for (const auto& line :
       {a.name2, a.street, a.street2, place, a.country == "US" ? std::string() : a.country,
        a.location_code && !a.location_code->empty() ? "Location " + *a.location_code
        : a.gln && !a.gln->empty()                   ? "GLN " + *a.gln
                                                     : std::string()}) {
    if (!line.empty()) {
      lines.push_back(line);
    }
  }
  double size = largest;
  while (size > 2.2 && zone.room(size) < lines.size() + 2) {
    size -= 0.2;
  }
  zone.put(a.name, size, 2, true);
  for (const auto& line : lines) {
    zone.put(line, size);
  }
}

// (420) within one postal authority, (421) with the country's three digits (ISO 3166-1) to another.
std::vector<Element> postal(const Carton& carton) {
  static constexpr std::pair<std::string_view, std::string_view> kCountries[] = {
      {"US", "840"}, {"CA", "124"}, {"MX", "484"}, {"PR", "630"}};
  std::string code;
  for (const char c : carton.ship_to.postal_code) {
    if (c == '-' && carton.ship_to.country == "US") {
      break;  // the five digits sort a carton, the four behind them do not
    }
    if (c != ' ' && c != '-') {
      code.push_back(c);
    }
  }
  const bool plain =
      !code.empty() && code.size() <= 9 && std::all_of(code.begin(), code.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
      });
  if (!plain) {
    return {};
  }
  if (carton.ship_to.country == carton.ship_from.country) {
    return {{"420", code}};
  }
  for (const auto& [country, number] : kCountries) {
    if (country == carton.ship_to.country) {
      return {{"421", std::string(number) + code}};
    }
  }
  return {};
}

void put_symbol(Drawing& out, double x, double y, double width, double height,
                std::vector<Element> elements, double text_size) {
  SymbolMark mark{x, y, height, std::move(elements), {}};
  mark.modules = gs1_128(mark.elements);
  const double bars = static_cast<double>(mark.modules.size()) * kModule;
  const std::string text = readable(mark.elements);
  const double text_width = width_of(text, text_size);
  if (bars + 2 * kQuietZone <= width) {
    mark.x = x + (width - bars) / 2;
    // To a whole number of dots at 8 to the millimetre.
    mark.x = static_cast<int>(mark.x * 8) / 8.0;
    out.symbols.push_back(mark);
  }
  out.texts.push_back({x + std::max(0.0, (width - text_width) / 2), y + height + text_size * 1.3,
                       text_size, text, false});
}

std::string join(const std::string& first, const std::string& second) {
  return first + (first.empty() || second.empty() ? "" : "  ") + second;
}

}  // namespace

Drawing draw(const Carton& carton) {
  Drawing out;
  constexpr double kFirst = 27;
  constexpr double kSecond = 60;
  constexpr double kThird = 106;
  out.lines = {{0, kFirst, kWidth, kFirst},
               {0, kSecond, kWidth, kSecond},
               {0, kThird, kWidth, kThird},
               {38, 0, 38, kFirst},
               {60, kFirst, 60, kSecond}};

  Zone from(out, kMargin, 1, 38 - kMargin - 1, kFirst - 0.5);
  from.title("SHIP FROM");
  put_address(from, carton.ship_from, 2.8);
  Zone to(out, 40, 1, kWidth - 40 - kMargin, kFirst - 0.5);
  to.title("SHIP TO");
  put_address(to, carton.ship_to, 3.4);

  Zone code(out, kMargin, kFirst + 0.5, 54, kSecond);
  code.title("SHIP TO POSTAL CODE");
  if (auto elements = postal(carton); !elements.empty()) {
    put_symbol(out, 1, kFirst + 5, 58, 20, std::move(elements), 4);
  } else {
    code.put(carton.ship_to.postal_code, 5, 1, true);
  }
  Zone carrier(out, 62, kFirst + 0.5, kWidth - 62 - kMargin, kSecond - 0.5);
  carrier.title("CARRIER");
  carrier.put(carton.carrier, 4, 2, true);
  carrier.put(carton.service, kText, 2);
  if (!carton.tracking_no.empty()) {
    carrier.title("TRACKING");
    carrier.put(carton.tracking_no, kText, 2);
  }
  if (!carton.bol.empty()) {
    carrier.title("B/L");
    carrier.put(carton.bol, kText, 2);
  }

  Zone order(out, kMargin, kSecond + 0.5, kWidth - 2 * kMargin, kThird - 0.5);
  order.title("PURCHASE ORDER");
  order.put(carton.po_number, 6, 1, true);
  std::string line =
      "Carton " + std::to_string(carton.number) + " of " + std::to_string(carton.count);
  if (carton.weight_g) {
    line = join(line, canonical::decimal_text(*carton.weight_g * 10, 4) + " kg");
  }
  for (const auto& [word, value] : carton.references) {
    line = join(line, word + " " + value);
  }
  order.put(line, kText, 2);
  order.title("CONTENTS");
  for (std::size_t i = 0; i < carton.contents.size(); ++i) {
    const std::size_t left = carton.contents.size() - i;
    if (left > order.room() && order.room() <= 1) {
      order.put("and " + std::to_string(left) + " more");
      break;
    }
    const auto& content = carton.contents[i];
    order.put(join(join(content.quantity, content.number),
                   join(content.lot.empty() ? "" : "Lot " + content.lot, content.description)));
  }

  Zone serial(out, kMargin, kThird + 0.5, kWidth - 2 * kMargin, kHeight);
  serial.title("SSCC");
  put_symbol(out, 0, kThird + 5, kWidth, kSymbolHeight, {{"00", carton.sscc}}, 5);
  return out;
}

}  // namespace crossdock::edi::labels
