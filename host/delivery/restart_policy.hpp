// When a worker that went away is started again: back-off with jitter, reset after a healthy while,
// and quarantine when it goes away too often. Pure; time comes in.
#pragma once

#include <chrono>
#include <deque>
#include <optional>

#include "host/delivery/backoff.hpp"

namespace crossdock::host::delivery {

class RestartPolicy {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    Backoff backoff{std::chrono::milliseconds(100), std::chrono::milliseconds(60'000)};
    std::size_t most_crashes = 5;  // within `window`; one more is quarantine
    std::chrono::seconds window{60};
    std::chrono::seconds healthy_after{600};
  };

  RestartPolicy() = default;
  explicit RestartPolicy(Limits limits) : limits_(limits) {}

  void started(Time now) { started_ = now; }

  // How long to wait before the next start, or nothing: quarantine. `counts` is false for ends that
  // the plugin had no part in (killed from outside): they wait, but never lead to quarantine.
  std::optional<std::chrono::milliseconds> ended(Time now, bool counts, double random) {
    if (now - started_ >= limits_.healthy_after) {
      crashes_.clear();
      in_a_row_ = 0;
    }
    if (!counts) {
      return limits_.backoff.wait(1, random);
    }
    ++in_a_row_;
    crashes_.push_back(now);
    while (!crashes_.empty() && now - crashes_.front() > limits_.window) {
      crashes_.pop_front();
    }
    if (crashes_.size() > limits_.most_crashes) {
      return std::nullopt;
    }
    return limits_.backoff.wait(in_a_row_, random);
  }

  // An operator asked for a restart: begin anew.
  void forgive() {
    crashes_.clear();
    in_a_row_ = 0;
  }

 private:
  Limits limits_{};
  std::deque<Time> crashes_;
  std::uint32_t in_a_row_ = 0;
  Time started_{};
};

}  // namespace crossdock::host::delivery
