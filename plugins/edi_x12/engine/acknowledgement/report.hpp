// What an acknowledgement must know of a received interchange, without its data: the envelope's
// numbers, each set's status, and what was found. Collected while reading.
//
// Plain values. A set's findings are bounded by the checker.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "plugins/edi_x12/engine/document/document.hpp"
#include "plugins/edi_x12/engine/reader/events.hpp"

namespace crossdock::x12 {

struct SetReport {
  std::string type;        // ST01
  std::string control;     // ST02
  std::string convention;  // ST03
  char status = 'R';       // AK501
  // The number by which people know the document (BEG03 of an 850), and where it stands.
  std::string business_number;
  std::string business_segment;
  std::vector<Finding> findings;
};

struct GroupReport {
  GroupHead head;
  GroupEnd end;
  std::vector<SetReport> sets;
  std::vector<Finding> findings;
  char status() const { return end.status(); }  // AK901
};

struct InterchangeReport {
  InterchangeHead head;
  InterchangeEnd end;
  std::vector<GroupReport> groups;
  std::vector<Finding> findings;
};

// Hands on a report at the end of each interchange.
class ReportSink final : public Sink {
 public:
  using Take = std::function<void(InterchangeReport)>;
  explicit ReportSink(Take take) : take_(std::move(take)) {}

  void interchange_begins(const InterchangeHead& head) override;
  void group_begins(const GroupHead& head) override;
  void set_begins(const SetHead& head) override;
  void segment(const SegmentView& segment, std::uint32_t position) override;
  void set_ends(const SetEnd& end) override;
  void group_ends(const GroupEnd& end) override;
  void interchange_ends(const InterchangeEnd& end) override;
  void finding(const Finding& finding) override;

 private:
  Take take_;
  InterchangeReport report_;
  bool in_interchange_ = false, in_group_ = false, in_set_ = false;
};

// The same of a tree, for those who have one.
InterchangeReport report_of(const Interchange& interchange);
GroupReport report_of(const Group& group);

}  // namespace crossdock::x12
