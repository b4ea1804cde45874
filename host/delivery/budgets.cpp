#include "host/delivery/budgets.hpp"

#include <algorithm>
#include <cmath>

namespace crossdock::host::delivery {
namespace {

// A plugin may name what it likes; beyond this, operations share the last limit.
constexpr std::size_t kMostLimits = 256;
constexpr std::size_t kMostTickets = 100'000;
constexpr auto kSweepEvery = std::chrono::minutes(1);
constexpr auto kOldest = std::chrono::minutes(10);  // an answer that has not come by then is lost

}  // namespace

template <class Visit>
void Budgets::each_limit(Account& account, const std::string& operation, const Visit& visit) {
  for (auto& kept : account.limits) {
    if (matches(kept->operation, operation)) {
      visit(*kept);
    }
  }
}

Budgets::Kept* Budgets::find(Account& account, const std::string& operation) {
  const auto found = std::find_if(account.limits.begin(), account.limits.end(),
                                  [&](const auto& one) { return one->operation == operation; });
  return found == account.limits.end() ? nullptr : found->get();
}

// The limit for this operation alone, made where there is none: an open one, which learns.
Budgets::Kept& Budgets::keep(Account& account, const std::string& operation, const char* origin) {
  if (auto* found = find(account, operation)) {
    return *found;
  }
  if (account.limits.size() >= kMostLimits) {
    return *account.limits.back();
  }
  account.limits.push_back(std::make_unique<Kept>(
      Kept{operation.substr(0, kLongestName), origin, Limit({}, false, Time{}), 0, 0, 0, 0, 0}));
  return *account.limits.back();
}

void Budgets::configure(const std::string& name, const std::vector<OperationLimit>& limits,
                        Time now) {
  Account& account = accounts_[name];
  std::erase_if(account.limits, [&](const auto& kept) {
    return kept->origin == "configured" &&
           std::none_of(limits.begin(), limits.end(),
                        [&](const auto& one) { return one.operation == kept->operation; });
  });
  for (const auto& one : limits) {
    Kept& kept = keep(account, one.operation, "configured");
    const double used = kept.limit.open() ? 0 : kept.limit.burst() - kept.limit.level(now);
    kept.origin = "configured";
    kept.limit = Limit(one.terms, true, now);
    if (used > 0) {
      kept.limit.spend(used, now);
    }
  }
}

void Budgets::declare(const std::string& name, const std::vector<OperationLimit>& limits,
                      Time now) {
  Account& account = accounts_[name];
  for (const auto& one : limits) {
    Kept& kept = keep(account, one.operation, "declared");
    if (kept.origin == "configured" || one.terms.burst <= 0) {
      continue;
    }
    if (kept.limit.open() || (one.terms.rate > 0 && one.terms.rate < kept.limit.rate())) {
      kept.origin = "declared";
      kept.limit = Limit(one.terms, false, now);
    }
  }
}

Budgets::Ticket Budgets::ask(SpendRequest request, Granted granted, Time now) {
  Account& account = accounts_[request.account];
  request.operation.resize(std::min(request.operation.size(), kLongestName));
  if (!(request.cost > 0)) {
    request.cost = 1;
  }
  request.cost = std::min(request.cost, kMostCost);
  keep(account, request.operation, "learnt");
  while (tickets_.size() >= kMostTickets) {
    tickets_.erase(tickets_.begin());
  }
  const auto priority = static_cast<std::size_t>(request.priority);
  auto entry =
      std::make_shared<Entry>(Entry{std::move(request), std::move(granted), now, true, false});
  account.lines[priority].push_back(entry);
  tickets_[next_ticket_] = entry;
  return next_ticket_++;
}

// The first in the order of turns that all its limits let through. Where it waits, the limit is
// claimed, so that nobody behind takes away what it waits for; where only a reserve keeps it back,
// those of higher priority may still pass. In its own turn before them a request may use the
// reserve: they would keep the level below it for ever.
bool Budgets::grant_one(Account& account, Time now, Time& next, std::vector<EntryRef>& granted) {
  constexpr unsigned kAll = (1u << kPriorities) - 1;
  for (auto& kept : account.limits) {
    kept->claimed = 0;
  }
  std::size_t closed = 0;
  const auto order = account.turns.order();
  const auto waits = [&](Priority one) {
    return !account.lines[static_cast<std::size_t>(one)].empty();
  };
  for (const auto priority : order) {
    const unsigned bit = 1u << static_cast<unsigned>(priority);
    const bool before_others =
        priority == order.front() && ((priority > Priority::urgent && waits(Priority::urgent)) ||
                                      (priority > Priority::normal && waits(Priority::normal)));
    const Priority as = before_others ? Priority::urgent : priority;
    auto& line = account.lines[static_cast<std::size_t>(priority)];
    std::erase_if(line, [](const auto& entry) { return entry->dropped; });
    for (auto it = line.begin(); it != line.end() && closed < account.limits.size(); ++it) {
      Entry& entry = **it;
      const double cost = entry.request.cost;
      Time at = now;
      bool behind = false;
      each_limit(account, entry.request.operation, [&](Kept& kept) {
        behind = behind || (kept.claimed & bit) != 0;
        at = std::max(at, kept.limit.free_at(cost, as, now));
      });
      if (behind) {
        continue;
      }
      if (at > now) {
        next = std::min(next, at);
        each_limit(account, entry.request.operation, [&](Kept& kept) {
          if (kept.limit.free_at(cost, as, now) <= now || kept.claimed == kAll) {
            return;
          }
          const bool for_all = kept.limit.free_at(cost, Priority::urgent, now) > now;
          kept.claimed |= for_all ? kAll : kAll & ~(bit - 1);
          closed += kept.claimed == kAll ? 1 : 0;
        });
        continue;
      }
      const double waited = std::chrono::duration<double>(now - entry.since).count();
      each_limit(account, entry.request.operation, [&](Kept& kept) {
        kept.limit.spend(cost, now);
        kept.under_way += cost;
        ++kept.granted;
        kept.waited_s += waited;
      });
      entry.waits = false;
      entry.since = now;
      granted.push_back(*it);
      line.erase(it);
      account.turns.taken();
      return true;
    }
  }
  return false;
}

// Answers that never came: their requests are not under way any more.
void Budgets::sweep(Time now) {
  if (now - swept_ < kSweepEvery) {
    return;
  }
  swept_ = now;
  std::erase_if(tickets_, [&](const auto& one) {
    const auto& entry = one.second;
    if (entry->waits || now - entry->since < kOldest) {
      return false;
    }
    each_limit(accounts_[entry->request.account], entry->request.operation, [&](Kept& kept) {
      kept.under_way = std::max(0.0, kept.under_way - entry->request.cost);
    });
    return true;
  });
}

Budgets::Run Budgets::run(Time now) {
  sweep(now);
  Run out{false, Limit::kNever};
  std::vector<EntryRef> granted;
  for (auto& [name, account] : accounts_) {
    while (std::any_of(account.lines.begin(), account.lines.end(),
                       [](const auto& line) { return !line.empty(); })) {
      Time next = Limit::kNever;
      if (!grant_one(account, now, next, granted)) {
        out.next = std::min(out.next, next);
        break;
      }
    }
  }
  for (const auto& entry : granted) {
    if (!entry->dropped && entry->granted) {
      out.granted = true;
      entry->granted();
    }
  }
  return out;
}

Budgets::Time Budgets::free_at(Ticket ticket, Time now) {
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end() || !found->second->waits) {
    return now;
  }
  const auto& request = found->second->request;
  Time at = now;
  each_limit(accounts_[request.account], request.operation, [&](Kept& kept) {
    at = std::max(at, kept.limit.free_at(request.cost, request.priority, now));
  });
  return at;
}

void Budgets::cancel(Ticket ticket, Time now) {
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end()) {
    return;
  }
  const auto entry = found->second;
  tickets_.erase(found);
  entry->dropped = true;
  if (!entry->waits) {
    each_limit(accounts_[entry->request.account], entry->request.operation, [&](Kept& kept) {
      kept.limit.give_back(entry->request.cost, now);
      kept.under_way = std::max(0.0, kept.under_way - entry->request.cost);
    });
  }
}

bool Budgets::answered(Ticket ticket, const Told& told, Time now, const std::string& owner) {
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end() || found->second->waits || found->second->request.owner != owner) {
    return false;
  }
  const auto entry = found->second;
  tickets_.erase(found);
  const auto& request = entry->request;
  Account& account = accounts_[request.account];
  each_limit(account, request.operation, [&](Kept& kept) {
    kept.under_way = std::max(0.0, kept.under_way - request.cost);
    if (told.cost >= 0 && told.cost <= kMostCost) {
      if (told.cost < request.cost) {
        kept.limit.give_back(request.cost - told.cost, now);
      } else {
        kept.limit.spend(told.cost - request.cost, now);
      }
    }
  });
  learn(request.account, request.operation, told, now);
  return true;
}

// An answer speaks of the limit that is nearest to the request.
void Budgets::learn(const std::string& name, const std::string& operation, const Told& told,
                    Time now) {
  Account& account = accounts_[name];
  Kept* nearest = &keep(account, operation, "learnt");
  if (nearest->limit.open()) {
    // Nothing is known of the operation by itself: a wider limit that is known is what was meant.
    each_limit(account, operation, [&](Kept& kept) {
      if (!kept.limit.open() &&
          (nearest->limit.open() || kept.operation.size() > nearest->operation.size())) {
        nearest = &kept;
      }
    });
  }
  nearest->refused += told.refused ? 1 : 0;
  nearest->limit.learn(told, nearest->under_way, now);
}

void Budgets::forget(const std::string& owner) {
  for (auto it = tickets_.begin(); it != tickets_.end();) {
    const auto entry = it->second;
    if (entry->request.owner != owner || owner.empty()) {
      ++it;
      continue;
    }
    entry->dropped = true;
    if (!entry->waits) {
      each_limit(accounts_[entry->request.account], entry->request.operation, [&](Kept& kept) {
        kept.under_way = std::max(0.0, kept.under_way - entry->request.cost);
      });
    }
    it = tickets_.erase(it);
  }
}

std::vector<AccountView> Budgets::view(Time now) {
  std::vector<AccountView> out;
  for (auto& [name, account] : accounts_) {
    AccountView one;
    one.name = name;
    for (std::size_t i = 0; i < kPriorities; ++i) {
      one.waiting[i] = static_cast<std::size_t>(
          std::count_if(account.lines[i].begin(), account.lines[i].end(),
                        [](const auto& entry) { return !entry->dropped; }));
    }
    for (auto& kept : account.limits) {
      LimitView limit;
      limit.account = name;
      limit.operation = kept->operation;
      limit.origin = kept->origin;
      limit.burst = kept->limit.burst();
      limit.level = kept->limit.level(now);
      limit.rate = kept->limit.rate();
      limit.held_for_s =
          std::max(0.0, std::chrono::duration<double>(kept->limit.held_until() - now).count());
      limit.granted = kept->granted;
      limit.refused = kept->refused;
      limit.waited_s = kept->waited_s;
      one.limits.push_back(std::move(limit));
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace crossdock::host::delivery
