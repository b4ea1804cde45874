// Dispatcher's part about accounts: connectors ask whether a request may be made and for access
// tokens, and tell what answers said. A worker that waits has its answer before its patience ends,
// with the time to come back where there is no room.
#include <crossdock/ext/budget.h>

#include <cmath>

#include "host/delivery/connector.hpp"

namespace crossdock::host::delivery {
namespace {

using bus::Clock;
using std::chrono::nanoseconds;

constexpr auto kLongestWait = std::chrono::minutes(10);

Priority priority_of(std::int32_t code) {
  return code == XD_URGENT ? Priority::urgent : code == XD_BULK ? Priority::bulk : Priority::normal;
}

struct Waiting {
  Budgets::Ticket ticket = 0;
  bus::Server::Timer timer = 0;
};

}  // namespace

void Dispatcher::limit_account(const std::string& account,
                               const std::vector<OperationLimit>& limits) {
  budgets_.configure(account, limits, Clock::now());
}

std::vector<AccountView> Dispatcher::accounts() { return budgets_.view(Clock::now()); }

// Lets requests through that may go; true where deliveries are among them, so that there is
// something to send again.
bool Dispatcher::let_through() {
  const auto now = Clock::now();
  const auto run = budgets_.run(now);
  if (run.next != Limit::kNever && (budget_timer_ == 0 || run.next < budget_due_)) {
    if (budget_timer_ != 0) {
      server_.cancel(budget_timer_);
    }
    budget_due_ = run.next;
    budget_timer_ = server_.after(run.next - now, [this] { budget_timer_ = 0; });
  }
  return run.granted;
}

void Dispatcher::spend_wanted(Connector& connector, std::string_view body) {
  bus::SpendWanted wanted;
  if (!bus::read_spend_wanted(body, wanted) || !std::isfinite(wanted.cost)) {
    restart(connector.spec.name, "it sent a frame that cannot be read");
    return;
  }
  const auto now = Clock::now();
  const auto id = wanted.id;
  const auto patience = std::clamp<nanoseconds>(nanoseconds(wanted.timeout_ns), nanoseconds(0),
                                                nanoseconds(kLongestWait));
  auto waiting = std::make_shared<Waiting>();
  waiting->ticket = budgets_.ask(
      {connector.spec.spending.account, std::string(wanted.operation), connector.peer,
       priority_of(wanted.priority), wanted.cost},
      [this, waiting, id, peer = connector.peer] {
        server_.cancel(waiting->timer);
        server_.send(peer, bus::write_spend_given({id, waiting->ticket, 0, {}}));
      },
      now);
  const auto too_late = [this, waiting, id, peer = connector.peer] {
    const auto at_last = Clock::now();
    const auto free_at = budgets_.free_at(waiting->ticket, at_last);
    budgets_.cancel(waiting->ticket, at_last);
    server_.send(
        peer,
        bus::write_spend_given(
            {id, 0,
             std::max<std::int64_t>(
                 std::chrono::duration_cast<nanoseconds>(free_at - at_last).count(), 1'000'000),
             "the account has no room for it in time"}));
  };
  // Where it is known already that it would wait in vain, it need not wait.
  if (budgets_.free_at(waiting->ticket, now) > now + patience) {
    too_late();
  } else {
    waiting->timer = server_.after(patience, too_late);
  }
}

void Dispatcher::learnt(Connector& connector, std::string_view body) {
  bus::SpendLearnt learnt;
  if (!bus::read_spend_learnt(body, learnt)) {
    restart(connector.spec.name, "it sent a frame that cannot be read");
    return;
  }
  Told told;
  told.refused = learnt.refused;
  told.cost = learnt.cost;
  told.limit = learnt.limit;
  told.remaining = learnt.remaining;
  told.rate = learnt.rate;
  told.reset_after = nanoseconds(learnt.reset_after_ns);
  told.window = nanoseconds(learnt.window_ns);
  told.retry_after = nanoseconds(learnt.retry_after_ns);
  const auto now = Clock::now();
  if (learnt.ticket == 0) {
    budgets_.learn(connector.spec.spending.account, std::string(learnt.operation), told, now);
  } else {
    budgets_.answered(learnt.ticket, told, now, connector.peer);
  }
  if (told.refused) {
    ports_.log("warning", connector.spec.name,
               "the outside system refused " + std::string(learnt.operation.substr(0, 64)) +
                   ": asked too much; its account " + connector.spec.spending.account + " waits");
  }
}

void Dispatcher::token_wanted(Connector& connector, std::string_view body) {
  bus::TokenWanted wanted;
  if (!bus::read_token_wanted(body, wanted)) {
    restart(connector.spec.name, "it sent a frame that cannot be read");
    return;
  }
  const auto answer = [this, id = wanted.id, peer = connector.peer](
                          std::string token, std::int64_t expires_at_ns, std::string reason) {
    server_.post([this, id, peer, token = std::move(token), expires_at_ns,
                  reason = std::move(reason)]() mutable {
      if (peers_.contains(peer)) {
        server_.send(peer, bus::write_token_given({id, token, expires_at_ns, reason}));
      }
      std::fill(token.begin(), token.end(), '\0');
    });
  };
  if (ports_.token) {
    ports_.token(connector.spec.name, std::string(wanted.refused), answer);
  } else {
    answer({}, 0, "this host keeps no tokens");
  }
}

}  // namespace crossdock::host::delivery
