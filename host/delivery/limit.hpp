// What one limit of an outside system lets through: so many units at once, and how they come back.
// They come back at a rate (token and cost buckets), a window after they were spent (sliding
// windows), or all at a time that an answer named (fixed windows). What the operator configured or
// a connector declared is where it begins; answers correct it, never beyond what was configured.
//
// Not thread-safe: lives on the loop thread. Time comes in, so tests need no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "host/delivery/priority.hpp"

namespace crossdock::host::delivery {

// What is known of a limit beforehand. Zero: not known.
struct LimitTerms {
  double rate = 0;                     // units that come back each second
  double burst = 0;                    // most units at once
  std::chrono::nanoseconds window{0};  // instead of a rate: `burst` units in any such time
  std::optional<double> reserve;       // units that only urgent may use; else a fifth of burst
};

// What an answer told. Negative: it did not.
struct Told {
  bool refused = false;  // for having asked too much
  double cost = -1;      // of the request, in truth
  double limit = -1;     // most units at once, or in a window
  double remaining = -1;
  double rate = -1;                          // units that come back each second
  std::chrono::nanoseconds reset_after{-1};  // until all units are back
  std::chrono::nanoseconds window{-1};
  std::chrono::nanoseconds retry_after{-1};
};

class Limit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr Time kNever = Time::max();

  // `binding`: the operator's; answers may only make it less.
  Limit(LimitTerms terms, bool binding, Time now);

  // When `cost` units may be spent at that priority, if nothing else is spent before; `now` where
  // they may be spent now.
  Time free_at(double cost, Priority priority, Time now);
  // May go below zero, when an answer or another host used more than was thought.
  void spend(double cost, Time now);
  void give_back(double cost, Time now);
  // `under_way`: units of requests that were let through and are not answered yet.
  void learn(const Told& told, double under_way, Time now);

  double level(Time now);                        // negative: more was used than there was
  double burst() const { return burst_; }        // 0: not known
  double rate() const { return rate_ * care_; }  // as used; 0: not known
  Time held_until() const { return held_until_; }
  // Nothing is known of it: everything passes.
  bool open() const { return burst_ <= 0; }

 private:
  void flow(Time now);
  double needed(double cost, Priority priority) const;

  LimitTerms terms_;
  bool binding_;
  double burst_;
  double rate_;
  std::chrono::nanoseconds window_;
  double level_;
  double care_ = 1;  // less after each refusal, so that a rate that was guessed too high is found
  Time flowed_;
  Time cared_;
  Time held_until_{};
  std::optional<Time> reset_at_;
  std::chrono::nanoseconds reset_every_{0};
  std::deque<std::pair<Time, double>> returns_;  // of a window: when units come back
};

}  // namespace crossdock::host::delivery
