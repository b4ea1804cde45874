#include "plugins/edi_x12/exchange/received_file.hpp"

#include "plugins/edi_x12/engine/document/document.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"

namespace crossdock::edi {
namespace {

// Stands behind the checker: collects, and tells reader and checker by whose severities to judge.
class Collector final : public x12::Sink {
 public:
  Collector(std::string_view bytes, TradingPartners& partners, ReceivedFile& out)
      : bytes_(bytes),
        partners_(partners),
        out_(out),
        report_([this](x12::InterchangeReport report) {
          out_.interchanges.back().report = std::move(report);
        }),
        canonical_(partners.documents(), {}, false,
                   [this](const x12::CanonicalResult& result) { take(result); }) {}

  const x12::Policy& policy() const { return policy_; }

  void interchange_begins(const x12::InterchangeHead& head) override {
    auto& one = out_.interchanges.emplace_back();
    one.partner = partners_.from(head);
    head_ = head;
    judge_for(one.partner);
    in_interchange_ = true;
    report_.interchange_begins(head);
    canonical_.interchange_begins(head);
  }
  void interchange_segment(const x12::SegmentView& segment) override {
    if (segment.id() == "TA1") {
      out_.interchanges.back().acknowledgements.push_back(x12::read_ta1(segment));
    }
    report_.interchange_segment(segment);
  }
  void group_begins(const x12::GroupHead& head) override {
    auto& interchange = out_.interchanges.back();
    auto& group = interchange.groups.emplace_back();
    // A set outside of every group has none that says whose it is.
    group.partner = head.functional_id.empty() ? interchange.partner : partners_.from(head_, head);
    judge_for(group.partner);
    report_.group_begins(head);
    canonical_.group_begins(head);
  }
  void set_begins(const x12::SetHead& head) override {
    if (++sets_ > kMostSets) {
      throw x12::ReadError("the file holds more than 200,000 sets");
    }
    out_.interchanges.back().groups.back().sets.emplace_back();
    acknowledges_ = x12::AcknowledgementReader::reads(head.type);
    report_.set_begins(head);
    canonical_.set_begins(head);
  }
  void segment(const x12::SegmentView& segment, std::uint32_t position) override {
    if (acknowledges_) {
      acknowledgement_.segment(segment);
    }
    report_.segment(segment, position);
    canonical_.segment(segment, position);
  }
  void set_ends(const x12::SetEnd& end) override {
    auto& set = out_.interchanges.back().groups.back().sets.back();
    set.bytes = bytes_.substr(end.offset, end.end_offset - end.offset);
    if (acknowledges_) {
      set.acknowledgements = acknowledgement_.take();
    }
    report_.set_ends(end);
    canonical_.set_ends(end);
  }
  void group_ends(const x12::GroupEnd& end) override {
    judge_for(out_.interchanges.back().partner);
    report_.group_ends(end);
  }
  void interchange_ends(const x12::InterchangeEnd& end) override {
    out_.interchanges.back().bytes = bytes_.substr(head_.offset, end.end_offset - head_.offset);
    report_.interchange_ends(end);
    in_interchange_ = false;
    judge_for(nullptr);
  }
  void finding(const x12::Finding& finding) override {
    if (!in_interchange_ || x12::facts(finding.code).level == x12::Level::file) {
      out_.findings.push_back(finding);
    }
    report_.finding(finding);
  }

 private:
  void judge_for(const TradingPartner* partner) {
    policy_ = partner == nullptr ? x12::Policy() : partner->policy;
  }

  void take(const x12::CanonicalResult& result) {
    auto& set = out_.interchanges.back().groups.back().sets.back();
    set.table = result.table;
    if (!result.data.empty()) {
      set.documents.emplace_back(result.data);
    }
    if (result.problems != nullptr) {
      set.problems = *result.problems;
    }
    if (result.unmapped != nullptr) {
      set.unmapped = *result.unmapped;
    }
  }

  std::string_view bytes_;
  TradingPartners& partners_;
  ReceivedFile& out_;
  x12::Policy policy_;
  x12::ReportSink report_;
  x12::CanonicalSink canonical_;
  x12::AcknowledgementReader acknowledgement_;
  x12::InterchangeHead head_;
  std::size_t sets_ = 0;
  bool in_interchange_ = false;
  bool acknowledges_ = false;
};

}  // namespace

ReceivedFile read_received(std::string_view bytes, TradingPartners& partners) {
  ReceivedFile out;
  if (bytes.size() > x12::kLargestInterchangeFile) {
    out.fault = "the file is larger than 64 MiB";
    return out;
  }
  Collector collector(bytes, partners, out);
  x12::Checker checker(collector, partners.documents().choice(), collector.policy());
  x12::MemorySource source(bytes);
  try {
    x12::Reader(source, checker, collector.policy()).run();
  } catch (const x12::ReadError& fault) {
    out = ReceivedFile{};
    out.fault = fault.what();
  }
  return out;
}

}  // namespace crossdock::edi
