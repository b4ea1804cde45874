#include "plugins/edi_x12/engine/acknowledgement/report.hpp"

#include <algorithm>
#include <utility>

namespace crossdock::x12 {
namespace {

// Where the second segment of a set holds the number that people call the document by.
struct Business {
  std::string_view segment;
  std::size_t element;
};
constexpr Business kBusiness[] = {
    {"BEG", 3}, {"BAK", 3}, {"BCH", 3}, {"BCA", 3}, {"BSN", 2}, {"BIG", 2},  {"BIA", 3},
    {"BCT", 2}, {"G50", 3}, {"G01", 2}, {"W05", 2}, {"W06", 2}, {"W17", 3},  {"W15", 2},
    {"B2", 4},  {"B3", 2},  {"B10", 2}, {"B1", 2},  {"BGN", 2}, {"BPR", 16}, {"BCD", 2},
};

template <class Segment>
void note_business(SetReport& out, const Segment& segment, std::string_view id) {
  const auto* known = std::find_if(std::begin(kBusiness), std::end(kBusiness),
                                   [&](const Business& one) { return one.segment == id; });
  if (known != std::end(kBusiness)) {
    out.business_number = segment.at(known->element);
    out.business_segment =
        std::string(id) + (known->element < 10 ? "0" : "") + std::to_string(known->element);
  }
}

}  // namespace

void ReportSink::interchange_begins(const InterchangeHead& head) {
  report_ = InterchangeReport{};
  report_.head = head;
  in_interchange_ = true;
}

void ReportSink::group_begins(const GroupHead& head) {
  report_.groups.emplace_back().head = head;
  in_group_ = true;
}

void ReportSink::set_begins(const SetHead& head) {
  SetReport& set = report_.groups.back().sets.emplace_back();
  set.type = head.type;
  set.control = head.control;
  set.convention = head.convention;
  in_set_ = true;
}

void ReportSink::segment(const SegmentView& segment, std::uint32_t position) {
  if (position == 2) {
    note_business(report_.groups.back().sets.back(), segment, segment.id());
  }
}

void ReportSink::set_ends(const SetEnd& end) {
  report_.groups.back().sets.back().status = end.status();
  in_set_ = false;
}

void ReportSink::group_ends(const GroupEnd& end) {
  report_.groups.back().end = end;
  in_group_ = false;
}

void ReportSink::interchange_ends(const InterchangeEnd& end) {
  report_.end = end;
  in_interchange_ = false;
  take_(std::exchange(report_, InterchangeReport{}));
}

void ReportSink::finding(const Finding& finding) {
  const Level level = facts(finding.code).level;
  if (in_set_ && level >= Level::set) {
    report_.groups.back().sets.back().findings.push_back(finding);
  } else if (in_group_ && level >= Level::group) {
    report_.groups.back().findings.push_back(finding);
  } else if (in_interchange_ && level >= Level::interchange) {
    report_.findings.push_back(finding);
  }
}

GroupReport report_of(const Group& group) {
  GroupReport out;
  out.head = group.head;
  out.end = group.end;
  out.findings = group.findings;
  for (const auto& set : group.sets) {
    SetReport one;
    one.type = set.type;
    one.control = set.control;
    one.convention = set.head.convention;
    one.status = set.status;
    one.findings = set.findings;
    if (set.segments.size() > 1) {
      note_business(one, set.segments[1], set.segments[1].id);
    }
    out.sets.push_back(std::move(one));
  }
  return out;
}

InterchangeReport report_of(const Interchange& interchange) {
  InterchangeReport out;
  out.head = interchange.head;
  out.end = interchange.end;
  out.findings = interchange.findings;
  for (const auto& group : interchange.groups) {
    out.groups.push_back(report_of(group));
  }
  return out;
}

}  // namespace crossdock::x12
