#include "crossdock/canonical/id.hpp"

#include <chrono>
#include <random>

namespace crossdock::canonical {

IdSource IdSource::system() {
  return {[] {
            return std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                .count();
          },
          [engine = std::mt19937_64((static_cast<std::uint64_t>(std::random_device{}()) << 32) ^
                                    std::random_device{}())]() mutable { return engine(); }};
}

std::string IdSource::next(std::string_view prefix) {
  const auto now_ms = static_cast<std::uint64_t>(clock_() / 1'000'000);
  if (now_ms > last_ms_) {
    last_ms_ = now_ms;
    counter_ = static_cast<std::uint32_t>(random_() & 0x7ff);  // room above to count upwards
  } else if (++counter_ > 0xfff) {
    ++last_ms_;  // more than 4,096 in a millisecond: borrow from the next one
    counter_ = 0;
  }
  const std::uint64_t high = last_ms_ << 16 | 0x7000u | counter_;
  const std::uint64_t low = (random_() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out(prefix);
  if (!out.empty()) {
    out.push_back('_');
  }
  for (const std::uint64_t half : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      out.push_back(kHex[half >> shift & 0xf]);
    }
  }
  return out;
}

}  // namespace crossdock::canonical
