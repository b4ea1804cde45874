#include "plugins/edi_x12/engine/lexer/tape.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace crossdock::x12 {
namespace {

// Byte by byte, without a branch: every position is stored and counted only where it is meant.
void scan_portable(const char* data, std::size_t first, std::size_t size,
                   const std::array<std::uint8_t, 256>& classes, Tape& tape) {
  std::uint32_t* const mark_at = tape.marks.get();
  std::uint32_t* const end_at = tape.ends.get();
  std::uint32_t* const odd_at = tape.odd.get();
  std::size_t marks = 0, ends = 0, odd = 0;
  unsigned passed = 1;  // the byte before is a terminator, or of the same run
  for (std::size_t at = first; at < first + size; ++at) {
    const unsigned c = classes[static_cast<unsigned char>(data[at])];
    mark_at[marks] = static_cast<std::uint32_t>(at);
    end_at[ends] = static_cast<std::uint32_t>(marks);
    odd_at[odd] = static_cast<std::uint32_t>(at);
    const unsigned low = c >> 3;
    marks += c & 1;
    ends += c >> 1 & 1;
    odd += (c >> 2 & 1) | (low & ~passed);
    passed = low | (c >> 1 & 1);
  }
  tape.mark_count = marks;
  tape.end_count = ends;
  tape.odd_count = odd;
  tape.odd[odd] = UINT32_MAX;
}

// Line ends in [from, to), where the byte before `from` may be read. In blocks of so few bytes that
// eight bits hold the count, which lets the compiler count many at a time.
std::uint64_t line_ends_portable(const char* from, const char* to) {
  std::uint64_t count = 0;
  while (from < to) {
    const auto block = std::min<std::ptrdiff_t>(to - from, 240);
    std::uint8_t in_block = 0;
    for (std::ptrdiff_t i = 0; i < block; ++i) {
      in_block = static_cast<std::uint8_t>(
          in_block + ((from[i] == '\r') | ((from[i] == '\n') & (from[i - 1] != '\r'))));
    }
    count += in_block;
    from += block;
  }
  return count;
}

#if defined(__x86_64__)
#define CROSSDOCK_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))

// The masks of 64 bytes, one bit per byte.
struct Masks {
  std::uint64_t marks;  // element separators and segment terminators
  std::uint64_t ends;   // segment terminators
  std::uint64_t parts;  // component and repetition separators
  std::uint64_t low;    // below 0x20 or above 0x7F
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

// State that goes from one block of 64 bytes to the next. Positions are written from the start of
// what was scanned, plus `first`.
class Writer {
 public:
  Writer(Tape& tape, std::size_t first) : tape_(tape), first_(static_cast<std::uint32_t>(first)) {}

  template <class Flatten>
  inline void block(std::size_t at, Masks m, const Flatten& flatten_marks) {
    const std::uint32_t base = first_ + static_cast<std::uint32_t>(at);
    const std::uint64_t low = m.low & ~m.marks;
    const std::uint64_t passed = m.ends | low;
    const std::uint64_t odd = (low & ~((passed << 1) | carry_)) | (m.parts & ~m.marks);
    carry_ = passed >> 63;
    index_ends(m);
    marks_ = flatten_marks(tape_.marks.get(), marks_, base, m.marks);
    if (odd != 0) {
      odd_ = flatten(tape_.odd.get(), odd_, base, odd);
    }
  }

  // Of each terminator, how many marks stand before it; four at a time, see flatten().
  inline void index_ends(const Masks& m) {
    const auto count = static_cast<std::size_t>(std::popcount(m.ends));
    std::uint64_t ends = m.ends;
    std::uint32_t* at = tape_.ends.get() + ends_;
    for (std::size_t done = 0; done < count; done += 4) {
      for (int i = 0; i < 4; ++i) {
        const std::uint64_t up_to_it = ends ^ (ends - 1);
        *at++ = static_cast<std::uint32_t>(marks_) +
                static_cast<std::uint32_t>(std::popcount(m.marks & up_to_it)) - 1;
        ends &= ends - 1;
      }
    }
    ends_ += count;
  }

  void finish() {
    tape_.mark_count = marks_;
    tape_.end_count = ends_;
    tape_.odd_count = odd_;
    tape_.odd[odd_] = UINT32_MAX;  // the walker needs no bound then
  }

 private:
  Tape& tape_;
  const std::uint32_t first_;
  std::size_t marks_ = 0, ends_ = 0, odd_ = 0;
  std::uint64_t carry_ = 1;
};

inline Masks cut(Masks m, std::size_t bytes) {
  const std::uint64_t keep = bytes >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bytes) - 1;
  return {m.marks & keep, m.ends & keep, m.parts & keep, m.low & keep};
}

// For each byte, the numbers of its bits that are set, in order.
constexpr auto kBitsOf = [] {
  std::array<std::array<std::uint8_t, 8>, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned bit = 0, count = 0; bit < 8; ++bit) {
      if ((byte >> bit & 1) != 0) {
        table[byte][count++] = static_cast<std::uint8_t>(bit);
      }
    }
  }
  return table;
}();

// flatten() without a branch: eight positions are stored for each byte, however many are meant.
// Marks are so dense that this costs less than guessing wrong how many there are.
struct FlattenAvx2 {
  CROSSDOCK_AVX2 std::size_t operator()(std::uint32_t* out, std::size_t count, std::uint32_t base,
                                        std::uint64_t bits) const {
    std::uint32_t* at = out + count;
    __m256i first = _mm256_set1_epi32(static_cast<int>(base));
    const __m256i eight = _mm256_set1_epi32(8);
    for (int i = 0; i < 8; ++i) {
      const std::size_t byte = bits & 0xff;
      bits >>= 8;
      const __m128i positions =
          _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kBitsOf[byte].data()));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(at),
                          _mm256_add_epi32(first, _mm256_cvtepu8_epi32(positions)));
      at += _mm_popcnt_u64(byte);
      first = _mm256_add_epi32(first, eight);
    }
    return static_cast<std::size_t>(at - out);
  }
};

struct Vectors {
  __m256i element, component, repetition, segment, segment2, low;
};

// Only segments that end with the line have two terminators.
template <bool kTwoTerminators>
CROSSDOCK_AVX2 inline Masks masks_of(const char* data, const Vectors& v) {
  const auto half = [&](const char* at) CROSSDOCK_AVX2 {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    __m256i ends = _mm256_cmpeq_epi8(bytes, v.segment);
    if constexpr (kTwoTerminators) {
      ends = _mm256_or_si256(ends, _mm256_cmpeq_epi8(bytes, v.segment2));
    }
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

template <bool kTwoTerminators>
CROSSDOCK_AVX2 __attribute__((flatten)) void scan_avx2(const char* data, std::size_t first,
                                                       std::size_t size, const Delimiters& d,
                                                       Tape& tape) {
  const Vectors v{_mm256_set1_epi8(d.element),
                  _mm256_set1_epi8(d.component),
                  _mm256_set1_epi8(d.repetition == 0 ? d.component : d.repetition),
                  _mm256_set1_epi8(kTwoTerminators ? '\n' : d.segment),
                  _mm256_set1_epi8('\r'),
                  _mm256_set1_epi8(0x20)};
  Writer out(tape, first);
  data += first;
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    out.block(at, masks_of<kTwoTerminators>(data + at, v), FlattenAvx2());
  }
  if (at < size) {
    out.block(at, cut(masks_of<kTwoTerminators>(data + at, v), size - at), FlattenAvx2());
  }
  out.finish();
}

// 32 bytes at a time into counters of eight bits, which are added up before they can overflow.
CROSSDOCK_AVX2 std::uint64_t line_ends_avx2(const char* from, const char* to) {
  const __m256i feed = _mm256_set1_epi8('\n');
  const __m256i back = _mm256_set1_epi8('\r');
  const __m256i zero = _mm256_setzero_si256();
  std::uint64_t count = 0;
  while (to - from >= 32) {
    __m256i counters = zero;
    for (int i = 0; i < 255 && to - from >= 32; ++i, from += 32) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
      const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from - 1));
      const __m256i alone =
          _mm256_andnot_si256(_mm256_cmpeq_epi8(before, back), _mm256_cmpeq_epi8(bytes, feed));
      counters = _mm256_sub_epi8(counters, _mm256_or_si256(alone, _mm256_cmpeq_epi8(bytes, back)));
    }
    const __m256i sums = _mm256_sad_epu8(counters, zero);
    count += static_cast<std::uint64_t>(_mm256_extract_epi64(sums, 0)) +
             static_cast<std::uint64_t>(_mm256_extract_epi64(sums, 1)) +
             static_cast<std::uint64_t>(_mm256_extract_epi64(sums, 2)) +
             static_cast<std::uint64_t>(_mm256_extract_epi64(sums, 3));
  }
  if (from < to) {
    // The rest, and what stands behind it, which is cut off.
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from - 1));
    const __m256i ends = _mm256_or_si256(
        _mm256_andnot_si256(_mm256_cmpeq_epi8(before, back), _mm256_cmpeq_epi8(bytes, feed)),
        _mm256_cmpeq_epi8(bytes, back));
    count += static_cast<std::uint64_t>(
        _mm_popcnt_u32(_bzhi_u32(static_cast<std::uint32_t>(_mm256_movemask_epi8(ends)),
                                 static_cast<std::uint32_t>(to - from))));
  }
  return count;
}
#endif

}  // namespace

std::uint64_t line_ends(const char* from, const char* to, char before, Way way) {
  if (from == to) {
    return 0;
  }
  const std::uint64_t first = *from == '\r' || (*from == '\n' && before != '\r') ? 1 : 0;
  ++from;
#if defined(__x86_64__)
  if (way == Way::avx2) {
    return first + line_ends_avx2(from, to);
  }
#endif
  (void)way;
  return first + line_ends_portable(from, to);
}

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

Scanner::Scanner(const Delimiters& delimiters, Way way) : delimiters_(delimiters), way_(way) {
  for (unsigned i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool end = delimiters.by_line() ? c == '\n' || c == '\r' : c == delimiters.segment;
    const bool mark = end || c == delimiters.element;
    const bool part =
        c == delimiters.component || (delimiters.repetition != 0 && c == delimiters.repetition);
    classes_[i] =
        static_cast<std::uint8_t>((mark ? 1 : 0) | (end ? 2 : 0) | (part && !mark ? 4 : 0) |
                                  ((i < 0x20 || i > 0x7F) && !mark ? 8 : 0));
  }
}

void Scanner::scan(const char* data, std::size_t first, std::size_t size, Tape& tape) const {
#if defined(__x86_64__)
  if (way_ == Way::avx2) {
    (delimiters_.by_line() ? scan_avx2<true> : scan_avx2<false>)(data, first, size, delimiters_,
                                                                 tape);
    return;
  }
#endif
  scan_portable(data, first, size, classes_, tape);
}

}  // namespace crossdock::x12
