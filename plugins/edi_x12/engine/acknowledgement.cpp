#include "plugins/edi_x12/engine/acknowledgement.hpp"

#include <algorithm>

#include "plugins/edi_x12/engine/grammar.hpp"

namespace crossdock::x12 {

char GroupVerdict::status() const {
  const auto rejected =
      std::count_if(sets.begin(), sets.end(), [](const auto& s) { return s.status == 'R'; });
  const auto flawed =
      std::count_if(sets.begin(), sets.end(), [](const auto& s) { return s.status == 'E'; });
  if (static_cast<std::size_t>(rejected) == sets.size() || sets.empty()) {
    return 'R';
  }
  if (rejected > 0) {
    return 'P';
  }
  return flawed > 0 || !findings.empty() ? 'E' : 'A';
}

GroupVerdict judge(const Group& group) {
  GroupVerdict out;
  out.functional_id = group.functional_id;
  out.control = group.control;
  out.findings = group.findings;
  out.declared = group.sets.size();
  for (const auto& set : group.sets) {
    SetVerdict verdict;
    verdict.type = set.type;
    verdict.control = set.control;
    verdict.findings = set.findings;
    auto more = check(set, group.functional_id);
    verdict.findings.insert(verdict.findings.end(), more.begin(), more.end());
    // What is torn or breaks the grammar is not used in part.
    const bool wrong =
        !set.whole || std::any_of(verdict.findings.begin(), verdict.findings.end(),
                                  [](const Finding& f) { return f.severity == Severity::error; });
    verdict.status = wrong ? 'R' : verdict.findings.empty() ? 'A' : 'E';
    out.sets.push_back(std::move(verdict));
  }
  return out;
}

std::string write_997(const GroupVerdict& verdict, const EnvelopeSettings& settings,
                      Control control) {
  Writer out(settings, control, "FA", "997");
  out.segment("AK1", {verdict.functional_id, verdict.control});
  std::size_t accepted = 0;
  for (const auto& set : verdict.sets) {
    out.segment("AK2", {set.type, set.control});
    std::vector<std::string> set_codes;
    for (const auto& finding : set.findings) {
      if (finding.segment == 0 || finding.segment_id.empty() || finding.segment_id == "SE" ||
          finding.segment_id == "ST") {
        if (!finding.ack_code.empty() && set_codes.size() < 5 &&
            std::find(set_codes.begin(), set_codes.end(), finding.ack_code) == set_codes.end()) {
          set_codes.push_back(finding.ack_code);
        }
        continue;
      }
      // AK304 8: the segment has element errors; else the segment's own code.
      out.segment("AK3", {finding.segment_id, std::to_string(finding.segment), "",
                          finding.element == 0 ? std::string_view(finding.ack_code)
                                               : std::string_view("8")});
      if (finding.element != 0) {
        out.segment("AK4", {std::to_string(finding.element), "", finding.ack_code});
      }
    }
    std::vector<std::string> ak5{std::string(1, set.status)};
    if (set.status == 'R' && set_codes.empty()) {
      set_codes.emplace_back("5");  // one or more segments in error
    }
    ak5.insert(ak5.end(), set_codes.begin(), set_codes.end());
    out.segment("AK5", ak5);
    accepted += set.status != 'R' ? 1 : 0;
  }
  std::vector<std::string> ak9{std::string(1, verdict.status()), std::to_string(verdict.declared),
                               std::to_string(verdict.sets.size()), std::to_string(accepted)};
  for (const auto& finding : verdict.findings) {
    if (!finding.ack_code.empty() && ak9.size() < 9) {
      ak9.push_back(finding.ack_code);
    }
  }
  out.segment("AK9", ak9);
  return out.finish();
}

}  // namespace crossdock::x12
