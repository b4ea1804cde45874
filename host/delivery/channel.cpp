#include "host/delivery/channel.hpp"

#include <crossdock/abi.h>

#include <algorithm>
#include <utility>

namespace crossdock::host::delivery {
namespace {

constexpr std::size_t kReadAtOnce = 1000;
constexpr std::size_t kBytesAtOnce = 8u << 20;
constexpr std::size_t kMostInOneFrame = 1000;
constexpr auto kShortestThrottle = std::chrono::milliseconds(100);
constexpr auto kLongestThrottle = std::chrono::hours(1);
constexpr auto kUnauthorisedWait = std::chrono::seconds(30);
// Of one priority, for the budget; so that what is more urgent never finds all places taken.
constexpr std::uint32_t kMostWaiting = 64;

const char* word_for(std::int32_t kind) {
  switch (kind) {
    case XD_DONE:
      return "done";
    case XD_REJECTED:
      return "rejected";
    case XD_RETRY:
      return "retry";
    case XD_THROTTLED:
      return "throttled";
    case XD_UNAUTHORISED:
      return "unauthorised";
    case XD_UNKNOWN:
      return "unknown";
    case XD_BROKEN:
      return "broken";
    default:
      return "invalid";
  }
}

}  // namespace

Channel::Channel(std::string name, std::uint32_t max_in_flight, DeliveryPolicy policy,
                 const journal::Journal& journal, std::function<double()> random, Spending spending,
                 Budgets* budgets)
    : name_(std::move(name)),
      max_in_flight_(max_in_flight),
      policy_(std::move(policy)),
      journal_(journal),
      random_(std::move(random)),
      spending_(std::move(spending)),
      budgets_(budgets) {}

void Channel::configure(std::uint32_t max_in_flight, DeliveryPolicy policy, Spending spending) {
  max_in_flight_ = max_in_flight;
  policy_ = std::move(policy);
  spending_ = std::move(spending);
}

// How urgent it is, and what it costs.
void Channel::characterise(const canonical::MessageView& message, Item& item) {
  item.priority = priority_of(message, policy_.priorities);
  if (budgets_ == nullptr) {
    return;
  }
  for (const auto& operation : spending_.operations) {
    if (std::none_of(operation.takes.begin(), operation.takes.end(),
                     [&](const auto& type) { return matches(type, message.type); })) {
      continue;
    }
    const std::pair<std::string, double> row{operation.name, operation.cost};
    auto found = std::find(operations_.begin(), operations_.end(), row);
    if (found == operations_.end() && operations_.size() < 1024) {
      found = operations_.insert(operations_.end(), row);
    }
    item.spends = found == operations_.end()
                      ? std::int16_t{-1}
                      : static_cast<std::int16_t>(found - operations_.begin());
    return;
  }
}

void Channel::recover(const std::vector<journal::DeadLetter>& dead_letters) {
  for (const auto& letter : dead_letters) {
    if (!letter.discarded) {
      lanes_.park(letter.business_key);
    }
  }
  recovered_to_ = journal_.last();
  backlog_ = true;
}

void Channel::add(const journal::CommittedMessage& message) {
  if (message.position <= loaded_to_) {
    return;  // read from the journal already
  }
  if (backlog_ || lanes_.loaded() >= policy_.window_messages ||
      lanes_.loaded_bytes() >= policy_.window_bytes) {
    backlog_ = true;
    return;
  }
  loaded_to_ = message.position;
  Item item;
  item.position = message.position;
  item.recorded_at_ns = message.recorded_at_ns;
  item.bytes = std::make_shared<const std::string>(message.wire);
  characterise(message.view, item);
  const auto priority = item.priority;
  lanes_.add(message.view.business_key, std::move(item));
  // A key that waits for its budget and has become more urgent asks anew.
  if (auto* lane = priority == Priority::urgent ? lanes_.find(message.view.business_key) : nullptr;
      lane != nullptr && lane->wait == Wait::budget && priority < lane->asked) {
    budgets_->cancel(std::exchange(lane->ticket, 0), std::chrono::steady_clock::now());
    --waiting_[static_cast<std::size_t>(lane->asked)];
    lanes_.release(*lane);
  }
}

void Channel::refill() {
  if (!backlog_ || lanes_.ready() > kReadAtOnce / 2 || lanes_.loaded() >= policy_.window_messages) {
    return;
  }
  const auto count = journal_.read_pending(
      name_, loaded_to_, kReadAtOnce, kBytesAtOnce, [&](journal::StoredMessage& stored) {
        loaded_to_ = stored.position;
        canonical::MessageView view;
        if (!canonical::decode_wire(stored.wire, view).ok()) {
          return;
        }
        const std::string key(view.business_key);
        Item item;
        characterise(view, item);
        item.position = stored.position;
        item.recorded_at_ns = stored.recorded_at_ns;
        item.attempts = stored.attempts;
        item.blame = stored.blame;
        // What was owed when the host started may have been out when it went down.
        item.find_first = stored.position <= recovered_to_;
        if (item.blame > 0) {
          suspects_.insert(item.position);
        }
        item.bytes = std::make_shared<const std::string>(std::move(stored.wire));
        lanes_.add(key, std::move(item));
      });
  if (count < kReadAtOnce / 2 &&
      journal_.read_pending(name_, loaded_to_, 1, 1, [](auto&) {}) == 0) {
    backlog_ = false;
  }
}

std::uint32_t Channel::room() const {
  const std::uint32_t most = suspects_.empty() ? max_in_flight_ : 1;
  return out_.size() >= most ? 0 : most - static_cast<std::uint32_t>(out_.size());
}

// The priorities of which not too many wait for the budget already.
unsigned Channel::may_ask() const {
  unsigned out = 0;
  for (std::size_t i = 0; i < kPriorities; ++i) {
    out |= waiting_[i] < std::min(std::max(max_in_flight_, 1u), kMostWaiting) ? 1u << i : 0u;
  }
  return out;
}

bool Channel::must_wait_for_budget(Lanes::Lane& lane, Time now) {
  const Item& item = lane.items.front();
  if (budgets_ == nullptr || item.spends < 0 || lane.ticket != 0) {
    return false;
  }
  const auto& [operation, cost] = operations_[static_cast<std::size_t>(item.spends)];
  lane.asked = lane.priority();
  ++waiting_[static_cast<std::size_t>(lane.asked)];
  lanes_.again(lane, Wait::budget);
  lane.ticket = budgets_->ask(
      {spending_.account, operation, {}, lane.asked, cost}, [this, &lane] { granted(lane); }, now);
  return true;
}

void Channel::granted(Lanes::Lane& lane) {
  --waiting_[static_cast<std::size_t>(lane.asked)];
  lanes_.again(lane, Wait::none);
}

Channel::Due Channel::take(Time now) {
  Due due;
  refill();
  if (now < throttled_until_ || room() == 0 || lanes_.ready() == 0) {
    return due;
  }
  std::uint32_t admitted = breaker_.admits(std::min<std::uint32_t>(room(), kMostInOneFrame), now);
  const bool probing = admitted > 0 && breaker_.state() == Breaker::State::probing;
  while (admitted > 0) {
    auto* lane = lanes_.take(may_ask());
    if (lane == nullptr) {
      break;
    }
    Item& item = lane->items.front();
    if (item.bytes == nullptr) {
      auto stored = journal_.read(item.position, name_);
      if (!stored) {  // cannot be: it is owed
        lanes_.again(*lane, Wait::retry);
        continue;
      }
      item.recorded_at_ns = stored->recorded_at_ns;
      item.bytes = std::make_shared<const std::string>(std::move(stored->wire));
    }
    if (must_wait_for_budget(*lane, now)) {
      continue;
    }
    const auto token = next_token_++;
    out_[token] = {lane, std::exchange(lane->ticket, 0)};
    bus::Delivery delivery;
    delivery.token = token;
    delivery.attempt = item.attempts + 1;
    delivery.find_first = item.find_first;
    delivery.recorded_at_ns = item.recorded_at_ns;
    delivery.wire = *item.bytes;
    due.deliveries.push_back(delivery);
    due.held.push_back(item.bytes);
    --admitted;
  }
  if (probing && due.deliveries.empty()) {
    breaker_.probe_lost();
  }
  return due;
}

Channel::Decision Channel::decide(const bus::OutcomeView& outcome, Time now) {
  Decision decision;
  const auto found = out_.find(outcome.token);
  if (found == out_.end()) {
    return decision;
  }
  Lanes::Lane& lane = *found->second.lane;
  const auto ticket = found->second.ticket;
  out_.erase(found);
  Item& item = lane.items.front();
  suspects_.erase(item.position);
  decision.known = true;
  decision.lane = &lane;
  auto& settlement = decision.settlement;
  settlement.position = item.position;
  settlement.destination = name_;
  settlement.outcome = word_for(outcome.kind);
  settlement.reason = outcome.reason;
  settlement.reference = outcome.reference;
  settlement.evidence_request = outcome.evidence_request;
  settlement.evidence_answer = outcome.evidence_answer;
  settlement.blame = item.blame;
  if (!lane.key.starts_with('\x01')) {
    settlement.business_key = lane.key;
  }
  if (ticket != 0) {
    Told told;
    told.refused = outcome.kind == XD_THROTTLED;
    if (told.refused) {
      told.retry_after = std::clamp<std::chrono::nanoseconds>(
          std::chrono::nanoseconds(outcome.retry_after_ns), kShortestThrottle, kLongestThrottle);
    }
    budgets_->answered(ticket, told, now);
  }
  switch (outcome.kind) {
    case XD_DONE:
      breaker_.succeeded();
      settlement.kind = journal::SettlementKind::delivered;
      settlement.attempts = item.attempts + 1;
      decision.writes = decision.settles = true;
      return decision;
    case XD_REJECTED:
      breaker_.succeeded();
      settlement.kind = journal::SettlementKind::dead_lettered;
      settlement.attempts = item.attempts + 1;
      decision.writes = decision.settles = true;
      return decision;
    case XD_THROTTLED:
      // Where the budget knows the operation it is held there, for all who use the account.
      if (ticket == 0) {
        throttled_until_ =
            now + std::chrono::duration_cast<Time::duration>(std::clamp<std::chrono::nanoseconds>(
                      std::chrono::nanoseconds(outcome.retry_after_ns), kShortestThrottle,
                      kLongestThrottle));
      }
      if (breaker_.state() == Breaker::State::probing) {
        breaker_.succeeded();  // it answered
      }
      return decision;
    case XD_UNAUTHORISED:
      throttled_until_ = now + kUnauthorisedWait;
      decision.unauthorised = true;
      if (breaker_.state() == Breaker::State::probing) {
        breaker_.succeeded();
      }
      return decision;
    case XD_BROKEN:
      item.find_first = true;
      decision.restart = true;
      breaker_.probe_lost();
      break;
    default:
      break;
  }
  // Retry, unknown, broken: a failure. It counts unless the outside system is known to be away.
  const bool counts = breaker_.failed(now, random_());
  if (counts) {
    ++item.attempts;
  }
  item.find_first = item.find_first || outcome.kind == XD_UNKNOWN || outcome.kind == XD_BROKEN;
  decision.writes = true;
  settlement.attempts = item.attempts;
  if (item.attempts >= policy_.most_attempts) {
    settlement.kind = journal::SettlementKind::dead_lettered;
    settlement.reason = "given up after " + std::to_string(item.attempts) +
                        " tries; the last said: " + settlement.reason;
    decision.settles = true;
    return decision;
  }
  settlement.kind = journal::SettlementKind::attempted;
  const auto own = std::chrono::nanoseconds(std::max<std::int64_t>(0, outcome.retry_after_ns));
  decision.again_after = own.count() > 0
                             ? std::min<std::chrono::nanoseconds>(own, kLongestThrottle)
                             : std::chrono::nanoseconds(policy_.backoff.wait(
                                   std::max<std::uint32_t>(1, item.attempts), random_()));
  decision.wait = Wait::retry;
  return decision;
}

bool Channel::carry_out(const Decision& decision) {
  Lanes::Lane& lane = *decision.lane;
  if (decision.settles) {
    if (decision.settlement.kind == journal::SettlementKind::dead_lettered) {
      lanes_.park_behind_dead_letter(lane);
    } else {
      lanes_.settled(lane);
    }
    return false;
  }
  lanes_.again(lane, decision.wait);
  return decision.wait == Wait::retry;
}

std::vector<Channel::Decision> Channel::lost(bool own_fault, const std::string& reason, Time now) {
  std::vector<Decision> decisions;
  breaker_.probe_lost();
  for (auto& [token, out] : out_) {
    Lanes::Lane& lane = *out.lane;
    if (out.ticket != 0) {
      budgets_->answered(out.ticket, {}, now);
    }
    Item& item = lane.items.front();
    item.find_first = true;
    item.blame += own_fault ? kBlameOfCrash : kBlameOfKill;
    Decision decision;
    decision.known = decision.writes = true;
    decision.lane = &lane;
    auto& settlement = decision.settlement;
    settlement.position = item.position;
    settlement.destination = name_;
    settlement.attempts = item.attempts;
    settlement.blame = item.blame;
    settlement.outcome = "worker lost";
    settlement.reason = reason;
    if (!lane.key.starts_with('\x01')) {
      settlement.business_key = lane.key;
    }
    if (item.blame >= kPoison) {
      settlement.kind = journal::SettlementKind::dead_lettered;
      settlement.outcome = "poison";
      settlement.reason =
          "its worker went away each time this message was out; the last time: " + reason;
      suspects_.erase(item.position);
      decision.settles = true;
    } else {
      settlement.kind = journal::SettlementKind::crashed;
      suspects_.insert(item.position);
    }
    decisions.push_back(std::move(decision));
  }
  out_.clear();
  return decisions;
}

void Channel::replayed(Position position, const std::string& business_key) {
  Item item;
  item.position = position;
  item.find_first = true;
  lanes_.add_front(business_key, std::move(item));
}

Channel::Time Channel::blocked_until(Time now) const {
  Time until = std::max(now, throttled_until_);
  if (breaker_.state() == Breaker::State::open) {
    until = std::max(until, breaker_.until());
  }
  return until;
}

}  // namespace crossdock::host::delivery
