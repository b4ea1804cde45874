// The way to one connector: its lanes, what is out, its breaker, and the decision that follows each
// outcome. Knows nothing of sockets and processes: it is asked for the next deliveries, and told
// what became of them.
//
// Loop thread only. Time and randomness come in.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/bus/protocol.hpp"
#include "host/delivery/breaker.hpp"
#include "host/delivery/budgets.hpp"
#include "host/delivery/lanes.hpp"
#include "host/journal/journal.hpp"

namespace crossdock::host::delivery {

struct DeliveryPolicy {
  std::uint32_t most_attempts = 20;  // tries that count, then dead letter
  Backoff backoff{std::chrono::milliseconds(200), std::chrono::milliseconds(60'000)};
  std::size_t window_messages = 20'000;  // loaded at once
  std::size_t window_bytes = 64u << 20;
  std::vector<PriorityRule> priorities;  // the operator's
};

// What deliveries cost, and to whose account: they go when it lets them.
struct Spending {
  struct Operation {
    std::string name;
    double cost = 1;
    std::vector<std::string> takes;  // types that are delivered by it; exact, or a prefix with `*`
  };
  std::string account;
  std::vector<Operation> operations;
};

class Channel {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // A crash of the plugin weighs 2, being killed from outside 1: what may not be the message's
  // doing must not make it poison too soon. Three crashes are poison.
  static constexpr std::uint32_t kBlameOfCrash = 2;
  static constexpr std::uint32_t kBlameOfKill = 1;
  static constexpr std::uint32_t kPoison = 6;

  Channel(std::string name, std::uint32_t max_in_flight, DeliveryPolicy policy,
          const journal::Journal& journal, std::function<double()> random, Spending spending = {},
          Budgets* budgets = nullptr);

  // At start: what is pending and which keys wait behind a dead letter, from the journal.
  void recover(const std::vector<journal::DeadLetter>& dead_letters);

  // A message that was just accepted and is owed to this connector.
  void add(const journal::CommittedMessage& message);

  // The next deliveries, as many as may be out; `held` keeps their bytes alive.
  struct Due {
    std::vector<bus::Delivery> deliveries;
    std::vector<std::shared_ptr<const std::string>> held;
  };
  Due take(Time now);

  // What to write to the journal for an outcome, and what to do with the lane once it is written.
  struct Decision {
    journal::Settlement settlement;
    bool writes = false;   // the settlement belongs into the journal
    bool settles = false;  // and is final; else the message goes out again
    bool known = false;    // false: the token is not out
    Lanes::Lane* lane = nullptr;
    Wait wait = Wait::none;  // unless it settles
    std::chrono::nanoseconds again_after{0};
    bool restart = false;  // the instance is broken
    bool unauthorised = false;
  };
  Decision decide(const bus::OutcomeView& outcome, Time now);
  // The decision is durable: moves the lane on. Returns true when a retry is to be released after
  // again_after.
  bool carry_out(const Decision& decision);
  void release(Lanes::Lane& lane) { lanes_.release(lane); }

  // The worker went away: everything that was out is in doubt. The decisions are to be written.
  std::vector<Decision> lost(bool own_fault, const std::string& reason, Time now);

  // An operator gave back or closed a dead letter of this connector.
  void replayed(Position position, const std::string& business_key);
  void discarded(const std::string& business_key) { lanes_.unpark(business_key); }

  // When the breaker or a throttle lets the next message through; `now` where nothing holds it.
  Time blocked_until(Time now) const;

  // A new setup of the connector: what is out stays out, the next take() goes by these.
  void configure(std::uint32_t max_in_flight, DeliveryPolicy policy, Spending spending);

  const std::string& name() const { return name_; }
  std::size_t in_flight() const { return out_.size(); }
  std::size_t loaded() const { return lanes_.loaded(); }
  std::size_t parked_lanes() const { return lanes_.parked_lanes(); }
  bool breaker_open() const { return breaker_.state() != Breaker::State::closed; }
  Time throttled_until() const { return throttled_until_; }

 private:
  struct Out {
    Lanes::Lane* lane;
    Budgets::Ticket ticket = 0;
  };
  void refill();
  void characterise(const canonical::MessageView& message, Item& item);
  bool must_wait_for_budget(Lanes::Lane& lane, Time now);
  void granted(Lanes::Lane& lane);
  unsigned may_ask() const;
  std::uint32_t room() const;

  std::string name_;
  std::uint32_t max_in_flight_;
  DeliveryPolicy policy_;
  const journal::Journal& journal_;
  std::function<double()> random_;
  Spending spending_;
  Budgets* budgets_;
  // By number; what is not used any more stays, because messages may have been loaded by it.
  std::vector<std::pair<std::string, double>> operations_;
  std::array<std::uint32_t, kPriorities> waiting_{};  // for the budget
  Lanes lanes_;
  Breaker breaker_;
  std::unordered_map<std::uint64_t, Out> out_;
  std::uint64_t next_token_ = 1;
  std::set<Position> suspects_;  // out when a worker was lost: one at a time until answered
  Position loaded_to_ = 0;       // every owed position up to here is in the lanes
  Position recovered_to_ = 0;    // positions up to here were there at start: in doubt
  bool backlog_ = false;         // there is more in the journal than in the lanes
  Time throttled_until_{};
};

}  // namespace crossdock::host::delivery
