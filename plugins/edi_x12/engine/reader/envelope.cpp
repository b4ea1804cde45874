#include "plugins/edi_x12/engine/reader/envelope.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace crossdock::x12 {
namespace {

constexpr std::size_t kMostInterchangesKept = 1'000'000;

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc{} && end == text.data() + text.size() && !text.empty()
             ? std::optional(value)
             : std::nullopt;
}

std::string quoted(std::string_view text) { return text.empty() ? "empty" : printable(text); }

std::string trimmed(std::string_view text) {
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return std::string(text);
}

bool is_month_day(std::string_view mmdd) {
  const int month = (mmdd[0] - '0') * 10 + (mmdd[1] - '0');
  const int day = (mmdd[2] - '0') * 10 + (mmdd[3] - '0');
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// "1 segment, " and "3 segments, "
std::string counted(std::uint64_t count, const char* one, const char* more) {
  return std::to_string(count) + " " + (count == 1 ? one : more);
}

}  // namespace

bool is_segment_id(std::string_view id) {
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto name = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return id.size() >= 2 && id.size() <= 3 && letter(id[0]) && name(id[1]) &&
         (id.size() == 2 || name(id[2]));
}

Envelope::Envelope(Sink& sink, Lexer& lexer, const Policy& policy)
    : sink_(sink), lexer_(lexer), policy_(policy) {}

void Envelope::tell(Finding finding) {
  finding.severity = policy_.severity(finding.code);
  finding.line = finding.line != 0 ? finding.line : lexer_.line_of(finding.offset);
  const Level level = facts(finding.code).level;
  if (in_set_ && level >= Level::set) {
    set_.weight.add(finding.severity);
  } else if (in_group_ && level >= Level::group) {
    group_.weight.add(finding.severity);
  } else if (in_interchange_ && level >= Level::interchange) {
    interchange_.weight.add(finding.severity);
  }
  sink_.finding(finding);
}

void Envelope::note(Code code, std::uint64_t offset, std::string message) {
  Finding out;
  out.code = code;
  out.offset = offset;
  out.message = std::move(message);
  tell(std::move(out));
}

void Envelope::note(Code code, const SegmentView& segment, std::size_t element,
                    std::string message) {
  Finding out;
  out.code = code;
  out.offset = segment.offset_of(element);
  out.segment = in_set_ ? set_.segments : 0;
  out.element = static_cast<std::uint16_t>(element);
  out.segment_id = std::string(segment.id().substr(0, 3));
  out.value = std::string(segment.at(element).substr(0, 99));
  out.message = std::move(message);
  tell(std::move(out));
}

void Envelope::begin(const IsaHeader& header, std::uint64_t offset) {
  isa_.index = ++interchanges_;
  isa_.offset = offset;
  isa_.line = lexer_.line_of(offset);
  isa_.delimiters = header.delimiters;
  isa_.isa = header.elements;
  interchange_ = InterchangeEnd{};
  interchange_.segments = 1;
  in_interchange_ = true;
  ta1_ = false;
  groups_seen_.clear();
  sink_.interchange_begins(isa_);
  check_isa();
}

void Envelope::check_isa() {
  const auto wrong = [&](std::size_t element, const std::string& what) {
    Finding f;
    f.code = Code::isa_value;
    f.offset = isa_.offset;
    f.segment_id = "ISA";
    f.element = static_cast<std::uint16_t>(element);
    f.value = isa_.isa[element - 1];
    f.message = place_of(f) + " is " + quoted(f.value) + "; " + what;
    tell(std::move(f));
  };
  const auto& d = isa_.delimiters;
  if (d.component == d.element || d.component == d.segment) {
    note(Code::delimiters_clash, isa_.offset,
         "ISA16 and another delimiter are the same byte; components cannot be told apart");
  }
  for (const std::size_t qualifier : {std::size_t{5}, std::size_t{7}}) {
    const auto value = isa_.at(qualifier);
    if (value.size() != 2 || !is_letter_or_digit(value[0]) || !is_letter_or_digit(value[1])) {
      wrong(qualifier, "an id qualifier has two letters or digits");
    }
    if (isa_.at(qualifier + 1).empty()) {
      wrong(qualifier + 1, "an id must stand there");
    }
  }
  const auto date = isa_.at(9);
  if (!all_digits(date) || (date.size() != 6 && date.size() != 8) ||
      !is_month_day(date.substr(date.size() - 4))) {
    wrong(9, "a date YYMMDD must stand there");
  }
  const auto time = isa_.at(10);
  if (!all_digits(time) || time.size() < 4 || time.substr(0, 2) > "23" ||
      time.substr(2, 2) > "59") {
    wrong(10, "a time HHMM must stand there");
  }
  if (!all_digits(isa_.version())) {
    wrong(12, "a version of five digits must stand there");
  }
  if (!all_digits(isa_.control())) {
    wrong(13, "a control number of nine digits must stand there");
  }
  if (isa_.at(14) != "0" && isa_.at(14) != "1") {
    wrong(14, "0 or 1 must stand there");
  }
  if (isa_.at(15) != "P" && isa_.at(15) != "T" && isa_.at(15) != "I") {
    wrong(15, "P, T or I must stand there");
  }
  std::string key = isa_.isa[4] + isa_.isa[5] + isa_.isa[6] + isa_.isa[7] + isa_.isa[12];
  if (interchanges_seen_.contains(key)) {
    Finding f;
    f.code = Code::isa13_repeated;
    f.offset = isa_.offset;
    f.segment_id = "ISA";
    f.element = 13;
    f.value = isa_.isa[12];
    f.message = "ISA13 " + quoted(isa_.control()) +
                " came before in this file, from the same sender to the same receiver";
    tell(std::move(f));
  } else if (interchanges_seen_.size() < kMostInterchangesKept) {
    interchanges_seen_.insert(std::move(key));
  }
}

bool Envelope::take(const SegmentView& segment) {
  ++interchange_.segments;
  switch (segment.key) {
    case key_of("ST"):
      begin_set(segment);
      return false;
    case key_of("SE"):
      end_set(segment);
      return false;
    case key_of("GS"):
      begin_group(segment);
      return false;
    case key_of("GE"):
      end_group(segment);
      return false;
    case key_of("IEA"):
      end_interchange(segment);
      return true;
    default:
      take_inside(segment);
      return false;
  }
}

void Envelope::take_inside(const SegmentView& segment) {
  if (in_set_) {
    ++set_.segments;
    const auto id = segment.id();
    if (!is_segment_id(id)) {
      note(Code::segment_id, segment, 0,
           "\"" + quoted(id) + "\" is no segment identifier; two or three capitals or digits are");
    }
    sink_.segment(segment, set_.segments);
    return;
  }
  if (!in_group_ && segment.id() == "TA1") {
    ta1_ = true;
    sink_.interchange_segment(segment);
    return;
  }
  if (!in_group_ && group_.sets == 0 && interchange_.groups == 0 &&
      (segment.id() == "ISB" || segment.id() == "ISE" || segment.id() == "TA3")) {
    sink_.interchange_segment(segment);
    return;
  }
  lose(segment);
}

void Envelope::lose(const SegmentView& segment) {
  if (lost_.segments++ == 0) {
    lost_.offset = segment.offset;
    lost_.first = segment.id().substr(0, 3);
  }
  lost_.last = segment.id().substr(0, 3);
  lost_.end_offset = segment.end_offset;
}

void Envelope::say_what_is_lost(bool set_trailer) {
  if (lost_.segments == 0) {
    return;
  }
  const Lost lost = std::exchange(lost_, Lost{});
  Finding f;
  f.code = !in_group_    ? Code::outside_group
           : set_trailer ? Code::se_without_st
                         : Code::segments_lost;
  f.offset = lost.offset;
  f.segment_id = lost.first;
  f.message = counted(lost.segments, "segment", "segments") +
              (lost.segments == 1 ? " (" + quoted(lost.first) + ")"
                                  : " (" + quoted(lost.first) + " to " + quoted(lost.last) + ")") +
              ", bytes " + std::to_string(lost.offset + 1) + " to " +
              std::to_string(lost.end_offset) +
              (!in_group_    ? ", outside of every group, are lost"
               : set_trailer ? ", end with an SE, but no ST begins them; they are lost"
                             : ", outside of every set, are lost");
  tell(std::move(f));
}

void Envelope::begin_group(const SegmentView& s) {
  close_group("a new group begins before it", s.offset);
  say_what_is_lost(false);
  gs_ = GroupHead{};
  gs_.index = ++interchange_.groups;
  gs_.offset = s.offset;
  gs_.line = lexer_.line_of(s.offset);
  gs_.functional_id = s.at(1);
  gs_.sender = trimmed(s.at(2));
  gs_.receiver = trimmed(s.at(3));
  gs_.date = s.at(4);
  gs_.time = s.at(5);
  gs_.control = s.at(6);
  gs_.agency = s.at(7);
  gs_.version = trimmed(s.at(8));
  group_ = GroupEnd{};
  in_group_ = true;
  implied_group_ = false;
  sets_seen_.clear();
  sink_.group_begins(gs_);
  if (gs_.functional_id.size() != 2) {
    note(Code::gs_value, s, 1,
         "GS01 is " + quoted(gs_.functional_id) + "; a functional identifier has two characters");
  }
  if (!all_digits(gs_.control) || gs_.control.size() > 9) {
    note(Code::gs_value, s, 6,
         "GS06 is " + quoted(gs_.control) + "; a control number has one to nine digits");
  } else if (!groups_seen_.insert(gs_.control)) {
    note(Code::gs06_repeated, s, 6,
         "GS06 " + gs_.control + " names an earlier group of this interchange too");
  }
  if (gs_.version.empty()) {
    note(Code::gs_value, s, 8, "GS08 is empty; the release must stand there, 005010 say");
  }
}

void Envelope::begin_set(const SegmentView& s) {
  close_set("a new set begins before it", s.offset);
  say_what_is_lost(false);
  if (!in_group_) {
    // The set is told like any other, so that nobody misses it; it cannot be accepted.
    gs_ = GroupHead{};
    gs_.index = interchange_.groups + 1;
    gs_.offset = s.offset;
    gs_.line = lexer_.line_of(s.offset);
    group_ = GroupEnd{};
    in_group_ = implied_group_ = true;
    sets_seen_.clear();
    sink_.group_begins(gs_);
  }
  st_ = SetHead{};
  st_.index = ++group_.sets;
  st_.offset = s.offset;
  st_.line = lexer_.line_of(s.offset);
  st_.type = s.at(1);
  st_.control = s.at(2);
  st_.convention = s.at(3);
  set_ = SetEnd{};
  set_.offset = s.offset;
  set_.segments = 1;
  in_set_ = true;
  sink_.set_begins(st_);
  if (implied_group_) {
    note(Code::set_outside_group, s, 0, "the set stands outside of every group; GS is missing");
  }
  if (st_.type.size() != 3) {
    note(Code::st_value, s, 1,
         "ST01 is " + quoted(st_.type) + "; the kind of a set has three characters");
  }
  if (st_.control.empty()) {
    note(Code::st_value, s, 2, "ST02 is empty; the set's control number must stand there");
  } else if (!sets_seen_.insert(st_.control)) {
    note(Code::st02_repeated, s, 2,
         "ST02 " + quoted(st_.control) + " names an earlier set of this group too");
  }
  sink_.segment(s, 1);
}

void Envelope::end_set(const SegmentView& s) {
  if (!in_set_) {
    lose(s);
    say_what_is_lost(true);
    return;
  }
  ++set_.segments;
  sink_.segment(s, set_.segments);
  if (number(s.at(1)) != set_.segments) {
    note(Code::se01_count, s, 1,
         "SE01 says " + quoted(s.at(1)) + " segments, there are " + std::to_string(set_.segments));
  }
  if (s.at(2) != st_.control) {
    note(Code::se02_control, s, 2,
         "SE02 is " + quoted(s.at(2)) + " where ST02 is " + quoted(st_.control));
  }
  close_set({}, s.end_offset);
}

// With a reason: the trailer is missing.
void Envelope::close_set(std::string_view why, std::uint64_t end_offset) {
  if (!in_set_) {
    return;
  }
  set_.end_offset = end_offset;
  if (!why.empty()) {
    Finding f;
    f.code = Code::missing_se;
    f.offset = end_offset;
    f.segment = set_.segments;
    f.message = "SE is missing for the set " + quoted(st_.type) + " " + quoted(st_.control) +
                " of line " + std::to_string(st_.line) + ": " + std::string(why);
    tell(std::move(f));
  }
  const char status = set_.status();
  ++(status == 'R' ? group_.rejected : group_.accepted);
  group_.flawed += status == 'E' ? 1 : 0;
  sink_.set_ends(set_);
  in_set_ = false;
}

void Envelope::end_group(const SegmentView& s) {
  close_set("the group ends before it", s.offset);
  say_what_is_lost(false);
  if (!in_group_ || implied_group_) {
    note(Code::ge_without_gs, s, 0, "GE ends a group that no GS began");
    if (implied_group_) {
      finish_group(group_.sets);
    }
    return;
  }
  const auto declared = number(s.at(1));
  if (declared != group_.sets) {
    note(Code::ge01_count, s, 1,
         "GE01 says " + quoted(s.at(1)) + " sets, there are " + std::to_string(group_.sets));
  }
  if (s.at(2) != gs_.control) {
    note(Code::ge02_control, s, 2,
         "GE02 is " + quoted(s.at(2)) + " where GS06 is " + quoted(gs_.control));
  }
  if (group_.sets == 0) {
    note(Code::group_empty, s, 0, "the group holds no set");
  }
  finish_group(declared.value_or(group_.sets));
}

void Envelope::close_group(std::string_view why, std::uint64_t end_offset) {
  close_set(why, end_offset);
  if (!in_group_) {
    return;
  }
  say_what_is_lost(false);
  if (!implied_group_) {
    note(Code::missing_ge, end_offset,
         "GE is missing for the group " + quoted(gs_.control) + " of line " +
             std::to_string(gs_.line) + ": " + std::string(why));
  }
  finish_group(group_.sets);
}

void Envelope::finish_group(std::uint64_t declared) {
  group_.declared = declared;
  sink_.group_ends(group_);
  in_group_ = implied_group_ = false;
}

void Envelope::end_interchange(const SegmentView& s) {
  close_group("the interchange ends before it", s.offset);
  say_what_is_lost(false);
  if (number(s.at(1)) != interchange_.groups) {
    note(Code::iea01_count, s, 1,
         "IEA01 says " + quoted(s.at(1)) + " groups, there are " +
             std::to_string(interchange_.groups));
  }
  if (s.at(2) != isa_.control()) {
    note(Code::iea02_control, s, 2,
         "IEA02 is " + quoted(s.at(2)) + " where ISA13 is " + quoted(isa_.control()));
  }
  if (interchange_.groups == 0 && !ta1_ && interchange_.weight.errors == 0) {
    note(Code::iea_without_groups, s, 0, "the interchange holds neither a group nor a TA1");
  }
  interchange_.end_offset = s.end_offset;
  sink_.interchange_ends(interchange_);
  in_interchange_ = false;
}

void Envelope::close(std::string_view why, std::uint64_t end_offset) {
  if (!in_interchange_) {
    return;
  }
  close_group(why, end_offset);
  say_what_is_lost(false);
  note(Code::missing_iea, end_offset,
       "IEA is missing for the interchange " + quoted(isa_.control()) + " of line " +
           std::to_string(isa_.line) + ": " + std::string(why));
  interchange_.end_offset = end_offset;
  sink_.interchange_ends(interchange_);
  in_interchange_ = false;
}

}  // namespace crossdock::x12
