// The control structures: ISA, GS, ST, SE, GE, IEA (X12.5, X12.6). Takes segments one by one, tells
// a sink what begins and ends, and finds what does not fit: counts, control numbers, trailers that
// are missing, segments that stand nowhere. Damage never ends it.
//
// On the reader's thread.
#pragma once

#include "plugins/edi_x12/engine/reader/control_numbers.hpp"
#include "plugins/edi_x12/engine/reader/events.hpp"
#include "plugins/edi_x12/engine/reader/isa.hpp"

namespace crossdock::x12 {

// Two or three capitals or digits, the first one a capital.
bool is_segment_id(std::string_view id);

class Envelope {
 public:
  // The lexer is asked for lines only.
  Envelope(Sink& sink, Lexer& lexer, const Policy& policy);

  void begin(const IsaHeader& header, std::uint64_t offset);
  // True when the segment was the IEA: the interchange is complete.
  bool take(const SegmentView& segment);
  // Segments of the set that is open, neither control segments nor with an identifier in doubt.
  void take_plain(std::span<SegmentView> run) {
    interchange_.segments += run.size();
    const std::uint32_t first = set_.segments + 1;
    set_.segments += static_cast<std::uint32_t>(run.size());
    sink_.segments(run, first);
  }
  // Ends what is still open; `why` completes "SE is missing: ...".
  void close(std::string_view why, std::uint64_t end_offset);
  bool open() const { return in_interchange_; }
  bool in_set() const { return in_set_; }
  std::string_view control() const { return isa_.control(); }

  // A finding at a place of the file, outside of segments.
  void note(Code code, std::uint64_t offset, std::string message);
  // A finding at an element of a segment; 0: the segment.
  void note(Code code, const SegmentView& segment, std::size_t element, std::string message);
  // Severity and, where it is 0, the line are filled in.
  void tell(Finding finding);

 private:
  void begin_group(const SegmentView& segment);
  void begin_set(const SegmentView& segment);
  void end_set(const SegmentView& segment);
  void end_group(const SegmentView& segment);
  void end_interchange(const SegmentView& segment);
  void close_set(std::string_view why, std::uint64_t end_offset);
  void close_group(std::string_view why, std::uint64_t end_offset);
  void finish_group(std::uint64_t declared);
  void take_inside(const SegmentView& segment);
  void lose(const SegmentView& segment);
  void say_what_is_lost(bool set_trailer);
  void check_isa();

  Sink& sink_;
  Lexer& lexer_;
  const Policy& policy_;
  bool in_interchange_ = false, in_group_ = false, in_set_ = false, implied_group_ = false;
  InterchangeHead isa_;
  GroupHead gs_;
  SetHead st_;
  SetEnd set_;
  GroupEnd group_;
  InterchangeEnd interchange_;
  bool ta1_ = false;
  ControlNumbers sets_seen_, groups_seen_;
  std::set<std::string> interchanges_seen_;
  std::uint32_t interchanges_ = 0;
  // Segments in a row that stand nowhere.
  struct Lost {
    std::uint64_t offset = 0, end_offset = 0, segments = 0;
    std::string first, last;
  } lost_;
};

}  // namespace crossdock::x12
