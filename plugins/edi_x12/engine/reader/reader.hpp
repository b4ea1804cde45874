// Reads X12 out of a stream of bytes and tells a sink, as it goes. Nothing is decoded to text:
// delimiters are whatever bytes each ISA says. Damage does not end the reading: it goes on at the
// next set, group or interchange, and says exactly what was lost.
//
// Memory is bounded by the longest segment, whatever the size of the file. A reader belongs to one
// thread.
#pragma once

#include <array>
#include <map>

#include "plugins/edi_x12/engine/reader/envelope.hpp"
#include "plugins/edi_x12/engine/reader/events.hpp"
#include "plugins/edi_x12/engine/reader/noise.hpp"

namespace crossdock::x12 {

class Reader {
 public:
  // All are borrowed.
  Reader(Source& source, Sink& sink, const Policy& policy, Way way = best_way());

  // To the end of the source. Throws ReadError, with everything before it told. False: not one
  // interchange was found.
  bool run();

 private:
  bool find_interchange();
  void read_interchange();
  void begin(const IsaHeader& header);
  void remember(const SegmentView& segment);
  bool take(SegmentView& segment);
  bool give(const SegmentView& segment);
  bool begins_inside(SegmentView& segment);
  bool take_binary(SegmentView& segment, std::size_t length_element);
  bool take_odd(const SegmentView& segment);
  bool take_text(std::string_view text, std::uint64_t offset, std::uint64_t end_offset,
                 bool rewritten);
  SegmentView view_of(std::string_view text, std::uint64_t offset, std::uint64_t end_offset,
                      bool rewritten);
  void take_tail();
  void take_last(const std::string& text, std::uint64_t offset, std::uint64_t end);
  void look_at_bytes(const SegmentView& segment);
  void look_at_filler(const SegmentView& segment);
  void look_at_line_end(const SegmentView& segment);
  void use(Code tolerance, std::uint64_t offset);
  void end_uses();
  void pass(std::string_view bytes);
  void say_what_was_passed(bool any, bool at_end);

  Lexer lexer_;
  Envelope envelope_;
  // Identifiers that were looked at and are ordinary ones, each at Lexer::place_of_key().
  std::array<std::uint32_t, Lexer::kKnown> ordinary_{};
  std::array<SegmentView, 64> run_{};
  // Tolerances used in the interchange: how often, and where first.
  struct Use {
    std::uint64_t count = 0, offset = 0, line = 0;
  };
  std::map<Code, Use> uses_;
  Noise passed_;
  bool wrapped_ = false;
  std::uint64_t wrap_width_ = 0;  // of the line that the ISA begins; 0: not known
  // Of segments that end with the line: '\n', '\r', or 'b' for both; and of the segment before.
  char line_end_ = 0;
  char before_end_ = 0;
  std::uint64_t previous_end_ = 0;
  bool high_byte_told_ = false;
  std::string raw_, text_, padded_;  // of segments that must be rewritten
  std::vector<std::uint32_t> marks_;
};

}  // namespace crossdock::x12
