// Circuit breaker of one connector: after several failures in a row it stops sending for a while,
// then lets a single message through to see whether the outside system is back. While it is open
// no message burns an attempt, so an outage of any length dead-letters nothing.
//
// Not thread-safe: lives on the loop thread. Time comes in, so tests need no clock.
#pragma once

#include <chrono>
#include <cstdint>

#include "host/delivery/backoff.hpp"

namespace crossdock::host::delivery {

class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class State : std::uint8_t { closed, open, probing };

  explicit Breaker(std::uint32_t failures_to_open = 5,
                   Backoff cooldown = {std::chrono::milliseconds(500),
                                       std::chrono::milliseconds(30'000)})
      : failures_to_open_(failures_to_open), cooldown_(cooldown) {}

  State state() const { return state_; }
  // When an open breaker may be probed; meaningless while closed.
  Time until() const { return until_; }

  // How many messages may go out now, out of `wanted`.
  std::uint32_t admits(std::uint32_t wanted, Time now) {
    if (state_ == State::closed) {
      return wanted;
    }
    if (state_ == State::open && now >= until_) {
      state_ = State::probing;
      probe_out_ = false;
    }
    if (state_ == State::probing && !probe_out_ && wanted > 0) {
      probe_out_ = true;
      return 1;
    }
    return 0;
  }

  // True when this failure counts against its message: only while the breaker was closed.
  bool failed(Time now, double random) {
    if (state_ == State::closed) {
      if (++failures_ >= failures_to_open_) {
        open(now, random);
      }
      return true;
    }
    if (state_ == State::probing) {
      open(now, random);
    }
    return false;  // open: an answer to something sent before it opened
  }

  // Any answer that shows the outside system working, a rejection included.
  void succeeded() {
    state_ = State::closed;
    failures_ = 0;
    openings_ = 0;
  }

  // The probe went out but its worker went away: nothing was learnt.
  void probe_lost() { probe_out_ = false; }

 private:
  void open(Time now, double random) {
    state_ = State::open;
    probe_out_ = false;
    until_ = now + cooldown_.wait(++openings_, random);
  }

  std::uint32_t failures_to_open_;
  Backoff cooldown_;
  State state_ = State::closed;
  std::uint32_t failures_ = 0;
  std::uint32_t openings_ = 0;
  bool probe_out_ = false;
  Time until_{};
};

}  // namespace crossdock::host::delivery
