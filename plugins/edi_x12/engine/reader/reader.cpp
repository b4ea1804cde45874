#include "plugins/edi_x12/engine/reader/reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "plugins/edi_x12/engine/reader/noise.hpp"

namespace crossdock::x12 {
namespace {

constexpr std::size_t kLookAround = 4096;
// An ISA inside of a segment makes it at least this long, or adds so many elements.
constexpr std::size_t kLongEnoughForAnIsa = 100;
constexpr std::uint32_t kElementsOfAnIsa = 16;

// A segment identifier and a separator: what a line begins with when its segment is a new one.
bool begins_a_segment(std::string_view text, char separator) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto name = [&](char c) { return capital(c) || (c >= '0' && c <= '9'); };
  return text.size() > 3 && capital(text[0]) && name(text[1]) &&
         (text[2] == separator || (name(text[2]) && text[3] == separator));
}

}  // namespace

Reader::Reader(Source& source, Sink& sink, const Policy& policy, Way way)
    : lexer_(source, way), envelope_(sink, lexer_, policy) {
  sink.reading(lexer_);
}

bool Reader::run() {
  bool any = false;
  while (find_interchange()) {
    any = true;
    read_interchange();
  }
  say_what_was_passed(any, true);
  return any;
}

// Passes over what is no interchange. False: the source ends.
bool Reader::find_interchange() {
  for (;;) {
    const auto view = lexer_.peek(kLookAround);
    if (view.empty()) {
      return false;
    }
    const bool at_end = view.size() < kLookAround;
    const std::size_t at = view.find("ISA");
    if (at == std::string_view::npos) {
      pass(view.substr(0, at_end ? view.size() : view.size() - 2));
    } else if (!at_end && view.size() - at < kIsaLookahead) {
      // Everything in front of it first, so that the header comes to stand whole in the window.
      if (at == 0) {
        return false;  // cannot be: the look-around is longer than the look-ahead
      }
      pass(view.substr(0, at));
    } else {
      const char before = at > 0 ? view[at - 1] : passed_.last;
      if (const auto header = recognise_isa(view.substr(at), before)) {
        pass(view.substr(0, at));
        say_what_was_passed(true, false);
        begin(*header);
        return true;
      }
      pass(view.substr(0, at + 3));
    }
  }
}

void Reader::pass(std::string_view bytes) {
  passed_.take(bytes, lexer_.offset(), lexer_);
  lexer_.skip(bytes.size());
}

void Reader::say_what_was_passed(bool any, bool at_end) {
  if (any) {
    if (auto finding = passed_.verdict(at_end)) {
      envelope_.tell(std::move(*finding));
    }
  } else {
    Finding nothing;
    nothing.code = Code::not_x12;
    nothing.line = 1;  // the first line has left the window of a longer file
    nothing.message = passed_.why_not_x12();
    envelope_.tell(std::move(nothing));
  }
  passed_ = Noise{};
}

void Reader::begin(const IsaHeader& header) {
  const std::uint64_t offset = lexer_.offset();
  const auto view = lexer_.peek(1);
  const auto& d = header.delimiters;
  wrapped_ = header.wrapped;
  wrap_width_ = 0;
  const std::size_t line_end = view.find_first_of("\r\n");
  if (!d.by_line() && line_end != std::string_view::npos && line_end > 0 &&
      (wrapped_ || view[line_end - 1] != d.segment)) {
    wrap_width_ = line_end;
  }
  uses_.clear();
  if (d.by_line()) {
    const bool both = header.length < view.size() && view[header.length - 1] == '\r' &&
                      view[header.length] == '\n';
    line_end_ = both ? 'b' : d.segment;
  }
  high_byte_told_ = false;
  lexer_.skip(header.length);
  lexer_.use(d);
  previous_end_ = offset + header.length;
  envelope_.begin(header, offset);
  if (!header.padded) {
    std::string names;
    static constexpr std::size_t kWidths[] = {2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1};
    for (std::size_t i = 0; i < 16; ++i) {
      if (header.elements[i].size() != kWidths[i]) {
        names += (names.empty() ? "ISA" : ", ISA") + std::string(i < 9 ? "0" : "") +
                 std::to_string(i + 1);
      }
    }
    envelope_.note(Code::isa_not_padded, offset,
                   names.empty()
                       ? "ISA does not have its fixed length"
                       : names + " do not have their fixed widths; read by the separators");
  }
  if (wrapped_) {
    use(Code::wrapped_lines, offset + wrap_width_);
  }
}

void Reader::read_interchange() {
  SegmentView segment;
  for (;;) {
    if (!lexer_.next(segment)) {
      take_tail();
      return;
    }
    if (take(segment)) {
      return;
    }
    // Nearly all segments: nothing about the bytes is odd, nothing hides in them, and the
    // identifier was looked at before.
    while (envelope_.in_set()) {
      const std::size_t count =
          lexer_.run(ordinary_.data(), kElementsOfAnIsa, kLongEnoughForAnIsa, run_);
      if (count == 0) {
        break;
      }
      envelope_.take_plain({run_.data(), count});
    }
  }
}

void Reader::remember(const SegmentView& s) {
  switch (s.key) {
    case key_of("ISA"):
    case key_of("IEA"):
    case key_of("GS"):
    case key_of("GE"):
    case key_of("ST"):
    case key_of("SE"):
    case key_of("BIN"):
    case key_of("BDS"):
      return;
    default:
      if (is_segment_id(s.id())) {
        ordinary_[Lexer::place_of_key(s.key)] = s.key;
      }
  }
}

// True when the interchange is over.
bool Reader::take(SegmentView& s) {
  if (s.filler) {
    look_at_filler(s);
  }
  if (lexer_.delimiters().by_line()) {
    look_at_line_end(s);
  }
  const std::uint32_t key = s.key;
  remember(s);
  if (s.count == 0 && s.id().empty()) {
    use(Code::empty_segment, s.offset);
    return false;
  }
  if (key == key_of("BIN") || key == key_of("BDS")) {
    return take_binary(s, key == key_of("BIN") ? 1 : 2);
  }
  if ((key == key_of("ISA") || s.count >= kElementsOfAnIsa ||
       s.text().size() >= kLongEnoughForAnIsa) &&
      begins_inside(s)) {
    return true;
  }
  return s.odd ? take_odd(s) : give(s);
}

bool Reader::give(const SegmentView& s) {
  if (s.key == key_of("IEA")) {
    end_uses();
  }
  return envelope_.take(s);
}

// Whether a new interchange begins with this segment or inside of it; it is read next then.
bool Reader::begins_inside(SegmentView& s) {
  if (s.text().find("ISA") == std::string_view::npos) {
    return false;
  }
  const std::size_t size = s.text().size();
  const std::string id(s.id().substr(0, 3));
  lexer_.back_to(s.offset);
  const auto view = lexer_.peek(size + kIsaLookahead);
  for (std::size_t at = view.find("ISA"); at < size; at = view.find("ISA", at + 1)) {
    const std::uint64_t offset = lexer_.offset() + at;
    // Inside of a segment only a header without any tolerance is believed.
    if (!recognise_isa(view.substr(at), at == 0 ? '\0' : 'A')) {
      continue;
    }
    if (at > 0) {
      envelope_.note(Code::truncated, lexer_.offset(),
                     "segment " + printable(id) + " is cut off after " + std::to_string(at) +
                         " bytes: a new interchange begins inside of it");
    }
    end_uses();
    envelope_.close("a new interchange begins before it", offset);
    lexer_.skip(at);
    return true;
  }
  (void)lexer_.next(s);  // the same once more: looking ahead may have moved the window
  return false;
}

// A segment whose element after `length_element` holds so many bytes, whatever they are.
bool Reader::take_binary(SegmentView& s, std::size_t length_element) {
  std::size_t length = 0;
  const auto text = s.at(length_element);
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool known = fault == std::errc{} && end == text.data() + text.size() && !text.empty();
  const std::size_t data = length_element + 1;
  const bool fits =
      known && s.count >= data &&
      ((s.count == data && s.at(data).size() == length) || lexer_.binary(s, data, length));
  const bool over = give(s);
  if (!fits) {
    envelope_.note(Code::binary_length, s, length_element,
                   "the binary data does not have the " + printable(s.at(length_element)) +
                       " bytes that " + printable(s.id()) +
                       " says; read up to the next terminator");
  }
  return over;
}

// A segment with something else in it than plain data.
bool Reader::take_odd(const SegmentView& s) {
  const auto text = s.text();
  if (text.find_first_of("\r\n") == std::string_view::npos) {
    const bool over = give(s);
    look_at_bytes(s);
    return over;
  }
  raw_ = text;
  text_.clear();
  const char separator = lexer_.delimiters().element;
  std::uint64_t from = s.offset;
  bool rewritten = false;
  for (std::size_t i = 0; i < raw_.size();) {
    if (!is_line_end(raw_[i])) {
      text_.push_back(raw_[i++]);
      continue;
    }
    const std::size_t after = std::min(raw_.find_first_not_of("\r\n", i), raw_.size());
    const std::uint64_t at = s.offset + i;
    const std::uint64_t next = s.offset + after;
    if (wrapped_ || (wrap_width_ != 0 && at - lexer_.line_start_of(at) == wrap_width_)) {
      use(Code::wrapped_lines, at);
      rewritten = true;
    } else if (after == raw_.size()) {
      use(Code::blank_lines, at);  // a line end right before the terminator
    } else if (begins_a_segment(std::string_view(raw_).substr(after), separator)) {
      const std::string whole = std::exchange(text_, {});
      const bool over = take_text(whole, from, next, rewritten);
      envelope_.note(Code::missing_terminator, at,
                     "segment " + printable(whole.substr(0, whole.find(separator))) +
                         " ends with its line; the segment terminator is missing");
      if (over) {
        lexer_.back_to(next);
        return true;
      }
      from = next;
      rewritten = false;
    } else {
      text_.append(raw_, i, after - i);
    }
    i = after;
  }
  const std::string last = std::exchange(text_, {});
  return take_text(last, from, s.end_offset, rewritten);
}

// A segment that is not as it stands in the window.
bool Reader::take_text(std::string_view text, std::uint64_t offset, std::uint64_t end_offset,
                       bool rewritten) {
  const SegmentView s = view_of(text, offset, end_offset, rewritten);
  const bool over = give(s);
  look_at_bytes(s);
  return over;
}

SegmentView Reader::view_of(std::string_view text, std::uint64_t offset, std::uint64_t end_offset,
                            bool rewritten) {
  marks_.clear();
  padded_.assign(text);
  padded_.append(kTapePadding, '\0');
  const char separator = lexer_.delimiters().element;
  for (std::size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, at + 1)) {
    marks_.push_back(static_cast<std::uint32_t>(at));
  }
  marks_.push_back(static_cast<std::uint32_t>(text.size()));
  SegmentView s;
  s.count = static_cast<std::uint32_t>(marks_.size() - 1);
  marks_.resize(marks_.size() + kTapeSlack);  // those who read a few marks too far may
  s.base = padded_.data();
  s.marks = marks_.data();
  s.key = key_of(s.id());
  s.offset = offset;
  s.end_offset = end_offset;
  s.odd = true;
  s.rewritten = rewritten;
  return s;
}

// Control characters and bytes above 0x7F in the data.
void Reader::look_at_bytes(const SegmentView& s) {
  const auto& d = lexer_.delimiters();
  std::size_t element = 0;
  const auto text = s.text();
  std::size_t control_in = SIZE_MAX;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    element += c == d.element ? 1 : 0;
    if ((byte >= 0x20 && byte < 0x7f) || c == d.element || c == d.component ||
        (c == d.repetition && d.repetition != 0)) {
      continue;
    }
    char name[8];
    std::snprintf(name, sizeof name, "0x%02X", byte);
    if (byte >= 0x80) {
      if (!std::exchange(high_byte_told_, true)) {
        envelope_.note(Code::high_byte, s, element,
                       std::string("byte ") + name +
                           " is outside of ASCII and is taken as it is; further ones in this "
                           "interchange are not listed");
      }
    } else if (control_in != element) {
      control_in = element;
      envelope_.note(Code::control_character, s, element,
                     std::string("the control character ") + name + " stands in the data");
    }
  }
}

// More than one line end, or blanks, between two segments.
void Reader::look_at_filler(const SegmentView& s) {
  std::size_t lines = lexer_.delimiters().by_line() ? 2 : 0;  // the lexer passes over empty lines
  bool blanks = false;
  for (std::size_t i = s.begin; i > 0; --i) {
    const char c = s.base[i - 1];
    if (c == ' ' || c == '\t') {
      blanks = true;
    } else if (c == '\n' || (c == '\r' && s.base[i] != '\n')) {
      ++lines;
    } else if (c != '\r') {
      break;
    }
  }
  if (blanks) {
    use(Code::indentation, s.offset);
  } else if (lines > 1) {
    use(Code::blank_lines, s.offset);
  }
}

// Of segments that end with the line: whether all lines end alike.
void Reader::look_at_line_end(const SegmentView& s) {
  const char end = s.base[s.marks[s.count]];
  const std::uint64_t gap = s.offset - previous_end_;
  const char before = s.begin > 0 ? s.base[s.begin - 1] : '\0';
  // What ended the segment before this one: LF behind CR shows as a gap of one byte.
  if (before != '\0' && !s.filler && before_end_ != '\0') {
    const char kind = gap == 1 && before_end_ == '\r' && before == '\n' ? 'b' : before_end_;
    if (kind != line_end_) {
      use(Code::mixed_line_ends, s.offset - 1);
    }
  }
  before_end_ = end;
  previous_end_ = s.end_offset;
}

// What stands behind the last terminator: nothing, an IEA without one, or a segment cut in two.
void Reader::take_tail() {
  const auto is_end = [](char c) {
    return c == ' ' || c == '\t' || is_line_end(c) || c == '\0' || c == '\x1a';
  };
  const std::string_view rest = lexer_.peek(1);
  const std::uint64_t base = lexer_.offset();
  std::size_t from = 0, to = rest.size();
  while (from < to && is_end(rest[from])) {
    ++from;
  }
  while (to > from && is_end(rest[to - 1])) {
    --to;
  }
  const char separator = lexer_.delimiters().element;
  if (from == to) {
    end_uses();
    envelope_.close("the file ends before it", base + from);
    return;
  }
  // Lines that should have been segments: all but the last are read like those.
  for (std::size_t at = rest.substr(0, to).find_last_of("\r\n");
       at != std::string_view::npos && at > from && !lexer_.too_long();
       at = rest.substr(0, at).find_last_of("\r\n")) {
    if (begins_a_segment(rest.substr(at + 1, to - at - 1), separator)) {
      const std::string lines(rest.substr(from, at - from));
      const std::string last(rest.substr(at + 1, to - at - 1));
      if (wrapped_ || take_odd(view_of(lines, base + from, base + at + 1, false))) {
        if (!wrapped_) {
          return;
        }
        break;
      }
      envelope_.note(Code::missing_terminator, base + at,
                     "a segment ends with its line; the segment terminator is missing");
      take_last(last, base + at + 1, base + rest.size());
      return;
    }
  }
  std::string last(rest.substr(from, to - from));
  if (wrapped_) {
    last.erase(std::remove_if(last.begin(), last.end(), is_line_end), last.end());
  }
  take_last(last, base + from, base + rest.size());
}

void Reader::take_last(const std::string& text, std::uint64_t offset, std::uint64_t end) {
  const auto& d = lexer_.delimiters();
  const SegmentView s = view_of(text, offset, end, true);
  if (s.id() == "IEA" && s.count == 2 && s.at(2) == envelope_.control()) {
    use(Code::final_terminator, offset);
    (void)give(s);
    lexer_.back_to(end);
    return;
  }
  // With other delimiters than these, a whole interchange may stand in it.
  std::size_t lost = text.size();
  for (std::size_t at = text.find("ISA"); at != std::string::npos; at = text.find("ISA", at + 1)) {
    if (is_strict_isa(std::string_view(text).substr(at)) && !wrapped_) {
      lost = at;
      break;
    }
  }
  const std::string id = printable(std::string_view(text).substr(
      0, std::min<std::size_t>({text.find(d.element), std::size_t{3}, text.size()})));
  const bool too_long = lexer_.too_long();
  const bool another = lost < text.size();
  const std::string what = "segment " + id + ", " + std::to_string(lost) + " bytes from byte " +
                           std::to_string(offset + 1) + " on, ";
  if (lost > 0) {
    envelope_.note(too_long ? Code::segment_too_long : Code::truncated, offset,
                   too_long ? "no segment terminator follows segment " + id + " within " +
                                  std::to_string(Lexer::kLargestSegment >> 20) +
                                  " MiB; reading goes on at the next ISA"
                   : another ? what + "is cut off: a new interchange begins inside of it"
                             : what + "is cut off by the end of the file and lost");
  }
  end_uses();
  envelope_.close(another    ? "a new interchange begins before it"
                  : too_long ? "reading ended before it"
                             : "the file ends before it",
                  another ? offset + lost : end);
  // The rest of a segment that is too long is passed over like noise, which says how much it was.
  lexer_.back_to(another ? offset + lost : end);
}

void Reader::use(Code tolerance, std::uint64_t offset) {
  auto& one = uses_[tolerance];
  if (one.count++ == 0) {
    one.offset = offset;
    one.line = lexer_.line_of(offset);
  }
}

void Reader::end_uses() {
  for (const auto& [code, one] : uses_) {
    Finding f;
    f.code = code;
    f.offset = one.offset;
    f.line = one.line;
    f.message =
        std::string(facts(code).meaning) +
        (one.count > 1 ? "; " + std::to_string(one.count) + " places, the first is here" : "");
    envelope_.tell(std::move(f));
  }
  uses_.clear();
}

}  // namespace crossdock::x12
