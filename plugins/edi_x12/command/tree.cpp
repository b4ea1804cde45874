#include "plugins/edi_x12/command/tree.hpp"

namespace crossdock::x12::command {
namespace {

constexpr const char* kBold = "\x1b[1m";
constexpr const char* kRed = "\x1b[31m";
constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kGrey = "\x1b[90m";
constexpr const char* kPlain = "\x1b[0m";

std::string counted(std::uint64_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

}  // namespace

Tree::Tree(const std::string& file, std::ostream& out, bool colour) : out_(out), colour_(colour) {
  out_ << painted(kBold, file) << '\n';
}

std::string Tree::painted(const char* colour, const std::string& text) const {
  return colour_ ? colour + text + kPlain : text;
}

std::string Tree::status(char status) const {
  switch (status) {
    case 'A':
      return painted(kGreen, "A accepted");
    case 'E':
      return painted(kYellow, "E accepted, errors noted");
    case 'P':
      return painted(kYellow, "P partially accepted");
    default:
      return painted(kRed, "R rejected");
  }
}

void Tree::interchange_begins(const InterchangeHead& head) {
  Counting::interchange_begins(head);
  in_interchange_ = true;
  out_ << "  interchange " << printable(head.control()) << "  "
       << printable(head.sender_qualifier()) << '/' << printable(head.sender()) << " to "
       << printable(head.receiver_qualifier()) << '/' << printable(head.receiver()) << "  "
       << printable(head.version()) << (head.test() ? "  test" : "") << '\n';
}

void Tree::interchange_segment(const SegmentView& segment) {
  out_ << "    " << printable(segment.text()) << '\n';
}

void Tree::group_begins(const GroupHead& head) {
  Counting::group_begins(head);
  in_group_ = true;
  out_ << "    group " << printable(head.control) << "  " << printable(head.functional_id) << "  "
       << printable(head.version) << '\n';
}

void Tree::set_begins(const SetHead& head) {
  set_ = head;
  in_set_ = true;
}

void Tree::set_ends(const SetEnd& end) {
  Counting::set_ends(end);
  in_set_ = false;
  out_ << "      " << printable(set_.type) << ' ' << printable(set_.control) << "  "
       << counted(end.segments, "segment") << "  " << status(end.status()) << '\n';
  for (const auto& one : held_) {
    print(one, 8);
  }
  held_.clear();
}

void Tree::group_ends(const GroupEnd& end) {
  in_group_ = false;
  if (end.status() != 'A') {
    out_ << "    group: " << status(end.status()) << '\n';
  }
}

void Tree::interchange_ends(const InterchangeEnd& end) {
  Counting::interchange_ends(end);
  in_interchange_ = false;
  if (end.status() != 'A') {
    out_ << "  interchange: " << status(end.status()) << '\n';
  }
}

void Tree::finding(const Finding& f) {
  Counting::finding(f);
  if (in_set_) {
    held_.push_back(f);
  } else {
    print(f, in_group_ ? 6 : in_interchange_ ? 4 : 2);
  }
}

void Tree::print(const Finding& f, int depth) {
  const char* colour = f.severity == Severity::error     ? kRed
                       : f.severity == Severity::warning ? kYellow
                                                         : kGrey;
  out_ << std::string(static_cast<std::size_t>(depth), ' ')
       << painted(colour, std::string(to_string(f.severity))) << " line " << f.line;
  if (f.segment != 0) {
    out_ << ", segment " << f.segment;
  }
  out_ << ": " << f.message << ' ' << painted(kGrey, "[" + std::string(f.name()) + "]") << '\n';
}

void Tree::file_ends() { out_ << "  " << in_words(tally()) << '\n'; }

std::string in_words(const Tally& t) {
  std::string out = counted(t.interchanges, "interchange") + ", " + counted(t.sets, "set") + ": " +
                    std::to_string(t.accepted) + " accepted";
  if (t.with_errors != 0) {
    out += ", " + std::to_string(t.with_errors) + " accepted with errors noted";
  }
  if (t.rejected != 0) {
    out += ", " + std::to_string(t.rejected) + " rejected";
  }
  if (t.errors + t.warnings + t.notices != 0) {
    out += "; " + counted(t.errors, "error") + ", " + counted(t.warnings, "warning") + ", " +
           counted(t.notices, "notice");
  }
  return out;
}

}  // namespace crossdock::x12::command
