// How long to wait before trying again: exponential growth with full jitter, so that many waiting
// messages do not come back at one instant. A pure function of attempt and a random number.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace crossdock::host::delivery {

struct Backoff {
  std::chrono::milliseconds first{200};
  std::chrono::milliseconds most{60'000};

  // The wait after the `attempt`th failure (from 1). `random` is uniform in [0, 1). At least a
  // tenth of the ceiling, so that jitter never turns into a tight loop.
  std::chrono::milliseconds wait(std::uint32_t attempt, double random) const {
    const std::uint32_t doublings = std::min<std::uint32_t>(attempt == 0 ? 0 : attempt - 1, 30);
    const double ceiling = std::min(
        static_cast<double>(most.count()),
        static_cast<double>(first.count()) * static_cast<double>(std::uint64_t{1} << doublings));
    return std::chrono::milliseconds(static_cast<std::int64_t>(ceiling * (0.1 + 0.9 * random)));
  }
};

}  // namespace crossdock::host::delivery
