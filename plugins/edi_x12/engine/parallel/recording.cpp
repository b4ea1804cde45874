#include "plugins/edi_x12/engine/parallel/recording.hpp"

#include <cstring>

namespace crossdock::x12 {

void Recording::interchange_begins(const InterchangeHead& head) {
  add(Kind::interchange_begins);
  interchanges_.push_back(head);
}

void Recording::interchange_segment(const SegmentView& segment) {
  add(Kind::interchange_segment);
  keep({&segment, 1});
}

void Recording::group_begins(const GroupHead& head) {
  add(Kind::group_begins);
  groups_.push_back(head);
}

void Recording::set_begins(const SetHead& head) {
  add(Kind::set_begins);
  sets_.push_back(head);
}

void Recording::segment(const SegmentView& segment, std::uint32_t position) {
  events_.push_back({Kind::segment, 0, 1, position});
  keep({&segment, 1});
}

void Recording::segments(std::span<SegmentView> run, std::uint32_t first_position) {
  events_.push_back({Kind::segments, 0, static_cast<std::uint32_t>(run.size()), first_position});
  keep(run);
}

void Recording::set_ends(const SetEnd& end) {
  add(Kind::set_ends);
  set_ends_.push_back(end);
  keep_line(end.end_offset, 0, 0);
}

void Recording::group_ends(const GroupEnd& end) {
  add(Kind::group_ends);
  group_ends_.push_back(end);
}

void Recording::interchange_ends(const InterchangeEnd& end) {
  add(Kind::interchange_ends);
  interchange_ends_.push_back(end);
}

void Recording::finding(const Finding& finding) {
  add(Kind::finding);
  findings_.push_back(finding);
}

void Recording::made(std::string_view text, std::uint8_t kind) {
  events_.push_back({Kind::made, kind, static_cast<std::uint32_t>(text.size()), 0});
  text_ += text;
}

void Recording::keep(std::span<const SegmentView> run) {
  const auto& first = run.front();
  const auto& last = run.back();
  // Their bytes and marks stand in one piece; what counts from the window counts from here on.
  const auto at = static_cast<std::uint32_t>(bytes_.used);
  const auto size = last.marks[last.count] - first.begin;
  std::memcpy(bytes_.add(size, kTapePadding), first.base + first.begin, size);
  const auto moved = at - first.begin;
  const auto marks = static_cast<std::size_t>(last.marks + last.count + 1 - first.marks);
  auto* to = marks_.add(marks, kTapeSlack);
  for (std::size_t i = 0; i < marks; ++i) {
    to[i] = first.marks[i] + moved;
  }
  auto* view = views_.add(run.size(), 0);
  for (const auto& one : run) {
    *view = one;
    view->begin += moved;
    ++view;
  }
  keep_line(first.offset, at, size);
}

void Recording::keep_line(std::uint64_t offset, std::uint32_t at, std::uint32_t size) {
  if (lexer_ == nullptr) {
    return;
  }
  Stretch one{offset, lexer_->line_of(offset), at, size, '\0'};
  // A line feed behind a carriage return ends no line of its own.
  if (size != 0 && bytes_.memory[at] == '\n' && lexer_->line_of(offset + 1) == one.line) {
    one.before = '\r';
  }
  stretches_.push_back(one);
}

std::uint64_t Recording::line_of(std::uint64_t offset) const {
  const auto after =
      std::upper_bound(stretches_.begin(), stretches_.end(), offset,
                       [](std::uint64_t value, const Stretch& one) { return value < one.offset; });
  if (after == stretches_.begin()) {
    return 0;
  }
  const auto& one = *(after - 1);
  const char* from = bytes_.memory.get() + one.at;
  const auto size = std::min<std::uint64_t>(offset - one.offset, one.size);
  return one.line + line_ends(from, from + size, one.before, best_way());
}

void Recording::clear() {
  events_.clear();
  interchanges_.clear();
  groups_.clear();
  sets_.clear();
  set_ends_.clear();
  group_ends_.clear();
  interchange_ends_.clear();
  findings_.clear();
  views_.clear();
  text_.clear();
  if (text_.capacity() > kMostKept) {
    text_ = std::string();
  }
  bytes_.clear();
  marks_.clear();
  stretches_.clear();
}

void Recording::replay(Sink& to) {
  const auto* marks = marks_.memory.get();
  for (auto& one : std::span(views_.memory.get(), views_.used)) {
    one.base = bytes_.memory.get();
    one.marks = marks;
    marks += one.count + 1;
  }
  const auto* interchange = interchanges_.data();
  const auto* group = groups_.data();
  const auto* set = sets_.data();
  const auto* set_end = set_ends_.data();
  const auto* group_end = group_ends_.data();
  const auto* interchange_end = interchange_ends_.data();
  const auto* finding = findings_.data();
  auto* view = views_.memory.get();
  const char* text = text_.data();
  for (const auto& event : events_) {
    switch (event.kind) {
      case Kind::interchange_begins:
        to.interchange_begins(*interchange++);
        break;
      case Kind::interchange_segment:
        to.interchange_segment(*view++);
        break;
      case Kind::group_begins:
        to.group_begins(*group++);
        break;
      case Kind::set_begins:
        to.set_begins(*set++);
        break;
      case Kind::segment:
        to.segment(*view++, event.first_position);
        break;
      case Kind::segments:
        to.segments({view, event.count}, event.first_position);
        view += event.count;
        break;
      case Kind::set_ends:
        to.set_ends(*set_end++);
        break;
      case Kind::group_ends:
        to.group_ends(*group_end++);
        break;
      case Kind::interchange_ends:
        to.interchange_ends(*interchange_end++);
        break;
      case Kind::finding:
        to.finding(*finding++);
        break;
      case Kind::made:
        to.made({text, event.count}, event.text_kind);
        text += event.count;
        break;
    }
  }
}

}  // namespace crossdock::x12
