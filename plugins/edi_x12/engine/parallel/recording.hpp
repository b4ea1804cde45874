// What a reader told, kept to be told again by another thread or at another time: events in their
// order, with the bytes of the segments copied. One is filled while another thread tells a second.
//
// One thread at a time; whoever hands a recording to another thread makes the order of the two.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "plugins/edi_x12/engine/reader/events.hpp"

namespace crossdock::x12 {

class Recording final : public Sink {
 public:
  // So that line_of() knows; borrowed. Without it lines are not kept.
  void reading(Lexer& lexer) override { lexer_ = &lexer; }

  void interchange_begins(const InterchangeHead& head) override;
  void interchange_segment(const SegmentView& segment) override;
  void group_begins(const GroupHead& head) override;
  void set_begins(const SetHead& head) override;
  void segment(const SegmentView& segment, std::uint32_t position) override;
  void segments(std::span<SegmentView> run, std::uint32_t first_position) override;
  void set_ends(const SetEnd& end) override;
  void group_ends(const GroupEnd& end) override;
  void interchange_ends(const InterchangeEnd& end) override;
  void finding(const Finding& finding) override;
  void made(std::string_view text, std::uint8_t kind) override;

  bool empty() const { return events_.empty(); }
  // Bytes that it holds, roughly.
  std::size_t size() const { return bytes_.used + kEventBytes * events_.size() + text_.size(); }
  void clear();

  // All that was told, in the same order and the same runs; but reading(). Segments are valid until
  // clear().
  void replay(Sink& to);
  // The line of a byte that a segment holds, or that ends a set.
  std::uint64_t line_of(std::uint64_t offset) const;

 private:
  static constexpr std::size_t kEventBytes = 128;
  static constexpr std::size_t kMostKept =
      1 << 20;  // of memory of a kind, from one filling to the next

  enum class Kind : std::uint8_t {
    interchange_begins,
    interchange_segment,
    group_begins,
    set_begins,
    segment,
    segments,
    set_ends,
    group_ends,
    interchange_ends,
    finding,
    made
  };
  // The parts of a kind are used up in their order.
  struct Event {
    Kind kind;
    std::uint8_t text_kind = 0;  // made
    std::uint32_t count = 0;     // of segments; of the text's bytes
    std::uint32_t first_position = 0;
  };
  // Bytes of the file that stand together.
  struct Stretch {
    std::uint64_t offset = 0;
    std::uint64_t line = 0;
    std::uint32_t at = 0;  // in bytes_
    std::uint32_t size = 0;
    char before = 0;  // the byte in front, as far as it matters to the line
  };
  // Memory that is not filled beforehand, and may be read behind what is used.
  template <class T>
  struct Room {
    std::unique_ptr<T[]> memory;
    std::size_t used = 0, capacity = 0;
    T* add(std::size_t count, std::size_t slack) {
      if (used + count + slack > capacity) {
        const auto larger = std::max(used + count + slack, 2 * capacity);
        auto grown = std::make_unique_for_overwrite<T[]>(larger);
        std::copy_n(memory.get(), used, grown.get());
        memory = std::move(grown);
        capacity = larger;
      }
      used += count;
      return memory.get() + used - count;
    }
    void clear() {
      used = 0;
      if (capacity * sizeof(T) > kMostKept) {
        memory.reset();
        capacity = 0;
      }
    }
  };

  void add(Kind kind) { events_.push_back({kind}); }
  // Copies segments.
  void keep(std::span<const SegmentView> run);
  void keep_line(std::uint64_t offset, std::uint32_t at, std::uint32_t size);

  Lexer* lexer_ = nullptr;
  std::vector<Event> events_;
  std::vector<InterchangeHead> interchanges_;
  std::vector<GroupHead> groups_;
  std::vector<SetHead> sets_;
  std::vector<SetEnd> set_ends_;
  std::vector<GroupEnd> group_ends_;
  std::vector<InterchangeEnd> interchange_ends_;
  std::vector<Finding> findings_;
  Room<SegmentView> views_;  // base and marks are set when they are told
  std::string text_;
  Room<char> bytes_;
  Room<std::uint32_t> marks_;
  std::vector<Stretch> stretches_;
};

}  // namespace crossdock::x12
