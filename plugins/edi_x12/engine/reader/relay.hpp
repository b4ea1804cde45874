// What stands between two sinks and looks at some of what passes: derive from it and override what
// is looked at; all else is handed on.
//
// On the thread of whoever tells it.
#pragma once

#include "plugins/edi_x12/engine/reader/events.hpp"

namespace crossdock::x12 {

class Relay : public Sink {
 public:
  // Borrowed.
  explicit Relay(Sink& next) : next_(next) {}
  Relay(const Relay&) = delete;  // a relay behind another is its next one, not its model
  Relay& operator=(const Relay&) = delete;

  void reading(Lexer& lexer) override { next_.reading(lexer); }
  void interchange_begins(const InterchangeHead& head) override { next_.interchange_begins(head); }
  void interchange_segment(const SegmentView& segment) override {
    next_.interchange_segment(segment);
  }
  void group_begins(const GroupHead& head) override { next_.group_begins(head); }
  void set_begins(const SetHead& head) override { next_.set_begins(head); }
  void segment(const SegmentView& segment, std::uint32_t position) override {
    next_.segment(segment, position);
  }
  void segments(std::span<SegmentView> run, std::uint32_t first_position) override {
    next_.segments(run, first_position);
  }
  void set_ends(const SetEnd& end) override { next_.set_ends(end); }
  void group_ends(const GroupEnd& end) override { next_.group_ends(end); }
  void interchange_ends(const InterchangeEnd& end) override { next_.interchange_ends(end); }
  void finding(const Finding& finding) override { next_.finding(finding); }
  void made(std::string_view text, std::uint8_t kind) override { next_.made(text, kind); }

 protected:
  Sink& next_;
};

}  // namespace crossdock::x12
