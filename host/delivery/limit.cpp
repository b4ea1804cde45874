#include "host/delivery/limit.hpp"

#include <algorithm>
#include <cmath>

namespace crossdock::host::delivery {
namespace {

using std::chrono::nanoseconds;

constexpr double kReservedShare = 0.2;
constexpr double kLeastCare = 0.1;
constexpr auto kCareReturns = std::chrono::seconds(10);  // a twentieth of the rate each
constexpr auto kLongestHold = std::chrono::hours(24);
constexpr auto kLook = std::chrono::seconds(1);  // where nobody knows when units come back
constexpr double kMostUnits = 1e9;

double in_seconds(nanoseconds time) { return std::chrono::duration<double>(time).count(); }
Limit::Time later(Limit::Time now, double seconds) {
  return now + std::chrono::duration_cast<nanoseconds>(
                   std::chrono::duration<double>(std::clamp(seconds, 0.0, 86'400.0)));
}

}  // namespace

Limit::Limit(LimitTerms terms, bool binding, Time now)
    : terms_(terms),
      binding_(binding),
      burst_(terms.burst),
      rate_(terms.window.count() > 0 ? 0 : terms.rate),
      window_(terms.window),
      level_(burst_),
      flowed_(now),
      cared_(now) {}

// What has come back since the last look.
void Limit::flow(Time now) {
  if (now <= flowed_) {
    return;
  }
  while (care_ < 1 && cared_ + kCareReturns <= now) {
    care_ = std::min(1.0, care_ + 0.05);
    cared_ += kCareReturns;
  }
  level_ += rate() * in_seconds(now - flowed_);
  flowed_ = now;
  while (!returns_.empty() && returns_.front().first <= now) {
    level_ += returns_.front().second;
    returns_.pop_front();
  }
  if (reset_at_ && *reset_at_ <= now) {
    level_ = burst_;
    // Without another answer the windows go on as they did.
    const auto every = std::max<nanoseconds>(reset_every_, kLook);
    reset_at_ = *reset_at_ + every * ((now - *reset_at_) / every + 1);
  }
  if (rate_ <= 0 && window_.count() == 0 && !reset_at_) {
    level_ = burst_;  // how many at once is known, and not when they come back: a guess
  }
  level_ = std::min(level_, burst_);
}

// A request that costs more than there can ever be goes when all is there.
double Limit::needed(double cost, Priority priority) const {
  double reserve = 0;
  if (priority != Priority::urgent) {
    reserve = terms_.reserve ? *terms_.reserve : std::floor(burst_ * kReservedShare);
    if (priority == Priority::normal) {
      reserve = std::floor(reserve / 2);
    }
  }
  return std::min(cost + reserve, burst_);
}

Limit::Time Limit::free_at(double cost, Priority priority, Time now) {
  flow(now);
  if (now < held_until_) {
    return held_until_;
  }
  if (open()) {
    return now;
  }
  const double missing = needed(cost, priority) - level_;
  if (missing <= 1e-9) {
    return now;
  }
  if (!returns_.empty()) {
    double back = 0;
    for (const auto& [at, units] : returns_) {
      back += units;
      if (back + 1e-9 >= missing) {
        return at;
      }
    }
  }
  Time at = reset_at_ ? *reset_at_ : kNever;
  if (rate() > 0) {
    at = std::min(at, later(now, missing / rate()) + nanoseconds(1));
  }
  return at == kNever ? now + kLook : at;
}

void Limit::spend(double cost, Time now) {
  flow(now);
  if (open()) {
    return;
  }
  level_ -= cost;
  if (window_.count() > 0) {
    // In 256 slots of the window; those of one slot come back together, at its end.
    const auto slot = std::max<nanoseconds>(window_ / 256, nanoseconds(1));
    const Time at((now.time_since_epoch() + window_) / slot * slot + slot);
    if (!returns_.empty() && returns_.back().first == at) {
      returns_.back().second += cost;
    } else {
      returns_.emplace_back(at, cost);
    }
  }
}

void Limit::give_back(double cost, Time now) {
  flow(now);
  level_ = std::min(level_ + cost, burst_);
  for (auto it = returns_.rbegin(); it != returns_.rend() && cost > 0; ++it) {
    const double part = std::min(it->second, cost);
    it->second -= part;
    cost -= part;
  }
}

void Limit::learn(const Told& told, double under_way, Time now) {
  flow(now);
  const auto within = [this](double said, double configured) {
    return binding_ && configured > 0 ? std::min(said, configured) : said;
  };
  if (told.limit > 0 && told.limit <= kMostUnits) {
    const bool first = open();
    burst_ = within(told.limit, terms_.burst);
    level_ = first ? burst_ : std::min(level_, burst_);
  }
  if (told.rate > 0 && told.rate <= kMostUnits && window_.count() == 0) {
    rate_ = within(told.rate, terms_.rate);
    if (open()) {
      burst_ = level_ = std::max(1.0, rate_);
    }
  }
  if (told.window.count() > 0) {
    reset_every_ = std::min<nanoseconds>(told.window, kLongestHold);
  }
  if (told.reset_after.count() >= 0 && rate_ <= 0 && window_.count() == 0) {
    const auto until = std::min<nanoseconds>(told.reset_after, kLongestHold);
    reset_every_ = reset_every_.count() > 0 ? reset_every_ : until;
    reset_at_ = now + until;
  }
  if (told.remaining >= 0 && told.remaining <= kMostUnits && !open()) {
    // What is under way may be counted there already or not: taken as not. A window of ours that
    // says less is stricter than what was told, and stays.
    const double said = std::min(told.remaining - under_way, burst_);
    level_ = window_.count() > 0 || binding_ ? std::min(level_, said) : said;
  }
  if (told.refused) {
    const auto wait = told.retry_after.count() > 0
                          ? std::min<nanoseconds>(told.retry_after, kLongestHold)
                      : open() ? nanoseconds(kLook)
                               : nanoseconds(0);
    held_until_ = std::max(held_until_, now + wait);
    // A refusal says that there was nothing left, whatever was thought.
    if (!open() && level_ > 0) {
      spend(level_, now);
    }
    if (rate_ > 0 && told.rate <= 0) {
      care_ = std::max(kLeastCare, care_ * 0.7);
    }
    cared_ = now;
  } else if (told.retry_after.count() > 0) {
    held_until_ =
        std::max(held_until_, now + std::min<nanoseconds>(told.retry_after, kLongestHold));
  }
}

double Limit::level(Time now) {
  flow(now);
  return level_;
}

}  // namespace crossdock::host::delivery
