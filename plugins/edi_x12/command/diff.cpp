// diff: two files, segment by segment, whatever their delimiters and line ends are.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <ostream>

#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/command/difference.hpp"
#include "plugins/edi_x12/command/input.hpp"

namespace crossdock::x12::command {
namespace {

struct DiffOptions {
  std::string first, second;
  bool data_only = false;
  bool brief = false;
};

// A segment with the delimiters that all are shown with.
struct Line {
  std::vector<std::string> elements;  // elements[0] is the identifier
  std::string place;                  // "line 12, 850 0001 segment 4"
  std::string text() const {
    std::string out = elements[0];
    for (std::size_t i = 1; i < elements.size(); ++i) {
      out += "*" + elements[i];
    }
    return out;
  }
};

class Lines final : public Sink {
 public:
  explicit Lines(bool data_only) : data_only_(data_only) {}
  std::vector<Line> lines;

  void reading(Lexer& lexer) override { lexer_ = &lexer; }
  void interchange_begins(const InterchangeHead& head) override {
    head_ = head;
    if (!data_only_) {
      Line line;
      line.elements.emplace_back("ISA");
      // ISA11 and ISA16 say how the file is written, not what is in it.
      for (std::size_t i = 1; i <= 16; ++i) {
        line.elements.emplace_back(i == 11 || i == 16 ? "" : std::string(head.at(i)));
      }
      line.elements.resize(16);
      line.place = "line " + std::to_string(head.line);
      lines.push_back(std::move(line));
    }
  }
  void interchange_segment(const SegmentView& s) override { add(s, ""); }
  void group_begins(const GroupHead& head) override {
    if (!data_only_) {
      Line line;
      line.elements = {"GS",      head.functional_id, head.sender, head.receiver, head.date,
                       head.time, head.control,       head.agency, head.version};
      line.place = "line " + std::to_string(head.line);
      lines.push_back(std::move(line));
    }
  }
  void set_begins(const SetHead& head) override { set_ = head; }
  void segment(const SegmentView& s, std::uint32_t position) override {
    add(s, printable(set_.type) + " " + printable(set_.control) + " segment " +
               std::to_string(position));
  }
  void group_ends(const GroupEnd& end) override { trailer("GE", end.sets); }
  void interchange_ends(const InterchangeEnd& end) override { trailer("IEA", end.groups); }

 private:
  void add(const SegmentView& s, const std::string& place) {
    Line line;
    line.elements.emplace_back(s.id());
    const bool control = data_only_ && (s.id() == "ST" || s.id() == "SE");
    for (std::size_t i = 1; i <= s.count; ++i) {
      std::string value(s.at(i));
      for (char& c : value) {
        c = c == head_.delimiters.component                                        ? '>'
            : c == head_.delimiters.repetition && head_.delimiters.repetition != 0 ? '^'
                                                                                   : c;
      }
      line.elements.push_back(control && i == 2 ? "" : std::move(value));
    }
    while (line.elements.size() > 1 && line.elements.back().empty()) {
      line.elements.pop_back();
    }
    line.place =
        "line " + std::to_string(lexer_->line_of(s.offset)) + (place.empty() ? "" : ", " + place);
    lines.push_back(std::move(line));
  }
  void trailer(const char* id, std::uint64_t count) {
    if (!data_only_) {
      lines.push_back({{id, std::to_string(count)}, "end"});
    }
  }

  bool data_only_;
  Lexer* lexer_ = nullptr;
  InterchangeHead head_;
  SetHead set_;
};

std::string clean(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7f ? '?' : c);
  }
  return out;
}

class Printer {
 public:
  Printer(std::ostream& out, bool colour) : out_(out), colour_(colour) {}

  void removed(const Line& line) { show('-', "\x1b[31m", line); }
  void added(const Line& line) { show('+', "\x1b[32m", line); }
  // The elements in which two segments of one kind differ.
  void changed(const Line& a, const Line& b) {
    out_ << a.place << " | " << b.place << '\n';
    for (std::size_t i = 1; i < std::max(a.elements.size(), b.elements.size()); ++i) {
      const std::string was = i < a.elements.size() ? a.elements[i] : "";
      const std::string is = i < b.elements.size() ? b.elements[i] : "";
      if (was != is) {
        out_ << "  " << clean(a.elements[0]) << (i < 10 ? "0" : "") << i << ": "
             << paint("\x1b[31m", quoted(was)) << " -> " << paint("\x1b[32m", quoted(is)) << '\n';
      }
    }
  }

 private:
  static std::string quoted(const std::string& text) { return "\"" + clean(text) + "\""; }
  std::string paint(const char* colour, const std::string& text) const {
    return colour_ ? colour + text + "\x1b[0m" : text;
  }
  void show(char sign, const char* colour, const Line& line) {
    out_ << line.place << '\n'
         << "  " << paint(colour, std::string(1, sign) + ' ' + clean(line.text())) << '\n';
  }
  std::ostream& out_;
  bool colour_;
};

std::vector<std::uint64_t> numbers(const std::vector<Line>& lines) {
  std::vector<std::uint64_t> out;
  out.reserve(lines.size());
  for (const auto& line : lines) {
    out.push_back(std::hash<std::string>{}(line.text()));
  }
  return out;
}

bool load(const std::string& file, Lines& into, Console& console) {
  const Policy policy;
  try {
    WatchedFile source(file, {}, wants_progress());
    if (Reader(source, into, policy).run()) {
      return true;
    }
    console.err << "crossdock-x12: nothing in " << file << " can be read as X12\n";
  } catch (const ReadError& fault) {
    console.err << "crossdock-x12: " << fault.what() << '\n';
  }
  return false;
}

int compare(const DiffOptions& o, Console& console) {
  Lines a(o.data_only), b(o.data_only);
  if (!load(o.first, a, console) || !load(o.second, b, console)) {
    return kNotX12;
  }
  const auto edits = difference(numbers(a.lines), numbers(b.lines));
  Printer printer(console.out, ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr);
  std::uint64_t changed = 0, removed = 0, added = 0;
  for (std::size_t i = 0; i < edits.size();) {
    // A run of removed and added segments; those of one kind, in order, are pairs.
    std::vector<const Line*> out, in;
    for (; i < edits.size() && edits[i].kind != Edit::Kind::same; ++i) {
      if (edits[i].kind == Edit::Kind::removed) {
        out.push_back(&a.lines[edits[i].a]);
      } else {
        in.push_back(&b.lines[edits[i].b]);
      }
    }
    std::size_t next = 0;
    for (const Line* line : out) {
      std::size_t pair = next;
      while (pair < in.size() && in[pair]->elements[0] != line->elements[0]) {
        ++pair;
      }
      if (pair == in.size()) {
        ++removed;
        if (!o.brief) {
          printer.removed(*line);
        }
        continue;
      }
      for (; next < pair; ++next, ++added) {
        if (!o.brief) {
          printer.added(*in[next]);
        }
      }
      ++next;
      ++changed;
      if (!o.brief) {
        printer.changed(*line, *in[pair]);
      }
    }
    for (; next < in.size(); ++next, ++added) {
      if (!o.brief) {
        printer.added(*in[next]);
      }
    }
    while (i < edits.size() && edits[i].kind == Edit::Kind::same) {
      ++i;
    }
  }
  if (changed + removed + added == 0) {
    console.out << "no difference in " << a.lines.size() << " segments\n";
    return kAccepted;
  }
  console.out << changed << " segments differ, " << removed << " only in " << o.first << ", "
              << added << " only in " << o.second << '\n';
  return kRejected;
}

}  // namespace

void add_diff(CLI::App& app, Console& console) {
  auto options = std::make_shared<DiffOptions>();
  auto* command = app.add_subcommand("diff", "compare two files segment by segment");
  command->add_option("FIRST", options->first, "a file; - is standard input")->required();
  command->add_option("SECOND", options->second, "another file")->required();
  command->add_flag("--data", options->data_only,
                    "leave out ISA, GS, GE, IEA and the control numbers of sets");
  command->add_flag("--brief", options->brief, "the counts only");
  command->footer(
      "Delimiters, line ends and trailing empty elements make no difference. Both files are held "
      "in\n"
      "memory.\n"
      "Exit status: 0 no difference, 1 some, 2 a file cannot be read as X12, 64 wrong usage.\n"
      "Examples:\n"
      "  crossdock-x12 diff sent.x12 received.x12\n"
      "  crossdock-x12 diff --data monday.x12 tuesday.x12");
  command->callback([options, &console] { console.status = compare(*options, console); });
}

}  // namespace crossdock::x12::command
