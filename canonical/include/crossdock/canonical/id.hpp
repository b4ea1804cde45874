// Ids of our own: 128 bits, ordered by time (UUIDv7, RFC 9562 section 5.7), printed with a prefix
// that says of what: ord_0199...; Clock and randomness come in, so that tests can repeat a run.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace crossdock::canonical {

// Makes ids that grow. Not thread-safe: one per thread or behind a lock.
class IdSource {
 public:
  using Clock = std::function<std::int64_t()>;    // nanoseconds since the epoch, UTC
  using Random = std::function<std::uint64_t()>;  // 64 random bits

  IdSource(Clock clock, Random random) : clock_(std::move(clock)), random_(std::move(random)) {}
  // The system's clock and a random device.
  static IdSource system();

  std::string next(std::string_view prefix = {});

 private:
  Clock clock_;
  Random random_;
  std::uint64_t last_ms_ = 0;
  std::uint32_t counter_ = 0;  // 12 bits: keeps ids of one millisecond in order
};

}  // namespace crossdock::canonical
