#include "plugins/edi_x12/engine/check/plan.hpp"

#include <algorithm>
#include <bit>

#include "plugins/edi_x12/engine/check/balance.hpp"
#include "plugins/edi_x12/engine/check/elements.hpp"

namespace crossdock::x12 {
namespace {

std::size_t padded_to_lanes(std::size_t count) {
  return (count + kElementLanes - 1) / kElementLanes * kElementLanes;
}

// "Both or none" of element n and n + 1: bit n-1; 0 for every other condition.
std::uint64_t neighbours(const Condition& one) {
  const std::uint64_t first = one.mask & (0 - one.mask);
  return one.kind == 'P' && one.mask == (first | first << 1) ? first : 0;
}

}  // namespace

Plans::Plans(const Grammar& grammar) : grammar_(grammar) {
  const auto segments = grammar.segments();
  std::size_t lanes = 0, elements = 0, conditions = 0;
  for (const auto& def : segments) {
    lanes += 2 * padded_to_lanes(def.uses);
    elements += def.uses;
    conditions += def.conditions;
  }
  // Plans point into these: their size is final.
  lengths_.assign(lanes, 0);
  codes_.reserve(elements);
  last_codes_.assign(elements, {});
  others_.reserve(conditions);
  plans_.reserve(segments.size());
  std::size_t next = 0;
  for (const auto& def : segments) {
    SegmentPlan& plan = plans_.emplace_back();
    const auto uses = grammar.uses(def);
    plan.def = &def;
    plan.uses = uses.data();
    plan.conditions = grammar.conditions(def).data();
    plan.others = others_.data() + others_.size();
    for (const auto& one : grammar.conditions(def)) {
      if (const auto pair = neighbours(one)) {
        plan.neighbours |= pair;
      } else {
        others_.push_back(one);
        ++plan.other_count;
      }
    }
    plan.codes = codes_.data() + codes_.size();
    plan.last_codes = last_codes_.data() + codes_.size();
    const std::size_t width = padded_to_lanes(uses.size());
    std::uint32_t* least = lengths_.data() + next;
    std::uint32_t* most = least + width;
    next += 2 * width;
    plan.least = least;
    plan.most = most;
    for (std::size_t i = 0; i < uses.size(); ++i) {
      const auto type = uses[i].type;
      const std::uint64_t bit = std::uint64_t{1} << i;
      const bool composite = type == ElementType::composite;
      plan.decimals |= type == ElementType::R ? bit : 0;
      plan.numbers |= type == ElementType::R || is_n(type) ? bit : 0;
      plan.dates |= type == ElementType::DT ? bit : 0;
      plan.times |= type == ElementType::TM ? bit : 0;
      if (i + 1 < uses.size() && grammar.element(uses[i].element).number == "235" &&
          grammar.element(uses[i + 1].element).number == "234") {
        plan.products |= bit;
      }
      if (uses[i].codes != kNone && !composite) {
        (uses[i].max < 8 ? plan.coded : plan.coded_longer) |= bit;
      }
      codes_.push_back(uses[i].codes == kNone ? nullptr : &grammar.code_list(uses[i].codes));
      least[i] = composite ? 0 : uses[i].min;
      most[i] = composite ? INT32_MAX : std::min<std::uint32_t>(uses[i].max, INT32_MAX);
    }
  }
  sets_.resize(grammar.sets().size());
}

const SetPlan& Plans::of(const SetDef& set) {
  SetPlan& plan = sets_[static_cast<std::size_t>(&set - grammar_.sets().data())];
  if (!plan.entries_) {
    make(set, plan);
  }
  return plan;
}

void Plans::make(const SetDef& set, SetPlan& plan) {
  plan.width_ = set.slot_segments.size();
  const auto bits = static_cast<int>(std::bit_width(plan.width_ * 4));
  plan.shift_ = 32 - bits;
  plan.mask_ = (std::size_t{1} << bits) - 1;
  plan.entries_ = std::make_unique<SetPlan::Entry[]>(plan.mask_ + 1);
  for (std::size_t slot = 0; slot < plan.width_; ++slot) {
    SegmentPlan& segment = plans_[set.slot_segments[slot]];
    const auto key = segment.def->key;
    std::size_t at = (key * 0x9E3779B1U) >> plan.shift_;
    while (plan.entries_[at].key != 0) {
      at = (at + 1) & plan.mask_;
    }
    plan.entries_[at] = {key, static_cast<std::uint16_t>(slot), Balance::roles(set.id, key),
                         &segment};
  }
  for (std::size_t from = 0; from < set.nodes.size(); ++from) {
    for (std::size_t slot = 0; slot < plan.width_; ++slot) {
      const Step step =
          set.step(static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(slot));
      Move move;
      if (step.ok()) {
        const auto to = step.node();
        const Node& line = set.nodes[to];
        // Coming from inside of a loop to its first segment is one more use of it; from elsewhere,
        // the first one.
        const bool again = from >= to && from < line.end;
        const bool plain = !step.skips_mandatory() && !line.unused;
        move.row = plan.row(to);
        move.packed = to | (plain ? Move::kPlain : 0) | (again ? Move::kAgain : 0);
      }
      plan.moves_.push_back(move);
    }
    const auto most = set.nodes[from].most;
    plan.limits_.push_back(most == 0 ? UINT32_MAX : most);
  }
}

}  // namespace crossdock::x12
