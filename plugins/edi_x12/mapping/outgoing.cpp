#include "plugins/edi_x12/mapping/outgoing.hpp"

#include "plugins/edi_x12/mapping/from_canonical.hpp"

namespace crossdock::x12 {

Outgoing OutgoingDocuments::make(const Profile* profile, const std::string& version,
                                 const std::string& set, std::string_view json) {
  Outgoing out;
  const auto grammar = partners_.grammar(profile, version);
  const auto* table = partners_.mappings(profile).find(set);
  const auto* known = grammar ? grammar->find_set(set) : nullptr;
  if (table == nullptr || known == nullptr) {
    out.problems.push_back(!grammar           ? "release " + version + " is not at hand"
                           : table == nullptr ? "there is no mapping for set " + set
                                              : "release " + version + " has no set " + set);
    return out;
  }
  const MapTable* fitted = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto& own = fitted_[{table, grammar.get()}];
    if (own.set.empty()) {
      own = fit(*table, *grammar);
    }
    fitted = &own;
  }
  auto written = write_set(*fitted, json);
  out.problems = std::move(written.problems);
  out.unclaimed = std::move(written.unclaimed);
  if (!out.problems.empty()) {
    return out;
  }
  out.set.functional_id = known->functional_id;
  out.set.type = set;
  for (auto& segment : written.segments) {
    if (profile != nullptr) {
      for (std::size_t n = 0; n < segment.elements.size(); ++n) {
        auto& element = segment.elements[n];
        const auto his = profile->outgoing(segment.id, static_cast<unsigned>(n + 1), element);
        if (his != element) {
          element = std::string(his);
        }
      }
    }
    out.set.segments.push_back({std::move(segment.id), std::move(segment.elements)});
  }
  return out;
}

Foreseen foresee(std::string_view interchange, const std::shared_ptr<const Grammar>& grammar) {
  Foreseen out;
  const auto read = read_checked(
      interchange, [&](const InterchangeHead&, const GroupHead&) { return grammar; }, Policy());
  for (const auto& one : read.interchanges) {
    for (const auto& group : one.groups) {
      for (const auto& set : group.sets) {
        for (const auto& finding : set.findings) {
          if (finding.severity != Severity::notice) {
            out.findings.push_back(std::string(set.type) + " " + std::string(set.control) + ": " +
                                   finding.message);
          }
        }
        out.rejected = out.rejected || set.status == 'R';
      }
    }
  }
  return out;
}

}  // namespace crossdock::x12
