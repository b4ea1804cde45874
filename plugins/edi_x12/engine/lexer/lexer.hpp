// Cuts a stream into segments with the delimiters it is told. It holds one window of the stream:
// the chunk under work and the segment that its end cut in two. A segment that is longer makes the
// window grow, up to a limit. Delimiters are looked for in stretches of the window, so that bytes
// and tape are still in the nearest cache when the segments are taken.
//
// A Segment is a view into the window: valid until the next call. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/lexer/source.hpp"
#include "plugins/edi_x12/engine/lexer/tape.hpp"

namespace crossdock::x12 {

// Identifier of two or three characters as a number, for comparing in one step; 0 for others.
constexpr std::uint32_t key_of(std::string_view id) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(id[i]));
  };
  return id.size() == 3   ? byte(0) | byte(1) << 8 | byte(2) << 16
         : id.size() == 2 ? byte(0) | byte(1) << 8
                          : 0;
}

// A segment where it stands, without its terminator: an identifier and `count` elements. Behind its
// last byte kTapePadding more may be read, behind its last mark kTapeSlack more; their values mean
// nothing.
struct SegmentView {
  const char* base = nullptr;            // the positions count from here
  const std::uint32_t* marks = nullptr;  // marks[0] ends the identifier, marks[i] element i
  std::uint32_t begin = 0;               // of the identifier
  std::uint32_t count = 0;               // elements
  std::uint32_t key = 0;                 // key_of(id())
  std::uint64_t offset = 0;              // bytes of the file before the identifier
  std::uint64_t end_offset = 0;          // bytes of the file before what follows the terminator
  bool odd = false;        // holds separators of parts, control characters or high bytes
  bool filler = false;     // more than a single line end stands before it
  bool rewritten = false;  // line ends were taken out: positions are not those of the file
  // Where the checker saw it stand: a node of the set in the grammar that it used. kNotLooked: no
  // checker did; kNowhere: the set has no place for it.
  static constexpr std::uint16_t kNotLooked = 0xffff;
  static constexpr std::uint16_t kNowhere = 0xfffe;
  std::uint16_t node = kNotLooked;
  // Where node is one: a bit for each element that is not empty, bit n-1 for element n up to 64.
  std::uint64_t present = 0;

  std::string_view id() const { return {base + begin, marks[0] - begin}; }
  // Element by its number from 1; empty where it is not there.
  std::string_view at(std::size_t number) const {
    return number >= 1 && number <= count ? std::string_view(base + marks[number - 1] + 1,
                                                             marks[number] - marks[number - 1] - 1)
                                          : std::string_view();
  }
  std::string_view text() const { return {base + begin, marks[count] - begin}; }
  // Where an element begins in the file; 0: the segment.
  std::uint64_t offset_of(std::size_t element) const {
    return element == 0 || element > count || rewritten ? offset
                                                        : offset + (marks[element - 1] + 1 - begin);
  }
};

class Lexer {
 public:
  static constexpr std::size_t kChunk = 32 * 1024;
  static constexpr std::size_t kStretch = 8 * 1024;
  // Damage must not make us hold a whole file that lost its terminators.
  static constexpr std::size_t kLargestSegment = 16u << 20;

  // The source is borrowed and must outlive the lexer.
  explicit Lexer(Source& source, Way way = best_way());

  // From here on, segments are cut with these.
  void use(const Delimiters& delimiters);

  // The next whole segment. False: no terminator follows, neither in the rest of the stream nor
  // within the limit (see too_long()); the rest stays, to be looked at. Throws ReadError.
  bool next(SegmentView& out) {
    for (;;) {
      if (next_end_ == tape_.end_count) {
        if (!refill()) {
          return false;
        }
        continue;
      }
      const std::uint32_t end = tape_.ends[next_end_++];
      const std::uint32_t stop = tape_.marks[end];
      auto from = static_cast<std::uint32_t>(begin_);
      out.marks = tape_.marks.get() + mark_;
      out.count = end - static_cast<std::uint32_t>(mark_);
      begin_ = stop + std::size_t{1};
      mark_ = end + std::size_t{1};
      out.filler = false;
      if (is_filler(buffer_[from])) {
        // One line end behind the terminator is what nearly all files have.
        const bool one_line_end =
            (buffer_[from] == '\n' || buffer_[from] == '\r') && !is_filler(buffer_[from + 1]);
        if (one_line_end) {
          ++from;
        } else {
          out.filler = skip_filler(from, stop);
        }
      }
      if (by_line_ && passes_line(from, stop)) {
        continue;
      }
      out.base = buffer_.get();
      out.begin = from;
      out.key = key_at(buffer_.get() + from, out.marks[0] - from);
      out.offset = base_ + from;
      out.end_offset = base_ + begin_;
      out.rewritten = false;
      out.node = SegmentView::kNotLooked;
      out.odd = tape_.odd[odd_] < stop;
      while (tape_.odd[odd_] < stop) {
        ++odd_;
      }
      out.filler |= blank_line_;
      blank_line_ = false;
      return true;
    }
  }

  // The next segments, as next() would give them one by one, for as long as they are plain: cut by
  // one terminator (not by lines), nothing odd in them, no filler but one line end, below the
  // bounds, and with an identifier that `known` (a table of kKnown keys by place_of_key()) holds.
  // Ends in front of the first that is not, at the latest at the end of the window or of `out`.
  static constexpr std::size_t kKnown = 256;
  static std::size_t place_of_key(std::uint32_t key) { return key * 0x9E3779B1U >> 24; }
  std::size_t run(const std::uint32_t* known, std::uint32_t elements_below,
                  std::uint32_t bytes_below, std::span<SegmentView> out);

  // Binary data: `out`, which next() gave, really ends `length` bytes after the start of element
  // `number`, whatever bytes those are. False: no terminator stands there; `out` stays as it is.
  bool binary(SegmentView& out, std::size_t number, std::size_t length);

  // At least `bytes` of what comes next, or all there is. Valid until the next call.
  std::string_view peek(std::size_t bytes);
  // Passes over bytes that peek() showed.
  void skip(std::size_t bytes);
  // Goes back into the segment that next() gave last; reading goes on there.
  void back_to(std::uint64_t offset);

  std::uint64_t offset() const { return base_ + begin_; }
  bool too_long() const { return too_long_; }
  // The line of a byte; lines count from 1 and end with LF, CR or CR LF. Bytes in or after the
  // window.
  std::uint64_t line_of(std::uint64_t offset);
  // Where that line begins.
  std::uint64_t line_start_of(std::uint64_t offset) const;
  const Delimiters& delimiters() const { return delimiters_; }
  std::size_t window_bytes() const { return capacity_; }

 private:
  // key_of() of so many bytes in the window, without a branch: identifiers of two and three
  // characters come in turns.
  static std::uint32_t key_at(const char* id, std::uint32_t length) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, id, sizeof bytes);  // the window is padded
    const std::uint32_t three = length == 3 ? 0x00ffffffU : 0;
    return bytes & (length == 2 ? 0x0000ffffU : three);
  }
  bool is_filler(char c) const { return filler_[static_cast<unsigned char>(c)]; }
  bool skip_filler(std::uint32_t& from, std::uint32_t stop) const;
  bool passes_line(std::uint32_t from, std::uint32_t stop);
  bool refill();
  bool fill();
  void compact();
  void drop_tape();

  Source& source_;
  const Way way_;
  Delimiters delimiters_;
  Scanner scanner_;
  bool taped_ = false;
  std::size_t taped_to_ = 0;  // end of the stretch
  std::size_t stretch_ = kStretch;
  bool by_line_ = false;
  bool blank_line_ = false;
  bool filler_[256] = {};
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;   // of what is not consumed yet
  std::size_t filled_ = 0;  // end of what was read
  std::uint64_t base_ = 0;  // bytes of the file before the buffer
  bool ended_ = false;
  bool too_long_ = false;
  Tape tape_;
  std::size_t mark_ = 0, next_end_ = 0, odd_ = 0;
  std::vector<std::uint32_t> own_marks_;  // of binary segments
  // Line ends are counted up to here, at the latest when the bytes leave the window.
  std::uint64_t counted_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t line_start_ = 0;  // of the last line that began before the window
  char before_window_ = 0;        // the byte before the window
};

}  // namespace crossdock::x12
