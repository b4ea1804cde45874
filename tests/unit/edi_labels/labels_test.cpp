// Carton labels read back: what zbar sees in the PNG and in the PDF, and what a printer makes of
// the ZPL, is the SSCC; hostile texts stay texts.
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "crossdock/canonical/identifiers.hpp"
#include "plugins/edi_x12/labels/drawing.hpp"
#include "plugins/edi_x12/labels/rendering.hpp"
#include "tests/support/stack/child.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::edi::labels {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

// What a program prints.
std::string output_of(const std::vector<std::string>& arguments, const fs::path& folder) {
  const auto log = folder / "output";
  fs::remove(log);
  support::Child child(arguments, log);
  EXPECT_EQ(child.wait(std::chrono::seconds(30)).value_or(-1), 0) << read_file(log);
  return read_file(log);
}

// The contents of all symbols that zbar finds in an image, the leading FNC1 told by its type.
std::string scanned(const fs::path& image, const fs::path& folder) {
  return output_of({"/usr/bin/zbarimg", "--quiet", "-Sdisable", "-Scode128.enable", image.string()},
                   folder);
}

canonical::ShipNotice notice() {
  canonical::ShipNotice out;
  out.order.po_number = "4500101";
  out.order.references = {{"DP", "072", {}}, {"IA", "V-9", {}}};
  out.order.ship_to.name = "Example Retail DC 12";
  out.order.ship_to.street = "100 Dock Road";
  out.order.ship_to.city = "Springfield";
  out.order.ship_to.region = "IL";
  out.order.ship_to.postal_code = "62701-1234";
  out.ship_from.name = "Example Distribution";
  out.ship_from.street = "1 Port Street";
  out.ship_from.city = "Newark";
  out.ship_from.region = "NJ";
  out.ship_from.postal_code = "07114";
  out.shipment.carrier_name = "Example Parcel";
  out.shipment.service = "Ground";
  out.shipment.bol = "BOL-77";
  canonical::OrderLine line;
  line.line_no = "1";
  line.sku = "SKU-001";
  line.gtin = "00614141000012";
  line.description = "Blue widget";
  out.lines.push_back(line);
  for (std::uint64_t serial = 1; serial <= 2; ++serial) {
    canonical::Package package;
    package.sscc = canonical::make_sscc('0', "0614141", serial);
    package.tracking_no = "1Z999AA10123456784";
    package.weight_g = 12'345;
    canonical::PackageContent content;
    content.line_no = "1";
    content.sku = "SKU-001";
    content.quantity.e4 = 240'000;
    content.quantity.uom = "EA";
    content.lot = "L42";
    package.contents.push_back(content);
    out.shipment.packages.push_back(package);
  }
  return out;
}

std::vector<Carton> cartons() {
  std::vector<std::string> problems;
  auto out = cartons_of(notice(), problems);
  EXPECT_TRUE(problems.empty());
  return out;
}

// ISO/IEC 15417 as ^BC of ZPL writes it, read anew: the data after the start, FNC1 as '#', and
// whether it began with FNC1 in code set C.
struct Interpreted {
  bool good = false;
  std::string data;
  std::size_t symbols = 1;  // characters of the symbol: start, data; without check and stop
};
Interpreted interpret(const std::string& field) {
  Interpreted out;
  if (!field.starts_with(">;>8")) {
    return out;
  }
  char set = 'C';
  for (std::size_t i = 2; i < field.size();) {
    if (field[i] == '>') {
      const char what = i + 1 < field.size() ? field[i + 1] : '?';
      i += 2;
      ++out.symbols;
      if (what == '8') {
        out.data.push_back('#');
      } else if (what == '6' && set == 'C') {
        set = 'B';
      } else if (what == '5' && set == 'B') {
        set = 'C';
      } else if (what == '0' && set == 'B') {
        out.data.push_back('>');
      } else {
        return out;
      }
    } else if (set == 'C') {
      if (i + 1 >= field.size() || std::isdigit(static_cast<unsigned char>(field[i])) == 0 ||
          std::isdigit(static_cast<unsigned char>(field[i + 1])) == 0) {
        return out;
      }
      out.data += field.substr(i, 2);
      i += 2;
      ++out.symbols;
    } else {
      out.data.push_back(field[i++]);
      ++out.symbols;
    }
  }
  out.good = true;
  return out;
}

TEST(Labels, ZbarReadsTheSsccOutOfThePng) {
  const support::Folder folder("labels-png");
  for (const int dots : {8, 12}) {
    const auto carton = cartons().front();
    write_file(folder.path() / "label.png", to_png(to_svg(draw(carton)), dots));
    const auto seen = scanned(folder.path() / "label.png", folder.path());
    EXPECT_NE(seen.find("CODE-128:00" + carton.sscc + "\n"), std::string::npos) << seen;
    EXPECT_NE(seen.find("CODE-128:42062701\n"), std::string::npos) << seen;
  }
}

TEST(Labels, ZbarReadsEachPageOfThePdf) {
  const support::Folder folder("labels-pdf");
  std::vector<std::string> drawings;
  for (const auto& carton : cartons()) {
    drawings.push_back(to_svg(draw(carton)));
  }
  write_file(folder.path() / "labels.pdf", to_pdf(drawings));
  output_of({"/usr/bin/pdftoppm", "-r", "203", "-png", (folder.path() / "labels.pdf").string(),
             (folder.path() / "page").string()},
            folder.path());
  std::size_t page = 0;
  for (const auto& carton : cartons()) {
    const auto image = folder.path() / ("page-" + std::to_string(++page) + ".png");
    EXPECT_NE(scanned(image, folder.path()).find("CODE-128:00" + carton.sscc), std::string::npos);
  }
  // Text is text in it, and the page is four by six inches.
  const auto text = output_of(
      {"/usr/bin/pdftotext", "-f", "1", "-l", "1", (folder.path() / "labels.pdf").string(), "-"},
      folder.path());
  for (const char* expected : {"4500101", "Example Retail DC 12", "Example Parcel", "BOL-77",
                               "00614141000012", "Lot L42", "Carton 1 of 2", "Dept 072"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
  }
  const auto about =
      output_of({"/usr/bin/pdfinfo", (folder.path() / "labels.pdf").string()}, folder.path());
  EXPECT_NE(about.find("288 x 432 pts"), std::string::npos) << about;
}

TEST(Labels, TheZplSymbolIsTheSscc) {
  const auto carton = cartons().front();
  const auto zpl = to_zpl(draw(carton), 8);
  const auto at = zpl.find("^BCN,256,N,N,N,N^FD");
  ASSERT_NE(at, std::string::npos) << zpl;
  EXPECT_NE(zpl.rfind("^BY4", at), std::string::npos) << "X-dimension of 0.5 mm";
  const auto begin = at + 19;
  const auto read = interpret(zpl.substr(begin, zpl.find("^FS", begin) - begin));
  EXPECT_TRUE(read.good);
  EXPECT_EQ(read.data, "#00" + carton.sscc);
}

TEST(Labels, ZplSymbolsAreThoseOfZint) {
  // Start, FNC1, data, check, 11 modules each; stop 13.
  std::mt19937 random(7);
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./";
  for (int round = 0; round < 300; ++round) {
    std::string lot;
    for (std::size_t i = 0; i < 1 + random() % 12; ++i) {
      lot.push_back(letters[random() % letters.size()]);
    }
    std::string count = std::to_string(1 + random() % 99'999);
    const std::vector<Element> elements{{"02", "00614141000012"}, {"37", count}, {"10", lot}};
    const auto read = interpret(zpl_gs1_128(elements));
    ASSERT_TRUE(read.good) << zpl_gs1_128(elements);
    EXPECT_EQ(read.data, "#0200614141000012" + ("37" + count) + "#10" + lot);
    // Code sets may be changed at other places than zint does, but never for more than two symbols.
    const auto modules = gs1_128(elements).size();
    EXPECT_LE((read.symbols + 1) * 11 + 13, modules + 22) << count << " " << lot;
  }
}

TEST(Labels, SeparatorsStandAfterVariableIdentifiersOnly) {
  EXPECT_EQ(encoded({{"00", "006141410000000018"}}), "00006141410000000018");
  EXPECT_EQ(encoded({{"10", "A1"}, {"21", "S9"}}), std::string("10A1\x1d") + "21S9");
  EXPECT_EQ(encoded({{"01", "00614141000012"}, {"10", "A1"}}), "010061414100001210A1");
  EXPECT_EQ(readable({{"02", "00614141000012"}, {"37", "24"}}), "(02) 00614141000012 (37) 24");
}

TEST(Labels, SizesAreThoseOfTheGeneralSpecifications) {
  const auto drawing = draw(cartons().front());
  ASSERT_EQ(drawing.symbols.size(), 2u);
  const auto& sscc = drawing.symbols.back();
  EXPECT_GE(kModule, 0.495);
  EXPECT_LE(kModule, 0.940);
  EXPECT_GE(sscc.height, 31.75);
  EXPECT_EQ(sscc.modules.size(), 156u);  // start, FNC1, ten pairs, check and stop
  const double bars = static_cast<double>(sscc.modules.size()) * kModule;
  EXPECT_GE(sscc.x, kQuietZone);
  EXPECT_GE(kWidth - sscc.x - bars, kQuietZone);
  // Bars begin on dots of a printer with eight to the millimetre.
  EXPECT_DOUBLE_EQ(sscc.x * 8, static_cast<int>(sscc.x * 8));
}

TEST(Labels, APackageWithoutARightNumberHasNoLabel) {
  auto wrong = notice();
  wrong.shipment.packages[0].sscc = "106141412345678909";
  wrong.shipment.packages[1].sscc.reset();
  std::vector<std::string> problems;
  EXPECT_TRUE(cartons_of(wrong, problems).empty());
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_NE(problems[0].find("packages[0].sscc"), std::string::npos);
  EXPECT_NE(problems[1].find("missing"), std::string::npos);
}

TEST(Labels, HostileTextsStayTexts) {
  const support::Folder folder("labels-hostile");
  auto carton = cartons().front();
  carton.ship_to.name = "</text><script>&\"' ^XZ~JA^FD_5E\\& " + std::string(500, 'W');
  carton.ship_to.street = "\xff\xfe\x01 caf\xc3\xa9 \xe2\x80\xae";
  carton.po_number = "^XA^FO0,0^GB999,999,999^FS" + std::string(100, '9');
  for (int i = 0; i < 40; ++i) {
    carton.contents.push_back(carton.contents.front());
  }
  const auto drawing = draw(carton);
  const auto svg = to_svg(drawing);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  write_file(folder.path() / "label.svg", svg);
  write_file(folder.path() / "label.png", to_png(svg, 8));
  EXPECT_NE(scanned(folder.path() / "label.png", folder.path()).find("00" + carton.sscc),
            std::string::npos);
  const auto zpl = to_zpl(drawing, 8);
  EXPECT_EQ(zpl.find("^XZ"), zpl.size() - 4) << "a text ended the format";
  EXPECT_EQ(zpl.find('~'), std::string::npos) << "a text is an instruction";
  EXPECT_EQ(zpl.find("^GB999"), std::string::npos);
  bool cut = false;
  bool more = false;
  for (const auto& text : drawing.texts) {
    EXPECT_LE(text.x + width_of(text.text, text.size), kWidth) << text.text;
    EXPECT_LE(text.y, kHeight);
    cut |= text.text.ends_with("...");
    more |= text.text.starts_with("and ") && text.text.ends_with(" more");
  }
  EXPECT_TRUE(cut) << "a text was cut without a sign";
  EXPECT_TRUE(more) << "contents were left out without a word";
}

TEST(Labels, AbroadTheCountryStandsBeforeThePostalCode) {
  auto carton = cartons().front();
  carton.ship_to.country = "CA";
  carton.ship_to.region = "ON";
  carton.ship_to.postal_code = "L5B 2C9";
  bool found = false;
  for (const auto& text : draw(carton).texts) {
    found |= text.text == "(421) 124L5B2C9";
  }
  EXPECT_TRUE(found);
}

TEST(Labels, TextIsBrokenAtBlanks) {
  const auto lines = fitted("one two three four", 10, width_of("one two", 10) + 1, 5);
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines[0], "one two");
  EXPECT_EQ(fitted("", 10, 50, 3).size(), 0u);
  EXPECT_EQ(fitted("x", 10, 1, 3), std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace crossdock::edi::labels
