#include "plugins/edi_x12/grammar/text.hpp"

#include <algorithm>
#include <charconv>

namespace crossdock::x12 {
namespace {

constexpr std::size_t kLongestLine = 4'000;
constexpr std::size_t kLongestWords = 400;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// A line taken word by word.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) { skip(); }
  bool empty() const { return rest_.empty(); }
  std::string_view word() {
    std::size_t end = 0;
    while (end < rest_.size() && !is_blank(rest_[end])) {
      ++end;
    }
    const auto out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    skip();
    return out;
  }
  std::string_view rest() const {
    auto out = rest_;
    while (!out.empty() && is_blank(out.back())) {
      out.remove_suffix(1);
    }
    return out;
  }

 private:
  void skip() {
    while (!rest_.empty() && is_blank(rest_.front())) {
      rest_.remove_prefix(1);
    }
  }
  std::string_view rest_;
};

bool is_identifier(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

template <class Number>
bool to_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

bool to_type(std::string_view text, ElementType& out) {
  if (text.size() == 2 && text[0] == 'N' && text[1] >= '0' && text[1] <= '9') {
    out = static_cast<ElementType>(static_cast<int>(ElementType::N0) + (text[1] - '0'));
    return true;
  }
  constexpr std::pair<std::string_view, ElementType> kTypes[] = {
      {"AN", ElementType::AN}, {"ID", ElementType::ID}, {"DT", ElementType::DT},
      {"TM", ElementType::TM}, {"R", ElementType::R},   {"B", ElementType::B}};
  for (const auto& [name, type] : kTypes) {
    if (name == text) {
      out = type;
      return true;
    }
  }
  return false;
}

bool to_requirement(std::string_view text, Requirement& out) {
  if (text == "M" || text == "O" || text == "X") {
    out = text == "M"   ? Requirement::mandatory
          : text == "O" ? Requirement::optional
                        : Requirement::conditional;
    return true;
  }
  return false;
}

class Reader {
 public:
  Reader(const std::string& file, std::string_view layer, Draft& draft)
      : file_(file), layer_(layer), draft_(draft) {}

  void line(std::size_t number, std::string_view text) {
    number_ = number;
    if (text.size() > kLongestLine) {
      fail("the line is longer than 4,000 characters");
    }
    Line line(text);
    if (line.empty() || line.rest().front() == '#') {
      return;
    }
    if (codes_) {
      if (code_line(line)) {
        return;
      }
      seal_codes();
    }
    const auto word = line.word();
    if (word == "release") {
      block_ = Block::none;
    } else if (word == "element") {
      element(line);
    } else if (word == "codes") {
      begin_codes(line);
    } else if (word == "segment" || word == "composite") {
      begin_segment(word == "segment", line);
    } else if (word == "set") {
      begin_set(line);
    } else if (block_ == Block::segment) {
      segment_line(word, line);
    } else if (block_ == Block::set) {
      set_line(word, line);
    } else {
      fail("\"" + std::string(word.substr(0, 20)) +
           "\" is no statement; expected element, codes, composite, segment or set");
    }
  }

  void end() {
    seal_codes();
    close_set();
  }

 private:
  enum class Block { none, segment, set };

  [[noreturn]] void fail(const std::string& why) const {
    throw GrammarError(file_ + ":" + std::to_string(number_) + ": " + why);
  }
  // The layer comes first, so that a repeat within it can be told from a replacement.
  std::string origin() const { return file_ + ":" + std::to_string(number_); }
  template <class Map>
  void must_be_new(const Map& map, std::string_view key, const char* what) const {
    const auto found = map.find(key);
    if (found != map.end() && !layer_.empty() && found->second.origin.starts_with(layer_)) {
      fail(std::string(what) + " " + std::string(key) + " is defined twice, first at " +
           found->second.origin);
    }
  }
  std::string words(Line& line) const {
    const auto text = line.rest();
    if (text.size() > kLongestWords) {
      fail("the words are longer than 400 characters");
    }
    return std::string(text);
  }

  void element(Line& line) {
    block_ = Block::none;
    close_set();
    DraftElement e;
    const auto number = line.word();
    if (!is_identifier(number, 1, 6)) {
      fail("an element's number is 1 to 6 digits or capital letters, not \"" +
           std::string(number.substr(0, 20)) + "\"");
    }
    must_be_new(draft_.elements, number, "element");
    e.number = number;
    const auto type = line.word();
    if (!to_type(type, e.type)) {
      fail("the type of an element is AN, ID, DT, TM, R, B or N0 to N9, not \"" +
           std::string(type.substr(0, 20)) + "\"");
    }
    const auto lengths = line.word();
    const auto dash = lengths.find('-');
    if (dash == std::string_view::npos || !to_number(lengths.substr(0, dash), e.min) ||
        !to_number(lengths.substr(dash + 1), e.max) || e.min > e.max || e.max == 0) {
      fail("lengths are written as 1-30, not \"" + std::string(lengths.substr(0, 20)) + "\"");
    }
    e.words = words(line);
    e.origin = origin();
    draft_.elements.insert_or_assign(e.number, std::move(e));
  }

  void begin_codes(Line& line) {
    block_ = Block::none;
    close_set();
    const auto number = line.word();
    if (!is_identifier(number, 1, 6)) {
      fail("codes are given for an element's number, not \"" + std::string(number.substr(0, 20)) +
           "\"");
    }
    codes_for_ = number;
    const auto found = draft_.codes.find(number);
    codes_ = found == draft_.codes.end() ? std::make_shared<CodeList>()
                                         : std::make_shared<CodeList>(*found->second);
  }

  // False when the line begins something else.
  bool code_line(Line line) {
    const auto word = line.word();
    if (word == "release" || word == "element" || word == "codes" || word == "composite" ||
        word == "segment" || word == "set") {
      return false;
    }
    if (word == "+" || word == "-") {
      while (!line.empty()) {
        const auto value = line.word();
        check_code(value);
        if (word == "+") {
          codes_->add(value, {});
        } else {
          codes_->remove(value);
        }
      }
    } else {
      check_code(word);
      codes_->add(word, words(line));
    }
    if (codes_->size() > kMostCodes) {
      fail("a list may have at most " + std::to_string(kMostCodes) + " values");
    }
    return true;
  }
  void check_code(std::string_view value) const {
    if (value.empty() || value.size() > CodeList::kLongest) {
      fail("a code has 1 to 8 characters, not \"" + std::string(value.substr(0, 20)) + "\"");
    }
  }
  void seal_codes() {
    if (codes_) {
      codes_->seal();
      draft_.codes.insert_or_assign(codes_for_, std::move(codes_));
      codes_.reset();
    }
  }

  void begin_segment(bool plain, Line& line) {
    close_set();
    block_ = Block::segment;
    const auto id = line.word();
    if (plain ? !is_identifier(id, 2, 3) : !is_identifier(id, 2, 6)) {
      fail(std::string(plain ? "a segment's id has 2 or 3" : "a composite's id has 2 to 6") +
           " capital letters or digits, not \"" + std::string(id.substr(0, 20)) + "\"");
    }
    auto& map = plain ? draft_.segments : draft_.composites;
    must_be_new(map, id, plain ? "segment" : "composite");
    DraftSegment segment;
    segment.id = id;
    segment.words = words(line);
    segment.origin = origin();
    segment_ = &map.insert_or_assign(segment.id, std::move(segment)).first->second;
  }

  void segment_line(std::string_view word, Line& line) {
    if (word == "if") {
      while (!line.empty()) {
        const auto text = line.word();
        const auto condition = parse_condition(text);
        if (!condition) {
          fail("\"" + std::string(text.substr(0, 20)) +
               "\" is no condition; write P0304: P, R, E, C or L and two digits per element");
        }
        segment_->conditions.push_back(*condition);
      }
      return;
    }
    std::size_t place = 0;
    if (!to_number(word, place) || place != segment_->uses.size() + 1) {
      fail("expected element " + std::to_string(segment_->uses.size() + 1) + " of " + segment_->id +
           ", found \"" + std::string(word.substr(0, 20)) + "\"");
    }
    DraftUse use;
    use.element = line.word();
    if (!is_identifier(use.element, 1, 6)) {
      fail("expected an element's number after the place");
    }
    const auto requirement = line.word();
    if (!to_requirement(requirement, use.requirement)) {
      fail("expected M, O or X, found \"" + std::string(requirement.substr(0, 20)) + "\"");
    }
    auto rest = line;
    const auto repeat = rest.word();
    if (repeat == "x*") {
      use.repeats = 0;
      line = rest;
    } else if (repeat.size() > 1 && repeat[0] == 'x' && to_number(repeat.substr(1), use.repeats)) {
      line = rest;
    }
    use.words = words(line);
    if (segment_->uses.size() >= kMostElementUses) {
      fail("a segment may have at most 64 elements");
    }
    segment_->uses.push_back(std::move(use));
  }

  void begin_set(Line& line) {
    close_set();
    block_ = Block::set;
    const auto id = line.word();
    const auto functional_id = line.word();
    if (!is_identifier(id, 3, 3) || !is_identifier(functional_id, 2, 2)) {
      fail("a set is written as: set 850 PO words");
    }
    must_be_new(draft_.sets, id, "set");
    DraftSet set;
    set.id = id;
    set.functional_id = functional_id;
    set.words = words(line);
    set.origin = origin();
    set_ = &draft_.sets.insert_or_assign(set.id, std::move(set)).first->second;
    depth_ = 0;
    area_ = 1;
  }

  void set_line(std::string_view word, Line& line) {
    if (word == "heading" || word == "detail" || word == "summary") {
      if (depth_ != 0) {
        fail("an area begins inside of a loop; write `end` first");
      }
      area_ = word == "heading" ? 1 : word == "detail" ? 2 : 3;
      return;
    }
    if (word == "end") {
      if (depth_ == 0) {
        fail("`end` without a loop");
      }
      --depth_;
      return;
    }
    DraftNode node;
    node.loop = word == "loop";
    node.segment = node.loop ? line.word() : word;
    if (!is_identifier(node.segment, 2, 3)) {
      fail("expected a segment's id, found \"" + node.segment.substr(0, 20) + "\"");
    }
    const auto requirement = line.word();
    if (requirement != "M" && requirement != "O") {
      fail("expected M or O after " + node.segment);
    }
    node.mandatory = requirement == "M";
    const auto most = line.word();
    if (most == ">1") {
      node.most = 0;
    } else if (!to_number(most, node.most) || node.most == 0) {
      fail("expected how often " + node.segment + " may be used, a number or >1");
    }
    node.depth = depth_;
    node.area = area_;
    node.origin = origin();
    if (set_->nodes.size() >= kMostNodes) {
      fail("a set may have at most " + std::to_string(kMostNodes) + " lines");
    }
    if (node.loop && ++depth_ > kMostDepth) {
      fail("loops are nested deeper than 16");
    }
    set_->nodes.push_back(std::move(node));
  }

  void close_set() {
    if (block_ == Block::set || set_ != nullptr) {
      if (set_ != nullptr) {
        if (depth_ != 0) {
          fail("set " + set_->id + " has a loop without `end`");
        }
        if (set_->nodes.size() < 2 || set_->nodes.front().segment != "ST" ||
            set_->nodes.back().segment != "SE") {
          fail("set " + set_->id + " must begin with ST and end with SE");
        }
      }
      set_ = nullptr;
      block_ = Block::none;
    }
  }

  const std::string& file_;
  std::string_view layer_;
  Draft& draft_;
  std::size_t number_ = 0;
  Block block_ = Block::none;
  DraftSegment* segment_ = nullptr;
  DraftSet* set_ = nullptr;
  std::uint8_t depth_ = 0;
  std::uint8_t area_ = 1;
  std::shared_ptr<CodeList> codes_;
  std::string codes_for_;
};

template <class Each>
void each_line(std::string_view text, Each each) {
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find('\n', at);
    end = end == std::string_view::npos ? text.size() : end;
    if (!each(++number, text.substr(at, end - at))) {
      return;
    }
    at = end + 1;
  }
}

}  // namespace

std::optional<Condition> parse_condition(std::string_view text) {
  Condition out;
  if (text.size() < 3 || text.size() % 2 == 0 ||
      std::string_view("PRECL").find(text[0]) == std::string_view::npos) {
    return std::nullopt;
  }
  out.kind = text[0];
  const bool has_first = out.kind == 'C' || out.kind == 'L';
  for (std::size_t i = 1; i < text.size(); i += 2) {
    unsigned number = 0;
    if (!to_number(text.substr(i, 2), number) || number == 0 || number > kMostElementUses) {
      return std::nullopt;
    }
    if (has_first && i == 1) {
      out.first = static_cast<std::uint8_t>(number);
    } else {
      out.mask |= std::uint64_t{1} << (number - 1);
    }
  }
  return out.mask == 0 ? std::nullopt : std::optional(out);
}

GrammarText::Head GrammarText::head(std::string_view text, const std::string& file) {
  Head out;
  each_line(text, [&](std::size_t number, std::string_view content) {
    Line line(content);
    if (line.empty() || line.rest().front() == '#') {
      return true;
    }
    const auto fail = [&](const char* why) {
      throw GrammarError(file + ":" + std::to_string(number) + ": " + why);
    };
    if (line.word() != "release") {
      fail("the first statement must be `release`, as in: release 005010");
    }
    out.release = line.word();
    if (!is_identifier(out.release, 6, 12)) {
      fail("a release is written as in GS08: 005010, 004010VICS");
    }
    if (!line.empty()) {
      if (line.word() != "over") {
        fail("expected: release NAME over OTHER");
      }
      out.over = line.word();
      if (!is_identifier(out.over, 6, 12) || out.over == out.release) {
        fail("`over` names another release");
      }
    }
    return false;
  });
  if (out.release.empty()) {
    throw GrammarError(file + ": the file is empty; expected `release` first");
  }
  return out;
}

void GrammarText::read(std::string_view text, const std::string& file, std::string_view layer,
                       Draft& draft) {
  if (text.size() > kLargestGrammarFile) {
    throw GrammarError(file + ": the file is larger than 8 MiB");
  }
  Reader reader(file, layer, draft);
  each_line(text, [&](std::size_t number, std::string_view content) {
    reader.line(number, content);
    return true;
  });
  reader.end();
}

}  // namespace crossdock::x12
