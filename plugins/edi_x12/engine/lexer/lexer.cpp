#include "plugins/edi_x12/engine/lexer/lexer.hpp"

#include <algorithm>
#include <cstring>

namespace crossdock::x12 {
Lexer::Lexer(Source& source, Way way) : source_(source), way_(way), scanner_(Delimiters(), way) {
  capacity_ = 2 * kChunk;
  buffer_ = std::make_unique_for_overwrite<char[]>(capacity_ + kTapePadding);
  tape_.reserve(capacity_);
  drop_tape();
}

void Lexer::use(const Delimiters& delimiters) {
  delimiters_ = delimiters;
  scanner_ = Scanner(delimiters, way_);
  by_line_ = delimiters.by_line();
  blank_line_ = false;
  std::fill(std::begin(filler_), std::end(filler_), false);
  for (const char c : {' ', '\t', '\r', '\n'}) {
    filler_[static_cast<unsigned char>(c)] =
        c != delimiters.element && c != delimiters.component && c != delimiters.repetition &&
        c != delimiters.segment && !(by_line_ && (c == '\r' || c == '\n'));
  }
  drop_tape();
}

void Lexer::drop_tape() {
  taped_ = false;
  tape_.mark_count = tape_.end_count = tape_.odd_count = 0;
  tape_.odd[0] = UINT32_MAX;
  mark_ = next_end_ = odd_ = 0;
}

// True when more stood there than the one line end that commonly follows a terminator.
bool Lexer::skip_filler(std::uint32_t& from, std::uint32_t stop) const {
  const std::uint32_t first = from;
  while (from < stop && filler_[static_cast<unsigned char>(buffer_[from])]) {
    ++from;
  }
  const std::string_view passed(buffer_.get() + first, from - first);
  return passed != "\n" && passed != "\r\n" && passed != "\r";
}

// Of segments that end with the line: whether this is no segment, but the second half of CR LF or
// an empty line.
bool Lexer::passes_line(std::uint32_t from, std::uint32_t stop) {
  if (from != stop) {
    return false;
  }
  const char before = stop > 0 ? buffer_[stop - 1] : before_window_;
  blank_line_ |= !(buffer_[stop] == '\n' && before == '\r');
  return true;
}

// Moves what is not consumed to the front of the window.
void Lexer::compact() {
  if (begin_ == 0) {
    return;
  }
  (void)line_of(base_ + begin_);
  const std::uint64_t start = line_start_of(base_ + begin_);
  before_window_ = buffer_[begin_ - 1];
  line_start_ = start;
  std::memmove(buffer_.get(), buffer_.get() + begin_, filled_ - begin_);
  base_ += begin_;
  filled_ -= begin_;
  begin_ = 0;
}

// Reads a chunk behind what is there; false at the end of the stream.
bool Lexer::fill() {
  if (ended_) {
    return false;
  }
  compact();
  if (filled_ + kChunk > capacity_) {
    const std::size_t larger = capacity_ * 2;
    auto buffer = std::make_unique_for_overwrite<char[]>(larger + kTapePadding);
    std::memcpy(buffer.get(), buffer_.get(), filled_);
    buffer_ = std::move(buffer);
    capacity_ = larger;
    tape_.reserve(capacity_);
  }
  drop_tape();
  // A long segment is read in steps that double, so that scanning it anew costs little.
  const std::size_t most = std::max(kChunk, std::min(filled_, capacity_ - filled_));
  const std::size_t count = source_.read(buffer_.get() + filled_, most);
  ended_ = count == 0;
  filled_ += count;
  return !ended_;
}

// The next stretch of the window, from the segment that the last one cut in two on; more bytes when
// the window is at its end.
bool Lexer::refill() {
  if (taped_ && taped_to_ == filled_) {
    if (filled_ - begin_ >= kLargestSegment) {
      too_long_ = true;
      return false;
    }
    stretch_ = kStretch;
    if (!fill()) {
      return false;
    }
  } else if (taped_) {
    // A segment longer than the stretch: twice as much, so that scanning it anew costs little.
    stretch_ = tape_.end_count == 0 ? 2 * stretch_ : kStretch;
  }
  const std::size_t size = std::min(filled_ - begin_, stretch_);
  scanner_.scan(buffer_.get(), begin_, size, tape_);
  taped_to_ = begin_ + size;
  mark_ = next_end_ = odd_ = 0;
  taped_ = true;
  too_long_ = false;
  return true;
}

std::size_t Lexer::run(const std::uint32_t* known, std::uint32_t elements_below,
                       std::uint32_t bytes_below, std::span<SegmentView> out) {
  const char* const base = buffer_.get();
  const std::uint32_t* const marks = tape_.marks.get();
  const std::uint32_t* end = tape_.ends.get() + next_end_;
  const std::size_t left = by_line_ ? 0 : tape_.end_count - next_end_;
  const std::size_t most = std::min(left, out.size());
  const std::uint32_t odd = tape_.odd[odd_];
  const bool feed = is_filler('\n'), back = is_filler('\r');
  auto begin = static_cast<std::uint32_t>(begin_);
  auto mark = static_cast<std::uint32_t>(mark_);
  std::size_t count = 0;
  for (; count < most; ++count, ++end) {
    const std::uint32_t stop = marks[*end];
    std::uint32_t from = begin;
    if (base[from] == '\r' && back) {
      ++from;
    }
    from += static_cast<std::uint32_t>((base[from] == '\n') & feed);
    const std::uint32_t key = key_at(base + from, marks[mark] - from);
    if (known[place_of_key(key)] != key || key == 0 || odd < stop ||
        *end - mark >= elements_below || stop - from >= bytes_below) {
      break;
    }
    SegmentView& one = out[count];
    one.base = base;
    one.marks = marks + mark;
    one.begin = from;
    one.count = *end - mark;
    one.key = key;
    one.offset = base_ + from;
    one.end_offset = base_ + stop + 1;
    one.node = SegmentView::kNotLooked;
    begin = stop + 1;
    mark = *end + 1;
  }
  begin_ = begin;
  mark_ = mark;
  next_end_ += count;
  return count;
}

std::string_view Lexer::peek(std::size_t bytes) {
  while (filled_ - begin_ < bytes && fill()) {
  }
  return {buffer_.get() + begin_, filled_ - begin_};
}

void Lexer::skip(std::size_t bytes) {
  begin_ += bytes;
  too_long_ = false;
  drop_tape();
}

void Lexer::back_to(std::uint64_t offset) {
  begin_ = static_cast<std::size_t>(offset - base_);
  too_long_ = false;
  drop_tape();
}

bool Lexer::binary(SegmentView& out, std::size_t number, std::size_t length) {
  if (length > kLargestSegment) {
    return false;
  }
  // Positions from the segment's start survive the moving of the window.
  const std::size_t after = begin_ - out.begin;
  own_marks_.assign(out.marks, out.marks + out.count + 1);
  for (auto& mark : own_marks_) {
    mark -= out.begin;
  }
  begin_ = out.begin;
  compact();
  const std::size_t stop = own_marks_[number - 1] + std::size_t{1} + length;
  while (filled_ <= stop && fill()) {
  }
  const auto is_end = [&](char c) {
    return c == delimiters_.segment || (by_line_ && (c == '\n' || c == '\r'));
  };
  const bool fits = stop < filled_ && is_end(buffer_[stop]);
  if (fits) {
    own_marks_.resize(number);
    own_marks_.push_back(static_cast<std::uint32_t>(stop));
  }
  out.base = buffer_.get();
  out.begin = 0;
  out.count = static_cast<std::uint32_t>(own_marks_.size() - 1);
  own_marks_.resize(own_marks_.size() + kTapeSlack);
  out.marks = own_marks_.data();
  begin_ = fits ? stop + 1 : after;
  out.end_offset = base_ + begin_;
  out.odd = true;
  drop_tape();
  return fits;
}

std::uint64_t Lexer::line_of(std::uint64_t offset) {
  // Bytes that left the window were counted when they left.
  offset = std::clamp<std::uint64_t>(offset, base_, base_ + filled_);
  const char* bytes = buffer_.get();
  const auto before = [&](std::uint64_t at) {
    return at == base_ ? before_window_ : bytes[at - base_ - 1];
  };
  if (offset >= counted_) {
    line_ +=
        line_ends(bytes + (counted_ - base_), bytes + (offset - base_), before(counted_), way_);
  } else {
    line_ -= line_ends(bytes + (offset - base_), bytes + (counted_ - base_), before(offset), way_);
  }
  counted_ = offset;
  return line_;
}

std::uint64_t Lexer::line_start_of(std::uint64_t offset) const {
  const char* first = buffer_.get();
  const auto size = static_cast<std::size_t>(offset - base_);
  const auto* feed = static_cast<const char*>(::memrchr(first, '\n', size));
  const char* after = feed == nullptr ? first : feed + 1;
  const auto* back = static_cast<const char*>(
      ::memrchr(after, '\r', size - static_cast<std::size_t>(after - first)));
  if (back != nullptr) {
    return base_ + static_cast<std::uint64_t>(back + 1 - first);
  }
  return feed == nullptr ? line_start_ : base_ + static_cast<std::uint64_t>(after - first);
}

}  // namespace crossdock::x12
