#include "plugins/edi_x12/engine/lexer/tape.hpp"

#include <array>
#include <bit>
#include <cstdlib>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace crossdock::x12 {
namespace {

// The three masks of 64 bytes, one bit per byte.
struct Masks {
  std::uint64_t marks;  // element separators and segment terminators
  std::uint64_t ends;   // segment terminators
  std::uint64_t parts;  // component and repetition separators
  std::uint64_t low;    // below 0x20 or above 0x7F
};

struct Needles {
  char element, component, repetition, segment, segment2;
  explicit Needles(const Delimiters& d)
      : element(d.element),
        component(d.component),
        repetition(d.repetition == 0 ? d.component : d.repetition),
        segment(d.by_line() ? '\n' : d.segment),
        segment2(d.by_line() ? '\r' : d.segment) {}
};

// Writes the positions of the bits; eight at a time, because a branch per bit costs more than a few
// stores that mean nothing.
inline std::size_t flatten(std::uint32_t* out, std::size_t count, std::uint32_t base,
                           std::uint64_t bits) {
  const auto bits_set = static_cast<std::size_t>(std::popcount(bits));
  std::uint32_t* at = out + count;
  for (std::size_t done = 0; done < bits_set; done += 8) {
    for (int i = 0; i < 8; ++i) {
      *at++ = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
  return count + bits_set;
}

// State that goes from one block of 64 bytes to the next.
class Writer {
 public:
  explicit Writer(Tape& tape) : tape_(tape) {}

  inline void block(std::uint32_t base, Masks m) {
    const std::uint64_t low = m.low & ~m.marks;
    const std::uint64_t passed = m.ends | low;
    const std::uint64_t odd = (low & ~((passed << 1) | carry_)) | (m.parts & ~m.marks);
    carry_ = passed >> 63;
    for (std::uint64_t ends = m.ends; ends != 0; ends &= ends - 1) {
      tape_.ends[ends_++] =
          static_cast<std::uint32_t>(marks_) +
          static_cast<std::uint32_t>(std::popcount(m.marks & ((ends & (0 - ends)) - 1)));
    }
    marks_ = flatten(tape_.marks.get(), marks_, base, m.marks);
    if (odd != 0) {
      odd_ = flatten(tape_.odd.get(), odd_, base, odd);
    }
  }

  void finish() {
    tape_.mark_count = marks_;
    tape_.end_count = ends_;
    tape_.odd_count = odd_;
    tape_.odd[odd_] = UINT32_MAX;  // the walker needs no bound then
  }

 private:
  Tape& tape_;
  std::size_t marks_ = 0, ends_ = 0, odd_ = 0;
  std::uint64_t carry_ = 1;
};

inline Masks cut(Masks m, std::size_t bytes) {
  const std::uint64_t keep = bytes >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bytes) - 1;
  return {m.marks & keep, m.ends & keep, m.parts & keep, m.low & keep};
}

void scan_portable(const char* data, std::size_t size, const Needles& n, Tape& tape) {
  // One look-up per byte gives all four answers.
  std::array<std::uint8_t, 256> classes{};
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool end = c == n.segment || c == n.segment2;
    classes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(
        (end || c == n.element ? 1 : 0) | (end ? 2 : 0) |
        (c == n.component || c == n.repetition ? 4 : 0) | (i < 0x20 || i > 0x7F ? 8 : 0));
  }
  Writer out(tape);
  for (std::size_t at = 0; at < size; at += 64) {
    const std::size_t bytes = size - at < 64 ? size - at : 64;
    Masks m{};
    for (std::size_t i = 0; i < bytes; ++i) {
      const std::uint64_t c = classes[static_cast<unsigned char>(data[at + i])];
      m.marks |= (c & 1) << i;
      m.ends |= (c >> 1 & 1) << i;
      m.parts |= (c >> 2 & 1) << i;
      m.low |= (c >> 3 & 1) << i;
    }
    out.block(static_cast<std::uint32_t>(at), m);
  }
  out.finish();
}

#if defined(__x86_64__)
#define CROSSDOCK_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))

struct Vectors {
  __m256i element, component, repetition, segment, segment2, low;
};

CROSSDOCK_AVX2 inline Masks masks_of(const char* data, const Vectors& v) {
  const auto half = [&](const char* at) CROSSDOCK_AVX2 {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i ends =
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, v.segment), _mm256_cmpeq_epi8(bytes, v.segment2));
    const __m256i marks = _mm256_or_si256(ends, _mm256_cmpeq_epi8(bytes, v.element));
    const __m256i parts = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, v.component),
                                          _mm256_cmpeq_epi8(bytes, v.repetition));
    // Compared as signed numbers, bytes above 0x7F are below 0x20 too.
    const __m256i low = _mm256_cmpgt_epi8(v.low, bytes);
    const auto bits = [](const __m256i& x) CROSSDOCK_AVX2 {
      return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(x)));
    };
    return Masks{bits(marks), bits(ends), bits(parts), bits(low)};
  };
  const Masks a = half(data);
  const Masks b = half(data + 32);
  return {a.marks | b.marks << 32, a.ends | b.ends << 32, a.parts | b.parts << 32,
          a.low | b.low << 32};
}

CROSSDOCK_AVX2 __attribute__((flatten)) void scan_avx2(const char* data, std::size_t size,
                                                       const Needles& n, Tape& tape) {
  const Vectors v{_mm256_set1_epi8(n.element),    _mm256_set1_epi8(n.component),
                  _mm256_set1_epi8(n.repetition), _mm256_set1_epi8(n.segment),
                  _mm256_set1_epi8(n.segment2),   _mm256_set1_epi8(0x20)};
  Writer out(tape);
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    out.block(static_cast<std::uint32_t>(at), masks_of(data + at, v));
  }
  if (at < size) {
    out.block(static_cast<std::uint32_t>(at), cut(masks_of(data + at, v), size - at));
  }
  out.finish();
}
#endif

}  // namespace

void Tape::reserve(std::size_t bytes) {
  capacity = bytes;
  marks = std::make_unique_for_overwrite<std::uint32_t[]>(bytes + kTapeSlack);
  ends = std::make_unique_for_overwrite<std::uint32_t[]>(bytes + kTapeSlack);
  odd = std::make_unique_for_overwrite<std::uint32_t[]>(bytes + kTapeSlack);
  mark_count = end_count = odd_count = 0;
}

Way best_way() {
  static const Way kBest = [] {
    const char* portable = std::getenv("CROSSDOCK_X12_PORTABLE");
    if (portable != nullptr && *portable == '1') {
      return Way::portable;
    }
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt")) {
      return Way::avx2;
    }
#endif
    return Way::portable;
  }();
  return kBest;
}

std::string_view to_string(Way way) { return way == Way::avx2 ? "avx2" : "portable"; }

void scan(const char* data, std::size_t size, const Delimiters& delimiters, Way way, Tape& tape) {
  const Needles needles(delimiters);
#if defined(__x86_64__)
  if (way == Way::avx2) {
    scan_avx2(data, size, needles, tape);
    return;
  }
#endif
  (void)way;
  scan_portable(data, size, needles, tape);
}

}  // namespace crossdock::x12
