// Session's part about its connector's account: the extensions crossdock.budget/1 and
// crossdock.token/1, which ask the host and wait.
#include <crossdock/ext/budget.h>
#include <crossdock/ext/token.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "host/worker/session.hpp"

namespace crossdock::host::worker {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kFirstSpend = offsetof(xd_spend, timeout_ns) + sizeof(xd_spend::timeout_ns);
constexpr std::size_t kFirstSpent =
    offsetof(xd_spent, retry_after_ns) + sizeof(xd_spent::retry_after_ns);
constexpr std::size_t kLongestOperation = 64;
constexpr std::int64_t kLongestWait = 600'000'000'000;
constexpr std::int64_t kGrace = 5'000'000'000;  // for the host to say that time ran out
constexpr std::int64_t kAnyTime = 1'000'000'000;

std::string_view text_in(xd_bytes bytes) {
  return bytes.size == 0 || bytes.data == nullptr ? std::string_view()
                                                  : std::string_view(bytes.data, bytes.size);
}

void say(const xd_error_sink* error, std::string_view text) {
  if (error != nullptr && error->set != nullptr) {
    error->set(error->context, {text.data(), text.size()});
  }
}

}  // namespace

const void* Session::account_extension(std::string_view name) {
  static const xd_budget_v1 kBudget = {&Session::take_budget, &Session::learn_budget};
  static const xd_token_v1 kToken = {&Session::get_token};
  return name == XD_EXT_BUDGET  ? static_cast<const void*>(&kBudget)
         : name == XD_EXT_TOKEN ? static_cast<const void*>(&kToken)
                                : nullptr;
}

xd_status Session::take_budget(void* self, const xd_spend* spend, std::uint64_t* ticket,
                               std::int64_t* retry_after_ns, const xd_error_sink* error) {
  auto& session = *static_cast<Session*>(self);
  if (spend == nullptr || spend->struct_size < kFirstSpend || ticket == nullptr ||
      retry_after_ns == nullptr || !std::isfinite(spend->cost) || spend->cost < 0 ||
      spend->operation.size == 0 || spend->operation.size > kLongestOperation) {
    session.log(XD_LOG_ERROR,
                "budget: needs an operation of 1 to 64 bytes and a cost that is not negative");
    say(error, "the request for room in the budget breaks the contract");
    return XD_INVALID;
  }
  const auto patience = std::clamp<std::int64_t>(spend->timeout_ns, 0, kLongestWait);
  const auto answer = session.questions_.ask(
      [&](std::uint64_t id) {
        return bus::write_spend_wanted(
            {id, text_in(spend->operation), spend->priority, spend->cost, patience});
      },
      nanoseconds(patience + kGrace));
  bus::SpendGiven given;
  if (!answer || !bus::read_spend_given(*answer, given)) {
    const bool closed = session.questions_.closed();
    *retry_after_ns = kAnyTime;
    say(error, closed ? "the connector is stopping" : "the host did not answer in time");
    return closed ? XD_CLOSED : XD_AGAIN;
  }
  *ticket = given.ticket;
  *retry_after_ns = given.retry_after_ns;
  if (given.ticket == 0) {
    say(error, given.reason);
  }
  return given.ticket == 0 ? XD_AGAIN : XD_OK;
}

xd_status Session::learn_budget(void* self, const xd_spent* spent) {
  if (spent == nullptr || spent->struct_size < kFirstSpent ||
      (spent->ticket == 0 &&
       (spent->operation.size == 0 || spent->operation.size > kLongestOperation))) {
    return XD_INVALID;
  }
  static_cast<Session*>(self)->push(
      bus::write_spend_learnt({spent->ticket, text_in(spent->operation), spent->refused != 0,
                               spent->cost, spent->limit, spent->remaining, spent->rate,
                               spent->reset_after_ns, spent->window_ns, spent->retry_after_ns}));
  return XD_OK;
}

xd_status Session::get_token(void* self, xd_bytes refused, std::int64_t timeout_ns, void* reader,
                             void (*found)(void*, xd_bytes, std::int64_t),
                             const xd_error_sink* error) {
  auto& session = *static_cast<Session*>(self);
  auto answer = session.questions_.ask(
      [&](std::uint64_t id) {
        return bus::write_token_wanted({id, text_in(refused)});
      },
      nanoseconds(std::clamp<std::int64_t>(timeout_ns, 0, kLongestWait)));
  bus::TokenGiven given;
  if (!answer || !bus::read_token_given(*answer, given)) {
    say(error, session.questions_.closed() ? "the connector is stopping"
                                           : "the host gave no token in time");
    return session.questions_.closed() ? XD_CLOSED : XD_FAILED;
  }
  if (given.token.empty()) {
    say(error, given.reason);
    return XD_FAILED;
  }
  found(reader, {given.token.data(), given.token.size()}, given.expires_at_ns);
  std::fill(answer->begin(), answer->end(), '\0');
  return XD_OK;
}

}  // namespace crossdock::host::worker
