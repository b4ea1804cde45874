#include "plugins/edi_x12/engine/check/checker.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "plugins/edi_x12/engine/check/values.hpp"
#include "plugins/edi_x12/engine/lexer/present.hpp"
#include "plugins/edi_x12/engine/reader/envelope.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"

namespace crossdock::x12 {
namespace {

std::string quoted(std::string_view text) { return "\"" + printable(text) + "\""; }

// GS08 as a number for finding the nearest release: 005010 is 5010.
std::string_view release_of(std::string_view version) { return version.substr(0, 6); }

}  // namespace

GrammarChoice by_release(GrammarLibrary& library) {
  return [&library](const InterchangeHead&, const GroupHead& group) {
    if (auto found = library.find(group.version)) {
      return found;
    }
    // Release names of six digits sort like the releases themselves.
    std::string nearest;
    std::string oldest;
    for (const auto& release : library.releases()) {
      if (release.size() != 6) {
        continue;
      }
      oldest = oldest.empty() || release < oldest ? release : oldest;
      if (release <= release_of(group.version) && release > nearest) {
        nearest = release;
      }
    }
    return library.find(nearest.empty() ? oldest : nearest);
  };
}

File read_checked(std::string_view bytes, GrammarChoice choice, const Policy& policy) {
  File file;
  if (bytes.size() > kLargestInterchangeFile) {
    return read(bytes, policy);  // which says so
  }
  DocumentSink tree(bytes, file);
  Checker checker(tree, std::move(choice), policy);
  MemorySource source(bytes);
  Reader(source, checker, policy).run();
  return file;
}

Checker::Checker(Sink& next, GrammarChoice choice, const Policy& policy, Way way)
    : Relay(next),
      choice_(std::move(choice)),
      policy_(policy),
      look_(look_at_elements(way)),
      balance_(
          [this](Code code, const SegmentView& s, std::size_t element, std::string message,
                 std::string_view value) { tell(code, s, element, std::move(message), value); }) {}

void Checker::reading(Lexer& lexer) {
  lexer_ = &lexer;
  next_.reading(lexer);
}

void Checker::interchange_begins(const InterchangeHead& head) {
  interchange_ = head;
  next_.interchange_begins(head);
}

void Checker::group_begins(const GroupHead& head) {
  next_.group_begins(head);
  group_ = GroupEnd{};
  group_weight_ = Weight{};
  functional_id_ = head.functional_id;
  grammar_ = choice_(interchange_, head);
  set_ = nullptr;
  plans_ = nullptr;
  if (!grammar_) {
    return;
  }
  auto& plans = all_plans_[grammar_.get()];
  if (!plans) {
    plans = std::make_unique<Plans>(*grammar_);
    kept_.push_back(grammar_);
  }
  plans_ = plans.get();
  const std::string_view loaded = grammar_->release();
  if (!head.version.empty() && !std::string_view(head.version).starts_with(loaded.substr(0, 6))) {
    Finding f;
    f.code = Code::release_not_known;
    f.offset = head.offset;
    f.segment_id = "GS";
    f.element = 8;
    f.value = head.version.substr(0, 12);
    f.message = "no grammar is loaded for release " + printable(head.version) +
                "; sets are held against " + std::string(loaded);
    f.severity = policy_.severity(f.code);
    f.line = head.line;
    group_weight_.add(f.severity);
    next_.finding(f);
  }
}

void Checker::set_begins(const SetHead& head) {
  next_.set_begins(head);
  told_ = dropped_ = 0;
  set_weight_ = Weight{};
  node_ = 0;
  row_ = 0;
  // Most sets of a group are of one kind.
  if (set_ == nullptr || set_->id != head.type) {
    set_ = grammar_ ? grammar_->find_set(head.type) : nullptr;
  }
  if (set_ != nullptr) {
    set_plan_ = &plans_->of(*set_);
    counts_.assign(set_->nodes.size(), 0);
    balance_.begin(head.type);
  }
}

void Checker::segment(const SegmentView& s, std::uint32_t position) {
  position_ = position;
  if (position == 1) {
    look_at_head(s);
  }
  if (set_ == nullptr) {
    next_.segment(s, position);
    return;
  }
  SegmentView placed = s;
  check(placed);
  next_.segment(placed, position);
}

void Checker::segments(std::span<SegmentView> run, std::uint32_t first_position) {
  if (set_ != nullptr) {
    held_ = run;
    held_position_ = first_position;
    for (auto& s : run) {
      position_ = first_position++;
      check(s);
    }
    hand_on(first_position);
  } else {
    next_.segments(run, first_position);
  }
}

// What is held and stands before a position.
void Checker::hand_on(std::uint32_t before_position) {
  if (!held_.empty() && held_position_ < before_position) {
    const std::size_t count = before_position - held_position_;
    const auto run = held_.first(count);
    held_ = held_.subspan(count);
    next_.segments(run, std::exchange(held_position_, before_position));
  }
}

inline void Checker::check(SegmentView& s) {
  const auto* entry = set_plan_->find(s.key);
  if (entry == nullptr) {
    s.node = SegmentView::kNowhere;
    tell_no_place(s);
    return;
  }
  const Move move = set_plan_->move(row_, entry->slot);
  if (move.plain()) {
    row_ = move.row;
    const auto node = node_ = move.node();
    const auto uses = counts_[node] = (move.again() ? counts_[node] : 0) + 1;
    if (uses > set_plan_->limit(node)) {
      check_count(s, node, entry->slot);
      row_ = set_plan_->row(node_);
    }
    s.node = node_;
  } else {
    s.node = place(s, entry->slot) ? node_ : SegmentView::kNowhere;
    row_ = set_plan_->row(node_);
  }
  check_elements(s, *entry->plan);
  if (entry->roles != 0) {
    balance_.segment(s, entry->roles);
  }
}

// The ST.
void Checker::look_at_head(const SegmentView& s) {
  if (set_ == nullptr) {
    tell(Code::set_not_known, s, 1,
         "no grammar is loaded for the set " + printable(s.at(1)) + " of release " +
             (grammar_ ? grammar_->release() : "that GS08 names"),
         s.at(1));
  } else if (functional_id_ != set_->functional_id && !functional_id_.empty()) {
    tell(Code::gs01_mismatch, s, 1,
         "GS01 is " + printable(functional_id_) + ", but a set " + printable(s.at(1)) +
             " travels under " + set_->functional_id,
         s.at(1));
  }
}

// A segment that the set does not have. A malformed identifier was told already.
void Checker::tell_no_place(const SegmentView& s) {
  if (s.key == 0) {
    return;
  }
  if (grammar_->find_segment(s.key) == nullptr) {
    tell(Code::segment_not_known, s, 0,
         "release " + grammar_->release() + " has no segment " + printable(s.id()) +
             "; what it holds is not used");
  } else {
    tell(Code::segment_not_in_set, s, 0,
         "segment " + printable(s.id()) + " does not belong into a set " + set_->id +
             "; what it holds is not used");
  }
}

// --- segments and loops ----------------------------------------------------------------------

// A segment that does not simply follow. False: it has no place here.
bool Checker::place(const SegmentView& s, std::uint16_t slot) {
  const Step step = set_->step(node_, slot);
  if (position_ == 1) {
    counts_[0] = 1;
    return true;  // ST is where every set begins
  }
  if (!step.ok()) {
    place_elsewhere(s, slot);
    return false;
  }
  if (step.skips_mandatory()) {
    for (const auto node : set_->skipped(node_, step.node())) {
      const Node& missing = set_->nodes[node];
      const std::string& id = grammar_->segment(missing.segment).id;
      Finding f;
      f.code = Code::segment_missing;
      f.offset = s.offset;
      f.segment = position_;
      f.segment_id = id;
      f.message = std::string(missing.loop ? "loop " : "segment ") + id + " is missing before " +
                  printable(s.id());
      pass(std::move(f));
    }
  }
  const std::uint16_t node = step.node();
  const Node& line = set_->nodes[node];
  const bool again = node_ >= node && node_ < line.end;
  counts_[node] = again ? counts_[node] + 1 : 1;
  node_ = node;
  if (line.most != 0 && counts_[node] > line.most) {
    check_count(s, node, slot);
  }
  if (line.unused) {
    tell(Code::segment_unexpected, s, 0,
         "segment " + printable(s.id()) + " is not used with this partner");
  }
  return true;
}

// Too many of a line: a later one may take the segment; else it is said.
void Checker::check_count(const SegmentView& s, std::uint16_t node, std::uint16_t slot) {
  const Node& line = set_->nodes[node];
  const std::uint16_t stop = line.parent == kNone ? static_cast<std::uint16_t>(set_->nodes.size())
                                                  : set_->nodes[line.parent].end;
  for (std::uint16_t other = line.end; other < stop; other = set_->nodes[other].end) {
    const Node& one = set_->nodes[other];
    if (one.slot == slot) {
      --counts_[node];
      counts_[other] = 1;
      node_ = other;
      return;
    }
    if (one.mandatory) {
      break;
    }
  }
  const std::string times =
      " comes " + std::to_string(counts_[node]) + " times; " +
      (line.most == 1 ? "once is allowed" : std::to_string(line.most) + " times are allowed");
  if (line.loop) {
    tell(Code::loop_repeats, s, 0, "the loop of " + printable(s.id()) + times);
  } else {
    tell(Code::segment_repeats, s, 0, "segment " + printable(s.id()) + times);
  }
}

// A segment of the set that cannot follow here. In a loop that is open it is late, and its loop is
// clear; else nobody can say what it belongs to.
void Checker::place_elsewhere(const SegmentView& s, std::uint16_t slot) {
  for (std::uint16_t loop = set_->nodes[node_].loop ? node_ : set_->nodes[node_].parent;;
       loop = set_->nodes[loop].parent) {
    const std::uint16_t from = loop == kNone ? 0 : static_cast<std::uint16_t>(loop + 1);
    const std::uint16_t stop =
        loop == kNone ? static_cast<std::uint16_t>(set_->nodes.size()) : set_->nodes[loop].end;
    for (std::uint16_t one = from; one < stop; one = set_->nodes[one].end) {
      if (set_->nodes[one].slot == slot && !set_->nodes[one].loop) {
        tell(Code::segment_order, s, 0,
             "segment " + printable(s.id()) + " must stand before " +
                 grammar_->segment(set_->nodes[node_].segment).id +
                 (loop == kNone
                      ? ""
                      : " in the loop of " + grammar_->segment(set_->nodes[loop].segment).id));
        return;
      }
    }
    if (loop == kNone) {
      break;
    }
  }
  tell(Code::segment_misplaced, s, 0,
       "segment " + printable(s.id()) + " cannot follow " +
           grammar_->segment(set_->nodes[node_].segment).id + ": no loop that is open can hold it");
}

std::string Checker::loop_name() const {
  if (set_ == nullptr) {
    return {};
  }
  const Node& line = set_->nodes[node_];
  const std::uint16_t loop = line.loop ? node_ : line.parent;
  return loop == kNone ? std::string() : grammar_->segment(set_->nodes[loop].segment).id;
}

// --- elements --------------------------------------------------------------------------------

inline void Checker::check_elements(SegmentView& s, SegmentPlan& plan) {
  const SegmentDef& def = *plan.def;
  const ElementsSeen seen = look_(s, std::min<std::size_t>(s.count, def.uses), plan);
  s.present = seen.present;
  std::uint64_t doubtful = seen.doubtful;
  bool agrees = true;
  if (seen.present != plan.last_present || !plan.last_known) {
    agrees = plan.agrees(seen.present);
    const std::uint64_t look =
        (def.mandatory & ~seen.present) | (seen.present & (def.unused | def.composite));
    doubtful |= look;
    if (agrees && look == 0) {
      plan.last_present = seen.present;
      plan.last_known = true;
    }
  }
  if ((doubtful | static_cast<std::uint64_t>(s.odd) | (s.count > def.uses ? 1U : 0U)) != 0) {
    check_in_detail(s, plan, seen.present, doubtful);
    s.present = present_in(s);
  }
  if (!agrees) {
    check_conditions(s, plan, seen.present);
  }
  if ((seen.present & plan.products) != 0) {
    balance_.products(s, seen.present & plan.products);
  }
}

void Checker::check_in_detail(const SegmentView& s, const SegmentPlan& plan, std::uint64_t present,
                              std::uint64_t doubtful) {
  const SegmentDef& def = *plan.def;
  // Separators of parts may stand in any element.
  const std::uint64_t look = s.odd ? doubtful | present : doubtful;
  for (std::size_t i = 0; i < def.uses && i < 64; ++i) {
    if ((look >> i & 1) != 0) {
      check_element(s, plan, i + 1);
    }
  }
  for (std::size_t i = def.uses + std::size_t{1}; i <= s.count; ++i) {
    if (!s.at(i).empty()) {
      tell(Code::element_excess, s, i,
           "segment " + printable(s.id()) + " has " + std::to_string(s.count) + " elements; " +
               std::to_string(def.uses) + " are allowed",
           s.at(i));
      break;
    }
  }
}

void Checker::check_conditions(const SegmentView& s, const SegmentPlan& plan,
                               std::uint64_t present) {
  for (std::uint16_t i = 0; i < plan.def->conditions; ++i) {
    const Condition& one = plan.conditions[i];
    if (one.holds(present)) {
      continue;
    }
    const auto named = [&](std::uint64_t mask) {
      std::string out;
      for (std::size_t bit = 0; bit < 64; ++bit) {
        if ((mask >> bit & 1) != 0) {
          out += (out.empty() ? "" : ", ") + std::string(s.id()) + (bit < 9 ? "0" : "") +
                 std::to_string(bit + 1);
        }
      }
      return out;
    };
    const std::uint64_t there = present & one.mask;
    const std::uint64_t absent = one.mask & ~present;
    if (one.kind == 'E') {
      const auto second = static_cast<std::size_t>(std::countr_zero(there & (there - 1))) + 1;
      tell(Code::element_exclusive, s, second,
           "of " + named(one.mask) + " only one may be there (" + one.text() + ")", s.at(second));
      continue;
    }
    const auto first = static_cast<std::size_t>(std::countr_zero(absent)) + 1;
    tell(Code::element_conditional, s, first,
         (one.kind == 'P'
              ? "of " + named(one.mask) + " all or none must be there, " + named(absent) + " is not"
          : one.kind == 'R' ? "of " + named(one.mask) + " at least one must be there"
          : one.kind == 'C' ? named(absent) + " must be there too, because " +
                                  named(std::uint64_t{1} << (one.first - 1)) + " is"
                            : "of " + named(one.mask) + " at least one must be there, because " +
                                  named(std::uint64_t{1} << (one.first - 1)) + " is") +
             " (" + one.text() + ")",
         {}, 0, 0, plan.uses[first - 1].element);
  }
}

// One element with its repetitions and components.
void Checker::check_element(const SegmentView& s, const SegmentPlan& plan, std::size_t number) {
  const ElementUse& use = plan.uses[number - 1];
  const std::string_view whole = s.at(number);
  if (whole.empty()) {
    if (use.requirement == Requirement::mandatory) {
      tell(Code::element_missing, s, number, element_name(s, use, number, 0) + " is missing", {}, 0,
           0, use.element);
    }
    return;
  }
  if ((plan.def->unused >> (number - 1) & 1) != 0) {
    tell(Code::element_excess, s, number,
         element_name(s, use, number, 0) + " is not used with this partner", whole);
    return;
  }
  const char separator = interchange_.delimiters.repetition;
  // Binary data is not looked into.
  if (use.type == ElementType::B) {
    return;
  }
  std::size_t repetition = 0;
  for (std::size_t at = 0; at <= whole.size();) {
    const std::size_t end =
        separator == 0 ? whole.size() : std::min(whole.find(separator, at), whole.size());
    const auto one = whole.substr(at, end - at);
    ++repetition;
    const std::size_t told = end == whole.size() && repetition == 1 ? 0 : repetition;
    if (use.repeats != 0 && repetition == use.repeats + std::size_t{1}) {
      tell(Code::element_repeats, s, number,
           element_name(s, use, number, 0) + " comes more than " +
               (use.repeats == 1 ? "once" : std::to_string(use.repeats) + " times"),
           one, 0, repetition, use.element);
    }
    check_parts(s, use, one, number, told);
    at = end + 1;
  }
}

// One repetition: its components, or the value itself.
void Checker::check_parts(const SegmentView& s, const ElementUse& use, std::string_view text,
                          std::size_t element, std::size_t repetition) {
  const char separator = interchange_.delimiters.component;
  if (use.type != ElementType::composite) {
    // In an element without components the separator is an ordinary character by most senders'
    // lights, but X12 has no way to mean it so.
    if (text.find(separator) != std::string_view::npos) {
      tell(Code::component_excess, s, element,
           element_name(s, use, element, 0) + " has components; it may have none", text, 2,
           repetition, use.element);
      text = text.substr(0, text.find(separator));
    }
    check_value(s, use, text, element, 0, repetition);
    return;
  }
  const ElementDef& composite = grammar_->element(use.element);
  const auto parts = grammar_->uses(composite);
  std::uint64_t present = 0;
  std::size_t component = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    const auto part = text.substr(at, end - at);
    ++component;
    at = end + 1;
    if (component > parts.size()) {
      if (!part.empty()) {
        tell(Code::component_excess, s, element,
             element_name(s, use, element, 0) + " has more than " + std::to_string(parts.size()) +
                 " components",
             part, component, repetition, use.element);
        break;
      }
      continue;
    }
    present |= static_cast<std::uint64_t>(!part.empty()) << (component - 1);
    check_value(s, parts[component - 1], part, element, component, repetition);
  }
  for (; component < parts.size(); ++component) {
    check_value(s, parts[component], {}, element, component + 1, repetition);
  }
  for (const auto& one : grammar_->conditions(composite)) {
    if (!one.holds(present)) {
      tell(one.kind == 'E' ? Code::element_exclusive : Code::element_conditional, s, element,
           element_name(s, use, element, 0) + " does not meet the condition " + one.text() +
               " between its components",
           text, 0, repetition, use.element);
    }
  }
}

void Checker::check_value(const SegmentView& s, const ElementUse& use, std::string_view value,
                          std::size_t element, std::size_t component, std::size_t repetition) {
  const auto say = [&](Code code, const std::string& what) {
    tell(code, s, element,
         element_name(s, use, element, component) + (value.empty() ? "" : " is " + quoted(value)) +
             what,
         value, component, repetition, use.element);
  };
  if (value.empty()) {
    if (use.requirement == Requirement::mandatory) {
      say(Code::element_missing, " is missing");
    }
    return;
  }
  std::size_t length = value.size();
  switch (use.type) {
    case ElementType::R:
      if (!is_decimal(value, length)) {
        say(Code::element_number, ", which is not a number");
        return;
      }
      break;
    case ElementType::DT:
      if (!is_date(value) || value.size() < use.min) {
        say(Code::element_date, use.min >= 8 ? ", which is not a date CCYYMMDD"
                                             : ", which is not a date YYMMDD or CCYYMMDD");
        return;
      }
      break;
    case ElementType::TM:
      if (!is_time(value)) {
        say(Code::element_time, ", which is not a time HHMM or HHMMSS");
        return;
      }
      break;
    default:
      if (is_n(use.type) && !is_whole_number(value, length)) {
        say(Code::element_number, implied_decimals(use.type) == 0
                                      ? ", which is not a whole number"
                                      : ", which is not a number with implied decimals");
        return;
      }
  }
  if (length < use.min) {
    say(Code::element_short, ", shorter than " + std::to_string(use.min) +
                                 (use.min == 1 ? " character" : " characters"));
  } else if (length > use.max) {
    say(Code::element_long,
        ", longer than " + std::to_string(use.max) + (use.max == 1 ? " character" : " characters"));
  }
  if (use.codes != kNone) {
    // Blanks behind a code are padding.
    auto code = value;
    while (code.size() > 1 && code.back() == ' ') {
      code.remove_suffix(1);
    }
    if (!grammar_->code_list(use.codes).contains(code)) {
      say(Code::element_code,
          ", which is not in the code list of element " + grammar_->element(use.element).number);
    }
  }
}

std::string Checker::element_name(const SegmentView& s, const ElementUse& use, std::size_t element,
                                  std::size_t component) const {
  std::string out(s.id());
  out += (element < 10 ? "0" : "") + std::to_string(element);
  if (component != 0) {
    out += (component < 10 ? "-0" : "-") + std::to_string(component);
  }
  std::string_view words = grammar_->use_words(use);
  if (words.empty()) {
    words = grammar_->element(use.element).words;
  }
  if (!words.empty()) {
    out += " (" + std::string(words) + ")";
  }
  return out;
}

// --- telling ---------------------------------------------------------------------------------

void Checker::tell(Code code, const SegmentView& s, std::size_t element, std::string message,
                   std::string_view value, std::size_t component, std::size_t repetition,
                   std::uint16_t reference) {
  Finding f;
  f.code = code;
  f.offset = s.offset_of(element);
  f.segment = position_;
  f.element = static_cast<std::uint16_t>(element);
  f.component = static_cast<std::uint16_t>(component);
  f.repetition = static_cast<std::uint16_t>(repetition);
  f.segment_id = std::string(s.id().substr(0, 3));
  f.value = std::string(value.substr(0, 99));
  f.message = std::move(message);
  if (reference != kNone) {
    f.reference = grammar_->element(reference).number;
  }
  pass(std::move(f));
}

void Checker::pass(Finding f) {
  f.severity = policy_.severity(f.code);
  set_weight_.add(f.severity);
  if (++told_ > kMostFindings) {
    ++dropped_;
    return;
  }
  f.line = lexer_ == nullptr ? 0 : lexer_->line_of(f.offset);
  f.loop = loop_name();
  hand_on(position_);
  next_.finding(f);
}

void Checker::set_ends(const SetEnd& end) {
  if (dropped_ != 0) {
    Finding f;
    f.code = Code::findings_dropped;
    f.severity = policy_.severity(f.code);
    f.offset = end.end_offset;
    f.line = lexer_ == nullptr ? 0 : lexer_->line_of(f.offset);
    f.message = std::to_string(dropped_) + " more findings of this set are not listed";
    next_.finding(f);
  }
  SetEnd whole = end;
  whole.weight.add(set_weight_);
  const char status = whole.status();
  ++(status == 'R' ? group_.rejected : group_.accepted);
  group_.flawed += status == 'E' ? 1 : 0;
  next_.set_ends(whole);
}

void Checker::group_ends(const GroupEnd& end) {
  GroupEnd whole = end;
  whole.accepted = group_.accepted;
  whole.flawed = group_.flawed;
  whole.rejected = group_.rejected;
  whole.weight.add(group_weight_);
  next_.group_ends(whole);
}

}  // namespace crossdock::x12
