#include "plugins/edi_x12/engine/writer/batch.hpp"

#include <algorithm>
#include <utility>

namespace crossdock::x12 {
namespace {

// ISA, GS, GE and IEA with line ends, at most.
constexpr std::size_t kEnvelope = 260;

void write_set(InterchangeWriter& out, const OutgoingSet& set, std::uint64_t control) {
  out.begin_set(set.type, control, set.convention);
  for (const auto& line : set.segments) {
    out.segment(line.id, {line.elements.begin(), line.elements.end()});
  }
  out.end_set();
}

}  // namespace

Batch::Batch(EnvelopeSettings settings, BatchLimits limits, ControlNumberSource& numbers,
             std::function<void(std::string)> give)
    : settings_(std::move(settings)), limits_(limits), numbers_(numbers), give_(std::move(give)) {}

// Also the proof that the set can be written: nothing that was gathered fails because of it later.
std::size_t Batch::size_of(const OutgoingSet& set) const {
  InterchangeWriter trial(settings_, 1);
  trial.begin_group(set.functional_id, 1);
  write_set(trial, set, 1);
  return trial.finish().size() - kEnvelope / 2;
}

void Batch::add(const OutgoingSet& set) {
  const std::size_t size = size_of(set);
  const bool full =
      (limits_.sets != 0 && gathered_.size() >= limits_.sets) ||
      (limits_.bytes != 0 && !gathered_.empty() && bytes_ + size + kEnvelope > limits_.bytes);
  if (full) {
    finish();
  }
  gathered_.push_back(set);
  bytes_ += size;
}

void Batch::finish() {
  if (gathered_.empty()) {
    return;
  }
  InterchangeWriter out(settings_, numbers_.next_interchange());
  // A group per kind, in the order in which the kinds came first; sets keep their order.
  std::vector<std::string> kinds;
  for (const auto& set : gathered_) {
    if (std::find(kinds.begin(), kinds.end(), set.functional_id) == kinds.end()) {
      kinds.push_back(set.functional_id);
    }
  }
  for (const auto& kind : kinds) {
    out.begin_group(kind, numbers_.next_group());
    std::uint64_t control = 0;
    for (const auto& set : gathered_) {
      if (set.functional_id == kind) {
        write_set(out, set, ++control);
      }
    }
    out.end_group();
  }
  gathered_.clear();
  bytes_ = 0;
  give_(out.finish());
}

}  // namespace crossdock::x12
