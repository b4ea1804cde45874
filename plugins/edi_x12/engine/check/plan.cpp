#include "plugins/edi_x12/engine/check/plan.hpp"

#include <bit>

#include "plugins/edi_x12/engine/check/balance.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace crossdock::x12 {
namespace {

constexpr std::size_t kLanes = 8;

std::size_t padded_to_lanes(std::size_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

LengthMasks lengths_portable(const SegmentView& s, std::size_t count, const SegmentPlan& plan) {
  LengthMasks out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t length = s.marks[i + 1] - s.marks[i] - 1;
    const std::uint64_t present = length != 0 ? 1 : 0;
    const std::uint64_t wrong = length < plan.least[i] || length > plan.most[i] ? 1 : 0;
    out.present |= present << i;
    out.wrong |= (present & wrong) << i;
  }
  return out;
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,bmi2"))) LengthMasks lengths_avx2(const SegmentView& s,
                                                                  std::size_t count,
                                                                  const SegmentPlan& plan) {
  LengthMasks out;
  const __m256i one = _mm256_set1_epi32(1);
  const __m256i zero = _mm256_setzero_si256();
  for (std::size_t i = 0; i < count; i += kLanes) {
    // Marks behind the segment's own are readable; what they give is cut off below.
    const auto at = [&](const std::uint32_t* from) __attribute__((target("avx2"))) {
      return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    };
    const __m256i length =
        _mm256_sub_epi32(_mm256_sub_epi32(at(s.marks + i + 1), at(s.marks + i)), one);
    const __m256i empty = _mm256_cmpeq_epi32(length, zero);
    const __m256i wrong = _mm256_or_si256(_mm256_cmpgt_epi32(at(plan.least + i), length),
                                          _mm256_cmpgt_epi32(length, at(plan.most + i)));
    const auto bits = [](const __m256i& lanes) __attribute__((target("avx2"))) {
      return static_cast<std::uint64_t>(
          static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(lanes))));
    };
    const std::uint64_t present = ~bits(empty) & 0xff;
    out.present |= present << i;
    out.wrong |= (bits(wrong) & present) << i;
  }
  const std::uint64_t own = count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  out.present &= own;
  out.wrong &= own;
  return out;
}
#endif

}  // namespace

LengthMasks lengths(const SegmentView& s, std::size_t count, const SegmentPlan& plan, Way way) {
#if defined(__x86_64__)
  if (way == Way::avx2) {
    return lengths_avx2(s, count, plan);
  }
#endif
  (void)way;
  return lengths_portable(s, count, plan);
}

Plans::Plans(const Grammar& grammar) {
  const auto segments = grammar.segments();
  std::size_t room = 0;
  for (const auto& def : segments) {
    room += 2 * padded_to_lanes(def.uses);
  }
  lengths_.assign(room, 0);
  plans_.reserve(segments.size());
  const int bits = std::bit_width(segments.size() * 4);
  shift_ = 32 - bits;
  table_.assign(std::size_t{1} << bits, {});
  std::size_t next = 0;
  for (const auto& def : segments) {
    SegmentPlan& plan = plans_.emplace_back();
    const auto uses = grammar.uses(def);
    plan.def = &def;
    plan.index = grammar.index_of(def);
    plan.uses = uses.data();
    plan.conditions = grammar.conditions(def).data();
    plan.typed_plain = def.typed & ~def.composite;
    for (std::size_t i = 0; i + 1 < uses.size(); ++i) {
      if (grammar.element(uses[i].element).number == "235" &&
          grammar.element(uses[i + 1].element).number == "234") {
        plan.products |= std::uint64_t{1} << i;
      }
    }
    plan.watched = Balance::watches(def.key);
    const std::size_t width = padded_to_lanes(uses.size());
    std::uint32_t* least = lengths_.data() + next;
    std::uint32_t* most = least + width;
    next += 2 * width;
    for (std::size_t i = 0; i < uses.size(); ++i) {
      const bool composite = uses[i].type == ElementType::composite;
      least[i] = composite ? 0 : uses[i].min;
      most[i] = composite ? INT32_MAX : std::min<std::uint32_t>(uses[i].max, INT32_MAX);
    }
    plan.least = least;
    plan.most = most;
    std::size_t at = (def.key * 0x9E3779B1u) >> shift_;
    while (table_[at].key != 0) {
      at = (at + 1) & (table_.size() - 1);
    }
    table_[at] = {def.key, &plan};
  }
}

}  // namespace crossdock::x12
