// What reading tells, as it goes: interchanges, groups, sets, segments, and what is wrong with
// them. A sink takes them; sinks can stand behind each other (the checker stands between the reader
// and whoever wants the result).
//
// All on the reader's thread. Views are valid during the call.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "plugins/edi_x12/engine/finding.hpp"
#include "plugins/edi_x12/engine/lexer/lexer.hpp"

namespace crossdock::x12 {

// The ISA. Elements as they stand, padding included.
struct InterchangeHead {
  std::uint32_t index = 0;   // in the file, from 1
  std::uint64_t offset = 0;  // bytes of the file before it
  std::uint64_t line = 0;    // from 1
  Delimiters delimiters;
  std::array<std::string, 16> isa;

  // ISA element by its number, without padding.
  std::string_view at(std::size_t number) const;
  std::string_view sender_qualifier() const { return at(5); }
  std::string_view sender() const { return at(6); }
  std::string_view receiver_qualifier() const { return at(7); }
  std::string_view receiver() const { return at(8); }
  std::string_view version() const { return at(12); }
  std::string_view control() const { return at(13); }
  bool acknowledgement_wanted() const { return at(14) == "1"; }
  bool test() const { return at(15) == "T"; }
};

struct GroupHead {
  std::uint32_t index = 0;  // in the interchange, from 1
  std::uint64_t offset = 0;
  std::uint64_t line = 0;
  std::string functional_id;  // GS01
  std::string sender;         // GS02
  std::string receiver;       // GS03
  std::string date;           // GS04
  std::string time;           // GS05
  std::string control;        // GS06
  std::string agency;         // GS07
  std::string version;        // GS08
};

struct SetHead {
  std::uint32_t index = 0;  // in the group, from 1
  std::uint64_t offset = 0;
  std::uint64_t line = 0;
  std::string type;        // ST01
  std::string control;     // ST02
  std::string convention;  // ST03
};

// How many findings of each kind.
struct Weight {
  std::uint32_t notices = 0;
  std::uint32_t warnings = 0;
  std::uint32_t errors = 0;
  void add(Severity severity) {
    ++(severity == Severity::error ? errors : severity == Severity::warning ? warnings : notices);
  }
  void add(const Weight& other) {
    notices += other.notices;
    warnings += other.warnings;
    errors += other.errors;
  }
};

struct SetEnd {
  std::uint32_t segments = 0;    // ST and SE included, as far as they are there
  std::uint64_t offset = 0;      // bytes of the file before the ST
  std::uint64_t end_offset = 0;  // bytes of the file before what follows the set
  Weight weight;
  // AK501: A accepted, E accepted with errors noted, R rejected.
  char status() const { return weight.errors != 0 ? 'R' : weight.warnings != 0 ? 'E' : 'A'; }
};

struct GroupEnd {
  std::uint64_t declared = 0;  // GE01; the number of sets where GE is missing
  std::uint32_t sets = 0;
  std::uint32_t accepted = 0;  // with status A or E
  std::uint32_t flawed = 0;    // of these, with status E
  std::uint32_t rejected = 0;
  Weight weight;  // of the group itself, not of its sets
  // AK901: A, E, P partially accepted, R.
  char status() const;
};

struct InterchangeEnd {
  std::uint32_t groups = 0;
  std::uint64_t segments = 0;  // ISA and IEA included
  std::uint64_t end_offset = 0;
  Weight weight;  // of the interchange itself
  // TA104: A, E, R.
  char status() const { return weight.errors != 0 ? 'R' : weight.warnings != 0 ? 'E' : 'A'; }
};

class Sink {
 public:
  virtual ~Sink() = default;
  // Before all else. The lexer knows the line of a byte; it outlives the reading.
  virtual void reading(Lexer&) {}
  virtual void interchange_begins(const InterchangeHead&) {}
  // TA1 and other segments between ISA and the first GS.
  virtual void interchange_segment(const SegmentView&) {}
  virtual void group_begins(const GroupHead&) {}
  virtual void set_begins(const SetHead&) {}
  // Every segment of a set, ST and SE included; `position` counts from 1.
  virtual void segment(const SegmentView&, std::uint32_t position) { (void)position; }
  // Several of them in a row (one at least), for those who can take them faster so; all are valid
  // during the call.
  // Their bytes stand in one piece of memory, one segment behind the other, and so do their marks.
  // Who stands between may note in them what it found (SegmentView::node, present).
  virtual void segments(std::span<SegmentView> run, std::uint32_t first_position) {
    for (const auto& one : run) {
      segment(one, first_position++);
    }
  }
  virtual void set_ends(const SetEnd&) {}
  virtual void group_ends(const GroupEnd&) {}
  virtual void interchange_ends(const InterchangeEnd&) {}
  // Belongs to the innermost of set, group and interchange that is open, unless facts(code).level
  // names an outer one.
  virtual void finding(const Finding&) {}
  // Text that a sink made of a set and hands on before the set ends, as a line of output; `kind` is
  // its own number for what it is.
  virtual void made(std::string_view text, std::uint8_t kind) {
    (void)text;
    (void)kind;
  }
};

}  // namespace crossdock::x12
