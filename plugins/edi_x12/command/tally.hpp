// Counts of a file as it is read: what stands in the last line of every output.
#pragma once

#include "plugins/edi_x12/engine/reader/events.hpp"

namespace crossdock::x12::command {

struct Tally {
  std::uint64_t interchanges = 0, groups = 0, sets = 0, segments = 0;
  std::uint64_t accepted = 0;     // A
  std::uint64_t with_errors = 0;  // E
  std::uint64_t rejected = 0;     // R
  std::uint64_t notices = 0, warnings = 0, errors = 0;

  void add(const SetEnd& end) {
    ++sets;
    ++(end.status() == 'R' ? rejected : end.status() == 'E' ? with_errors : accepted);
  }
  void add(Severity severity) {
    ++(severity == Severity::error ? errors : severity == Severity::warning ? warnings : notices);
  }
  void add(const Tally& other) {
    interchanges += other.interchanges;
    groups += other.groups;
    sets += other.sets;
    segments += other.segments;
    accepted += other.accepted;
    with_errors += other.with_errors;
    rejected += other.rejected;
    notices += other.notices;
    warnings += other.warnings;
    errors += other.errors;
  }
  // Nothing was rejected and nothing lost.
  bool good() const { return rejected == 0 && errors == 0; }
};

// A sink that counts; outputs derive from it.
class Counting : public Sink {
 public:
  const Tally& tally() const { return tally_; }

  void interchange_begins(const InterchangeHead&) override { ++tally_.interchanges; }
  void group_begins(const GroupHead&) override { ++tally_.groups; }
  void set_ends(const SetEnd& end) override { tally_.add(end); }
  void interchange_ends(const InterchangeEnd& end) override { tally_.segments += end.segments; }
  void finding(const Finding& finding) override { tally_.add(finding.severity); }

 private:
  Tally tally_;
};

}  // namespace crossdock::x12::command
