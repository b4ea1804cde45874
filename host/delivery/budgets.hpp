// The budgets of accounts: who shares an account with an outside system (connectors, in processes
// of their own) takes turns here, by priority, within the limits of the account. A request names
// its operation and passes every limit whose pattern fits; what cannot go yet waits in line, urgent
// before normal before bulk, and a limit that somebody waits for is not taken from behind his back.
//
// Not thread-safe: lives on the loop thread. Time comes in. Nothing is kept over a restart of the
// host: limits begin full, and the first answers correct them.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/delivery/limit.hpp"
#include "host/delivery/priority.hpp"

namespace crossdock::host::delivery {

// A limit and the operations it is for: a name, or a prefix that ends in `*`.
struct OperationLimit {
  std::string operation = "*";
  LimitTerms terms;
};

struct SpendRequest {
  std::string account;
  std::string operation;
  std::string owner;  // for forget(); empty: nobody else's
  Priority priority = Priority::normal;
  double cost = 1;
};

// What an operator sees of one limit.
struct LimitView {
  std::string account;
  std::string operation;
  std::string origin;  // configured, declared, learnt
  double burst = 0;    // 0: not known
  double rate = 0;
  double level = 0;
  double held_for_s = 0;
  std::uint64_t granted = 0;
  std::uint64_t refused = 0;  // by the outside system
  double waited_s = 0;        // of all that was granted, together
};
struct AccountView {
  std::string name;
  std::array<std::size_t, kPriorities> waiting{};
  std::vector<LimitView> limits;
};

class Budgets {
 public:
  using Time = Limit::Time;
  using Ticket = std::uint64_t;
  using Granted = std::function<void()>;

  static constexpr double kMostCost = 1e9;
  static constexpr std::size_t kLongestName = 64;

  // What the operator says of an account; replaces what was said before, keeping what is spent.
  void configure(const std::string& account, const std::vector<OperationLimit>& limits, Time now);
  // What a connector's manifest says; counts where the operator says nothing of the operation, and
  // the lesser of two rates where two connectors differ.
  void declare(const std::string& account, const std::vector<OperationLimit>& limits, Time now);

  // A ticket for the request. `granted` comes from run(), once, unless the ticket is cancelled; it
  // may ask again.
  Ticket ask(SpendRequest request, Granted granted, Time now);
  // Lets all through that may go.
  struct Run {
    bool granted = false;  // somebody was let through
    Time next;             // when to come again; Limit::kNever: nobody waits
  };
  Run run(Time now);
  // When what waits under this ticket may go at the earliest; `now` where it has been granted.
  Time free_at(Ticket ticket, Time now);
  // It is not wanted any more; what was granted was not used and goes back.
  void cancel(Ticket ticket, Time now);
  // The answer to what was let through; `owner` must be the one of the request. False: there is no
  // such ticket any more.
  bool answered(Ticket ticket, const Told& told, Time now, const std::string& owner = {});
  // An answer to a request without a ticket.
  void learn(const std::string& account, const std::string& operation, const Told& told, Time now);
  // The worker behind these requests is gone: what waits is dropped, what was granted is spent.
  void forget(const std::string& owner);

  std::vector<AccountView> view(Time now);

 private:
  struct Kept {  // a limit with its pattern
    std::string operation;
    std::string origin;
    Limit limit;
    double under_way = 0;
    std::uint64_t granted = 0;
    std::uint64_t refused = 0;
    double waited_s = 0;
    unsigned claimed = 0;  // in a run: the priorities that stand behind somebody here, as bits
  };
  struct Entry {
    SpendRequest request;
    Granted granted;
    Time since;  // asked for, then let through
    bool waits = true;
    bool dropped = false;
  };
  using EntryRef = std::shared_ptr<Entry>;
  struct Account {
    std::vector<std::unique_ptr<Kept>> limits;
    std::array<std::deque<EntryRef>, kPriorities> lines;
    Turns turns;
  };

  static Kept* find(Account& account, const std::string& operation);
  static Kept& keep(Account& account, const std::string& operation, const char* origin);
  static bool grant_one(Account& account, Time now, Time& next, std::vector<EntryRef>& granted);
  template <class Visit>
  static void each_limit(Account& account, const std::string& operation, const Visit& visit);
  void sweep(Time now);

  std::map<std::string, Account> accounts_;
  std::map<Ticket, EntryRef> tickets_;
  Ticket next_ticket_ = 1;
  Time swept_{};
};

}  // namespace crossdock::host::delivery
