// How much of the processor a worker may use: so many processors' worth of time, saved up for a
// second at most. Who has used more than that is held still until the balance is back.
//
// Not thread-safe: lives on the supervisor's thread. Time comes in, so tests need no clock.
#pragma once

#include <algorithm>
#include <chrono>

namespace crossdock::host::delivery {

class ProcessorShare {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Span = std::chrono::duration<double>;

  // share: 0.5 is half of one processor, 2 is two of them. Not 0.
  ProcessorShare(double share, Time now)
      : share_(share), balance_(most()), held_(false), looked_(now) {}

  // Told what the process has used since it began; answers whether it is to be held now. What is
  // held goes on when a fifth of what can be saved is back, so that it is not held and let go all
  // the time.
  bool look(Span used, Time now) {
    balance_ = std::min(most(), balance_ + share_ * Span(now - looked_)) - (used - used_);
    looked_ = now;
    used_ = used;
    held_ = balance_ <= (held_ ? most() / 5 : Span(0));
    return held_;
  }
  bool held() const { return held_; }

 private:
  Span most() const { return Span(share_); }

  double share_;
  Span balance_;
  bool held_;
  Time looked_;
  Span used_{0};
};

}  // namespace crossdock::host::delivery
