// label: carton labels out of a shipment notice, canonical JSON or an 856.
#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <ostream>
#include <stdexcept>

#include "crossdock/canonical/codec.hpp"
#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/engine/document/document.hpp"
#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/labels/drawing.hpp"
#include "plugins/edi_x12/labels/rendering.hpp"
#include "plugins/edi_x12/labels/sscc_ledger.hpp"
#include "plugins/edi_x12/mapping/library.hpp"
#include "plugins/edi_x12/mapping/to_canonical.hpp"

namespace crossdock::x12::command {
namespace {

namespace labels = edi::labels;

struct LabelOptions {
  std::string input;
  std::string svg, png, pdf, zpl;
  int dpi = 203;
  std::size_t package = 0;  // 0: all
  std::string ledger;       // empty: none
  bool reprint = false;
};

std::string read_all(const std::string& file) {
  std::ifstream in;
  if (file != "-") {
    in.open(file, std::ios::binary);
    if (!in) {
      throw std::runtime_error(file + " cannot be read");
    }
  }
  std::istream& source = file == "-" ? std::cin : in;
  std::string out;
  char piece[64 * 1024];
  while (source.read(piece, sizeof piece) || source.gcount() > 0) {
    out.append(piece, static_cast<std::size_t>(source.gcount()));
    if (out.size() > kLargestInterchangeFile) {
      throw std::runtime_error(file + " is larger than 64 MiB");
    }
  }
  return out;
}

void write_all(const std::string& file, const std::string& bytes, Console& console) {
  if (file == "-") {
    console.out << bytes;
    return;
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) {
    throw std::runtime_error(file + " cannot be written");
  }
}

canonical::ShipNotice notice_of(std::string_view json, const std::string& where) {
  auto decoded = canonical::decode<canonical::ShipNotice>(json);
  if (!decoded.value) {
    throw std::runtime_error(where +
                             " is not a shipment notice: " + canonical::to_text(decoded.problems));
  }
  return std::move(*decoded.value);
}

// The shipment notices of all 856 in a file.
std::vector<canonical::ShipNotice> notices_of_x12(const std::string& bytes,
                                                  const std::string& file) {
  GrammarLibrary grammars({default_grammar_folder()});
  const MappingLibrary mappings({default_mapping_folder()});
  const MapTable* table = mappings.find("856");
  std::vector<canonical::ShipNotice> out;
  for (const auto& interchange : read(bytes).interchanges) {
    for (const auto& group : interchange.groups) {
      const auto grammar = grammars.find(group.version);
      for (const auto& set : group.sets) {
        if (set.type != "856") {
          continue;
        }
        const std::string where = file + ", set " + std::string(set.control);
        if (table == nullptr || grammar == nullptr) {
          throw std::runtime_error(where + ": there is no grammar for release " +
                                   std::string(group.version));
        }
        CanonicalReader reader(compile(*table, *grammar));
        reader.begin({{"channel", std::string(interchange.receiver)},
                      {"customer", std::string(interchange.receiver)},
                      {"currency", "USD"},
                      {"warehouse", std::string(interchange.sender)}},
                     interchange.delimiters.component);
        for (const auto& one : set.segments) {
          reader.segment(one.id, one.elements.data(), one.elements.size());
        }
        const auto& documents = reader.end();
        if (documents.empty()) {
          std::string problems;
          for (const auto& problem : reader.problems()) {
            problems += (problems.empty() ? "" : "; ") + problem;
          }
          throw std::runtime_error(where + ": " + problems);
        }
        for (const auto document : documents) {
          out.push_back(notice_of(document, where));
        }
      }
    }
  }
  if (out.empty()) {
    throw std::runtime_error(file + " holds no 856 and is no JSON document");
  }
  return out;
}

// carton.png, or carton-2.png where there are several.
std::string numbered(const std::string& file, std::size_t number, std::size_t count) {
  if (count == 1 || file == "-") {
    return file;
  }
  const auto slash = file.rfind('/');
  const auto dot = file.rfind('.');
  const bool ending = dot != std::string::npos && (slash == std::string::npos || dot > slash);
  return file.substr(0, ending ? dot : file.size()) + "-" + std::to_string(number) +
         (ending ? file.substr(dot) : "");
}

// Notes each carton as printed; those whose number may bear no label (again) are said and left out.
void note_prints(const LabelOptions& options, std::vector<labels::Carton>& cartons,
                 Console& console) {
  labels::SsccLedger ledger(options.ledger);
  const auto now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  std::erase_if(cartons, [&](const labels::Carton& carton) {
    try {
      ledger.print(carton.sscc, options.reprint, now_ns);
      return false;
    } catch (const std::runtime_error& fault) {
      console.err << options.input << ": " << fault.what() << '\n';
      console.status = kRejected;
      return true;
    }
  });
}

void make_labels(const LabelOptions& options, Console& console) {
  const std::string bytes = read_all(options.input);
  const auto first = bytes.find_first_not_of(" \t\r\n");
  const auto notices = first != std::string::npos && bytes[first] == '{'
                           ? std::vector{notice_of(bytes, options.input)}
                           : notices_of_x12(bytes, options.input);
  std::vector<labels::Carton> cartons;
  std::vector<std::string> problems;
  for (const auto& notice : notices) {
    for (auto& carton : labels::cartons_of(notice, problems)) {
      cartons.push_back(std::move(carton));
    }
  }
  for (const auto& problem : problems) {
    console.err << options.input << ": " << problem << '\n';
    console.status = kRejected;
  }
  if (options.package > 0) {
    if (options.package > cartons.size()) {
      throw std::runtime_error(options.input + " has " + std::to_string(cartons.size()) +
                               " cartons with a label; there is no number " +
                               std::to_string(options.package));
    }
    cartons = {cartons[options.package - 1]};
  }
  if (!options.ledger.empty()) {
    note_prints(options, cartons, console);
  }
  const int dots = options.dpi == 600 ? 24 : options.dpi == 300 ? 12 : 8;
  std::vector<std::string> drawings;
  std::string formats;
  for (std::size_t i = 0; i < cartons.size(); ++i) {
    const auto drawing = labels::draw(cartons[i]);
    drawings.push_back(labels::to_svg(drawing));
    formats += labels::to_zpl(drawing, dots);
    if (!options.svg.empty()) {
      write_all(numbered(options.svg, i + 1, cartons.size()), drawings.back(), console);
    }
    if (!options.png.empty()) {
      write_all(numbered(options.png, i + 1, cartons.size()), labels::to_png(drawings.back(), dots),
                console);
    }
  }
  if (!drawings.empty() && !options.pdf.empty()) {
    write_all(options.pdf, labels::to_pdf(drawings), console);
  }
  if (!drawings.empty() && !options.zpl.empty()) {
    write_all(options.zpl, formats, console);
  }
}

}  // namespace

void add_label(CLI::App& app, Console& console) {
  auto* command =
      app.add_subcommand("label", "make GS1-128 carton labels of a shipment notice or an 856");
  auto options = std::make_shared<LabelOptions>();
  command->add_option("file", options->input, "canonical shipment notice (JSON) or 856; -: stdin")
      ->required();
  command->add_option("--svg", options->svg, "write SVG, one file a carton");
  command->add_option("--png", options->png, "write PNG, one file a carton");
  command->add_option("--pdf", options->pdf, "write PDF, one page a carton");
  command->add_option("--zpl", options->zpl, "write ZPL, one format a carton; -: stdout");
  command->add_option("--dpi", options->dpi, "of PNG and ZPL")
      ->check(CLI::IsMember({203, 300, 600}))
      ->capture_default_str();
  command->add_option("--package", options->package, "only this carton, from 1");
  auto* ledger = command->add_option("--ledger", options->ledger,
                                     "note each print in this ledger of carton numbers (sscc)");
  command->add_flag("--reprint", options->reprint, "again, where a label was printed already")
      ->needs(ledger);
  command->footer(
      "Examples:\n"
      "  crossdock-x12 label notice.json --pdf labels.pdf\n"
      "  crossdock-x12 label asn.x12 --zpl - | nc printer 9100\n"
      "Exit status: 0 all cartons have a label, 1 a carton has no label: no valid SSCC, or its "
      "ledger refuses,\n"
      "2 the file cannot be used, 64 wrong usage.");
  command->callback([options, &console] {
    if (options->svg.empty() && options->png.empty() && options->pdf.empty() &&
        options->zpl.empty()) {
      throw CLI::RequiredError("at least one of --svg, --png, --pdf, --zpl");
    }
    make_labels(*options, console);
  });
}

}  // namespace crossdock::x12::command
