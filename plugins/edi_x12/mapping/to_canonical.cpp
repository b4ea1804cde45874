#include "plugins/edi_x12/mapping/to_canonical.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "plugins/edi_x12/engine/lexer/present.hpp"
#include "plugins/edi_x12/mapping/canonical_writer.hpp"
#include "plugins/edi_x12/mapping/gathered.hpp"
#include "plugins/edi_x12/mapping/levels.hpp"
#include "plugins/edi_x12/mapping/unmapped.hpp"
#include "plugins/edi_x12/mapping/values.hpp"

namespace crossdock::x12 {
namespace {

// An element where it stands.
struct Where {
  std::uint32_t begin = 0, length = 0;
};
inline Where element(const SegmentView& s, unsigned number) {
  if (number == 0 || number > s.count) {
    return {};
  }
  const auto begin = s.marks[number - 1] + 1;
  return {begin, s.marks[number] - begin};
}
inline std::string_view view(const SegmentView& s, Where at) {
  return {s.base + at.begin, at.length};
}
// Without blanks behind it.
inline Where stripped(const SegmentView& s, Where at) {
  while (at.length != 0 && s.base[at.begin + at.length - 1] == ' ') {
    --at.length;
  }
  return at;
}

// A segment out of parts, as the lexer would give it.
class OwnSegment {
 public:
  SegmentView made_of(std::string_view id, const std::string_view* elements, std::size_t count) {
    text_.assign(id);
    marks_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      marks_.push_back(static_cast<std::uint32_t>(text_.size()));
      text_.push_back('\0');
      text_.append(elements[i]);
    }
    marks_.push_back(static_cast<std::uint32_t>(text_.size()));
    marks_.insert(marks_.end(), kTapeSlack, 0);
    text_.append(kTapePadding, '\0');
    SegmentView out;
    out.base = text_.data();
    out.marks = marks_.data();
    out.count = static_cast<std::uint32_t>(count);
    out.key = key_of(id);
    out.odd = true;
    return out;
  }

 private:
  std::string text_;
  std::vector<std::uint32_t> marks_;
};

}  // namespace

struct CanonicalReader::State {
  explicit State(std::shared_ptr<const Program> p)
      : shared(std::move(p)),
        program(*shared),
        gathered(program),
        writer(program, gathered, problems),
        levels(program, gathered, problems),
        active(program.places.size() + 1),
        used(program.items.size()) {}

  static constexpr std::uint16_t kSt = 0;  // the node where every set begins
  struct Active {
    std::uint16_t item = kNone;
    std::uint32_t owner = 0;  // the item's record
  };
  struct Declared {
    const Program::Item* item;
    const Program::Count* count;
    std::uint64_t value;
  };

  void give(const Given& values, char separator) {
    component_separator = separator;
    given.assign(program.given.size(), {});
    std::vector<std::string> json(program.given.size());
    for (std::size_t i = 0; i < given.size(); ++i) {
      const auto found = values.find(program.given[i]);
      if (found != values.end() && !found->second.empty()) {
        given[i] = found->second;
        append_json_string(given[i], json[i]);
      }
    }
    writer.give(std::move(json));
    const auto found = values.find("currency");
    default_currency = found == values.end() ? "USD" : found->second;
    const auto& document = program.records[0];
    always = document.always;
    for (std::size_t e = 0; e < document.entries.size(); ++e) {
      const auto& entry = document.entries[e];
      if (entry.kind == Program::Entry::Kind::given && !given[entry.index].empty()) {
        always[e / 64] |= std::uint64_t{1} << (e & 63);
      }
    }
  }

  void reset() {
    problems.clear();
    unmapped.clear();
    gathered.clear(always);
    levels.clear();
    declared.clear();
    std::fill(active.begin(), active.end(), Active{});
    forget_used();
    node = kSt;
    started = too_large = false;
  }

  // An item that there is room for once has not been filled in a record.
  void forget_used() {
    if (++epoch == 0) {
      std::fill(used.begin(), used.end(), 0);
      epoch = 1;
    }
  }
  bool use(std::uint16_t item, std::uint32_t owner) {
    const auto mark = Gathered::pair(owner, epoch);
    const bool fresh = used[item] != mark;
    used[item] = mark;
    return fresh;
  }

  bool fits(const Program::Candidate& one, const SegmentView& s) const {
    if (one.element != 0) {
      if (one.element > s.count) {
        return false;
      }
      const auto value = element(s, one.element);
      return short_text_at(s.base + value.begin, value.length) == one.value;
    }
    return !one.several || meets_all(program.items[one.item], s);
  }
  [[gnu::noinline]] bool meets_all(const Program::Item& item, const SegmentView& s) const {
    return std::all_of(item.conditions.begin(), item.conditions.end(), [&](const auto& one) {
      if (one.element > s.count) {
        return false;
      }
      const auto value = element(s, one.element);
      return program.is_any(one.values, s.base + value.begin, value.length);
    });
  }

  Where component_of(const SegmentView& s, Where value, unsigned number) const {
    if (component_separator == 0) {
      return number == 1 ? value : Where{};
    }
    for (;; --number) {
      const auto at = view(s, value).find(component_separator);
      if (number == 1) {
        return {value.begin,
                at == std::string_view::npos ? value.length : static_cast<std::uint32_t>(at)};
      }
      if (at == std::string_view::npos) {
        return {};
      }
      const auto past = static_cast<std::uint32_t>(at) + 1;
      value = {value.begin + past, value.length - past};
    }
  }

  // The values of a segment to a record.
  void take(const Program::Item& item, std::uint32_t owner, const SegmentView& s) {
    const auto text = [&](Where at) { return Gathered::pair(at.begin + moved, at.length); };
    auto claimed = item.claimed;
    auto* words = gathered.at(owner);
    const auto present = s.node < program.places.size() ? s.present : present_in(s);
    for (const auto& one : item.takes) {
      if ((present >> (one.element - 1) & 1) == 0) {
        continue;
      }
      Where value{s.marks[one.element - 1] + 1,
                  s.marks[one.element] - s.marks[one.element - 1] - 1};
      if (one.component != 0) {
        value = component_of(s, value, one.component);
        if (value.length == 0) {
          continue;
        }
      }
      if (one.kind_element != 0) {
        const auto kind = element(s, one.kind_element);
        if (kind.length == 0 || !program.is_any(one.kinds, s.base + kind.begin, kind.length)) {
          continue;
        }
        claimed |= std::uint64_t{1} << (one.element - 1) | std::uint64_t{1}
                                                               << (one.kind_element - 1);
      }
      if ((words[one.word] & one.bit) != 0) {
        see_again(item, one, words[one.place], s, value);
        continue;
      }
      value = stripped(s, value);
      if (value.length == 0) {
        continue;
      }
      words[one.word] |= one.bit;
      words[one.place] = text(value);
      words[one.place + 1] = 0;
      if (one.aux != 0) {
        const auto aux = element(s, one.aux);
        words[one.place + 1] =
            text(s.odd && component_separator != 0 ? component_of(s, aux, 1) : aux);
      }
    }
    if (item.pairs_from != 0) {
      take_pairs(item, owner, s);
    }
    for (auto left = present & ~claimed; left != 0; left &= left - 1) {
      const auto number = static_cast<unsigned>(std::countr_zero(left)) + 1;
      const auto value = element(s, number);
      if (stripped(s, value).length != 0 && !is_constant(item, number, s)) {
        unmapped.add(s, number, view(s, value));
      }
    }
    for (const auto& one : item.counts) {
      if (const auto value = element(s, one.element); value.length != 0) {
        declared.push_back({&item, &one, text(value)});
      }
    }
  }

  // A second value where there is room for one: the first counts.
  void see_again(const Program::Item& item, const Program::Take& one, std::uint64_t first,
                 const SegmentView& s, Where value) {
    const bool implied = (item.implied >> (one.element - 1) & 1) != 0;
    if (!implied && gathered.view(first) != view(s, value)) {
      unmapped.add(s, one.element, view(s, value));
    }
  }

  void take_pairs(const Program::Item& item, std::uint32_t owner, const SegmentView& s) {
    const auto text = [&](Where at) { return Gathered::pair(at.begin + moved, at.length); };
    for (unsigned n = item.pairs_from; n + 1 <= s.count && n <= item.pairs_end; n += 2) {
      const auto kind = element(s, n);
      const auto value = stripped(s, element(s, n + 1));
      if (kind.length == 0 || value.length == 0) {
        continue;
      }
      auto* words = gathered.at(owner);
      const auto what = short_text_at(s.base + kind.begin, kind.length);
      const auto found =
          std::find_if(item.pair_kinds.begin(), item.pair_kinds.end(), [&](const auto& one) {
            const auto& to = item.pairs[one.take];
            return one.kind == what && (words[to.word] & to.bit) == 0;
          });
      if (found != item.pair_kinds.end()) {
        const auto& to = item.pairs[found->take];
        words[to.word] |= to.bit;
        words[to.place] = text(value);
        words[to.place + 1] = 0;
      } else if (item.others != kNone) {
        const auto& record = program.records[item.others];
        auto* other = gathered.at(gathered.add(item.others, owner));
        other[1] |= 3;  // qualifier and value
        other[record.place_of(0)] = text(kind);
        other[record.place_of(1)] = text(value);
      } else {
        unmapped.add(s, n, view(s, kind));
      }
    }
  }

  bool is_constant(const Program::Item& item, unsigned number, const SegmentView& s) const {
    const auto value = element(s, number);
    return std::any_of(item.constants.begin(), item.constants.end(), [&](const auto& one) {
      return one.element == number && program.is_any(one.value, s.base + value.begin, value.length);
    });
  }

  // The first segment of a loop: which item of the mapping the loop is.
  [[gnu::noinline]] bool enter_loop(const Program::Place& place, const SegmentView& s) {
    const auto outer = active[place.parent];
    auto& here = active[node];
    here = {};
    for (const auto& one : place.loops) {
      const auto& item = program.items[one.item];
      if ((one.around != kNone && one.around != outer.item) || !fits(one, s)) {
        continue;
      }
      const auto owner = one.around == kNone ? 0 : outer.owner;
      if (!item.makes_record && !use(one.item, owner)) {
        continue;  // there is room for one
      }
      here = {one.item, item.makes_record ? gathered.add(item.record, owner) : owner};
      return true;
    }
    return false;
  }

  // Segments that stand in one piece.
  void segments(std::span<const SegmentView> run) {
    const auto& last = run.back();
    if (!gathered.keep(run.front().base, run.front().begin, last.marks[last.count], moved)) {
      too_large = true;
      return;
    }
    for (const auto& one : run) {
      segment(one);
    }
  }

  // Where a segment leads that no checker placed; false: nowhere.
  [[gnu::noinline]] bool step_to(const SegmentView& s) {
    const auto slot = program.slot_of(s.key);
    const auto step = slot == kNone ? Step{} : program.set.step(node, slot);
    if (step.ok()) {
      node = step.node();
    }
    return step.ok();
  }

  // False: the mapping has nothing for the loop or level that the segment begins.
  bool enter(const Program::Place& place, const SegmentView& s) {
    if (s.key == key_of("HL") && has_levels) {
      const auto level = levels.enter(s);
      active[node] = {level.item, level.owner};
      if (level.item != kNone) {
        forget_used();
      } else {
        unmapped.add(s, 3, s.at(3));
      }
      return false;  // its values say where it stands, which is used up
    }
    if (!enter_loop(place, s)) {
      unmapped.add(s, s.count > 0 ? 1 : 0, s.at(1));
      return false;
    }
    return true;
  }

  void segment(const SegmentView& s) {
    if (s.node < program.places.size()) {
      node = s.node;
    } else if (s.node == SegmentView::kNowhere || !step_to(s)) {
      unmapped.add(s, 0, {});
      return;
    }
    if (!started) {
      started = true;  // ST
      return;
    }
    const auto& place = program.places[node];
    if (place.begins_loop && !enter(place, s)) {
      return;
    }
    const auto loop = active[place.loop];
    for (const auto& one : place.segments) {
      if ((one.around != kNone && one.around != loop.item) || !fits(one, s)) {
        continue;
      }
      const auto& item = program.items[one.item];
      auto owner = one.around == kNone ? 0 : loop.owner;
      if (item.makes_record) {
        owner = gathered.add(item.record, owner);
      } else if (!one.again && !use(one.item, owner)) {
        continue;
      }
      take(item, owner, s);
      return;
    }
    if (s.key != key_of("SE") && !place.begins_loop) {
      unmapped.add(s, place.segments.empty() || s.count == 0 ? 0 : 1, s.at(1));
    }
  }

  void check_counts() {
    for (const auto& [item, count, value] : declared) {
      std::string digits;
      std::string why;
      const auto there = count->record == kNone ? levels.count() : gathered.count(count->record);
      if (!append_decimal(gathered.view(value), 4, digits, why) ||
          digits != std::to_string(there)) {
        problems.add(place_text(item->item->segment, count->element) + " says " +
                     std::string(gathered.view(value).substr(0, 20)) + " " + count->path +
                     ", there are " + std::to_string(there));
      }
    }
  }

  std::string_view currency(std::uint32_t document) const {
    if (program.currency_entry != kNone) {
      const auto* words = gathered.at(document);
      if (Gathered::has(words, program.currency_entry)) {
        return gathered.view(words[program.records[0].place_of(program.currency_entry)]);
      }
    }
    return program.currency_given != kNone ? given[program.currency_given] : default_currency;
  }

  void end() {
    documents.clear();
    check_counts();
    if (levels.documents().size() > 1 && levels.mixes_orders()) {
      problems.add(
          "the notice speaks of several orders, and a pack or pallet holds goods of more than "
          "one; split it by order");
    }
    if (gathered.overflowed()) {
      problems.add("the document has more than 1,000,000 entries");
    }
    if (too_large) {
      problems.add("the document is larger than 256 MiB");
    }
    ends.clear();
    writer.clear();
    for (const auto document : levels.documents()) {
      ends.push_back(writer.write(document, currency(document)));
    }
    std::size_t from = 0;
    for (const auto end : ends) {
      if (problems.all().empty()) {
        documents.push_back(writer.text().substr(from, end - from));
      }
      from = end;
    }
  }

  std::shared_ptr<const Program> shared;
  const Program& program;
  Problems problems;
  Gathered gathered;
  CanonicalWriter writer;
  Levels levels;
  Unmapped unmapped;
  std::vector<Active> active;       // by loop node; the last one: no loop
  std::vector<std::uint64_t> used;  // by item: the record it filled last, and the epoch of then
  std::uint32_t epoch = 0;
  std::vector<Declared> declared;  // counts that the set says
  std::vector<std::string> given;
  std::vector<std::uint64_t> always;  // of the document
  std::string default_currency;
  std::vector<std::size_t> ends;
  std::vector<std::string_view> documents;
  OwnSegment own;
  std::uint16_t node = kSt;
  const bool has_levels = !program.levels.empty() || !program.other_levels.empty();
  bool started = false;
  bool too_large = false;
  std::uint32_t moved = 0;  // from the marks of the segments under work to where they are kept
  char component_separator = 0;
};

CanonicalReader::CanonicalReader(std::shared_ptr<const Program> program)
    : state_(std::make_unique<State>(std::move(program))) {}
CanonicalReader::~CanonicalReader() = default;

void CanonicalReader::begin(const Given& given, char component_separator) {
  state_->give(given, component_separator);
  state_->reset();
}
void CanonicalReader::begin_next() { state_->reset(); }

void CanonicalReader::segments(std::span<const SegmentView> run) { state_->segments(run); }
void CanonicalReader::segment(const SegmentView& segment) { state_->segments({&segment, 1}); }
void CanonicalReader::segment(std::string_view id, const std::string_view* elements,
                              std::size_t count) {
  segment(state_->own.made_of(id, elements, count));
}

const std::vector<std::string_view>& CanonicalReader::end() {
  state_->end();
  return state_->documents;
}

const std::vector<std::string>& CanonicalReader::problems() const { return state_->problems.all(); }
const std::vector<std::string>& CanonicalReader::unmapped() const { return state_->unmapped.all(); }

}  // namespace crossdock::x12
