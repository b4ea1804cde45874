// Taking turns at an account with an outside system: ask before a request, tell what its answer
// said. The host keeps the limits for all connectors of the account and lets what is urgent go
// first.
//
//   auto pass = take(host, {.operation = "orders.read", .priority = Priority::bulk});
//   if (!pass) return Outcome::throttled(pass.reason(), pass.retry_after());
//   ... the request ...
//   pass.answered({.remaining = 17});
//
// Over HTTP, PacedHttp (paced_http.hpp) does all of it. Thread-safe; not from accepted().
#pragma once

#include <crossdock/ext/budget.h>

#include <chrono>
#include <crossdock/host.hpp>
#include <string>
#include <utility>

namespace crossdock {

enum class Priority : std::int32_t { urgent = XD_URGENT, normal = XD_NORMAL, bulk = XD_BULK };

struct Spend {
  std::string operation;  // as the outside system counts
  double cost = 1;
  Priority priority = Priority::normal;
  std::chrono::milliseconds wait{30'000};  // for room
};

// What an answer said; negative: nothing.
struct Spent {
  bool refused = false;  // for having asked too much
  double cost = -1;
  double limit = -1;                         // most units at once, or in one window
  double remaining = -1;                     // units that are left
  double rate = -1;                          // units that come back each second
  std::chrono::nanoseconds reset_after{-1};  // until all are back
  std::chrono::nanoseconds window{-1};
  std::chrono::nanoseconds retry_after{-1};
};

namespace detail {

inline const xd_budget_v1* budget_of(const Host& host) {
  return static_cast<const xd_budget_v1*>(
      host.table()->extension(host.table()->context, XD_EXT_BUDGET));
}

inline void learn(const Host& host, std::uint64_t ticket, std::string_view operation,
                  const Spent& spent) {
  const auto* table = budget_of(host);
  if (table == nullptr) {
    return;
  }
  xd_spent out{};
  out.struct_size = sizeof out;
  out.refused = spent.refused ? 1 : 0;
  out.ticket = ticket;
  out.operation = bytes(operation);
  out.cost = spent.cost;
  out.limit = spent.limit;
  out.remaining = spent.remaining;
  out.rate = spent.rate;
  out.reset_after_ns = spent.reset_after.count();
  out.window_ns = spent.window.count();
  out.retry_after_ns = spent.retry_after.count();
  table->learn(host.table()->context, &out);
}

}  // namespace detail

// Leave to make one request, or why there is none. Answered at the latest when it goes.
class [[nodiscard]] Pass {
 public:
  Pass(const Host& host, const Spend& spend) : host_(host) {
    const auto* table = detail::budget_of(host_);
    if (table == nullptr) {
      return;  // a host without budgets lets everything through
    }
    xd_spend in{};
    in.struct_size = sizeof in;
    in.priority = static_cast<std::int32_t>(spend.priority);
    in.operation = detail::bytes(spend.operation);
    in.cost = spend.cost;
    in.timeout_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(spend.wait).count();
    std::int64_t later = 0;
    const xd_error_sink sink{&reason_, [](void* text, xd_bytes words) {
                               *static_cast<std::string*>(text) = detail::copy(words);
                             }};
    granted_ = table->take(host_.table()->context, &in, &ticket_, &later, &sink) == XD_OK;
    retry_after_ = std::chrono::nanoseconds(later);
  }
  Pass(Pass&& other) noexcept
      : host_(std::move(other.host_)),
        granted_(other.granted_),
        ticket_(std::exchange(other.ticket_, 0)),
        retry_after_(other.retry_after_),
        reason_(std::move(other.reason_)) {}
  Pass& operator=(Pass&&) = delete;
  ~Pass() { answered({}); }

  explicit operator bool() const { return granted_; }
  std::chrono::nanoseconds retry_after() const { return retry_after_; }
  const std::string& reason() const { return reason_; }

  // What the answer said; the first word counts.
  void answered(const Spent& spent) {
    if (granted_ && ticket_ != 0) {
      detail::learn(host_, std::exchange(ticket_, 0), {}, spent);
    }
  }

 private:
  Host host_;
  bool granted_ = true;
  std::uint64_t ticket_ = 0;
  std::chrono::nanoseconds retry_after_{0};
  std::string reason_;
};

inline Pass take(const Host& host, const Spend& spend) { return {host, spend}; }

// What the answer to a delivery said, or to another request that asked for no leave.
inline void learn(const Host& host, std::string_view operation, const Spent& spent) {
  detail::learn(host, 0, operation, spent);
}

}  // namespace crossdock
