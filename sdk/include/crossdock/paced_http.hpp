// An HTTP client that keeps to its account's budget: leave before each request, and what the answer
// says of the budget told to the host. The dialects of spent_of() are those that shops,
// marketplaces, carriers and 3PLs speak.
//
// Thread-safe.
#pragma once

#include <boost/json.hpp>
#include <crossdock/budget.hpp>
#include <crossdock/http.hpp>

namespace crossdock {

namespace detail {

// A number at the beginning of a header's value: "37", "0.5", "37/40" with rest "/40".
inline std::optional<double> leading_number(std::string_view text,
                                            std::string_view* rest = nullptr) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !(value >= 0) || value > 1e15) {
    return std::nullopt;
  }
  if (rest != nullptr) {
    *rest = text.substr(static_cast<std::size_t>(end - text.data()));
  }
  return value;
}

inline std::chrono::nanoseconds from_seconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(std::min(seconds, 86'400.0)));
}

// The cost bucket of a GraphQL answer: extensions.cost with actualQueryCost, requestedQueryCost and
// throttleStatus { maximumAvailable, currentlyAvailable, restoreRate }; THROTTLED among its errors.
inline void read_graphql_cost(const std::string& body, Spent& out) {
  if (body.find("\"throttleStatus\"") == std::string::npos &&
      body.find("\"THROTTLED\"") == std::string::npos) {
    return;
  }
  namespace json = boost::json;
  json::error_code error;
  const auto value = json::parse(body, error);
  const auto* root = error ? nullptr : value.if_object();
  if (root == nullptr) {
    return;
  }
  const auto member = [](const json::object* object, const char* key) -> const json::object* {
    const auto* found = object == nullptr ? nullptr : object->if_contains(key);
    return found == nullptr ? nullptr : found->if_object();
  };
  const auto number = [](const json::object* object, const char* key) {
    const auto* found = object == nullptr ? nullptr : object->if_contains(key);
    return found == nullptr || !found->is_number() ? -1.0 : found->to_number<double>();
  };
  const auto* cost = member(member(root, "extensions"), "cost");
  const auto* status = member(cost, "throttleStatus");
  out.cost = number(cost, "actualQueryCost");
  out.limit = number(status, "maximumAvailable");
  out.remaining = number(status, "currentlyAvailable");
  out.rate = number(status, "restoreRate");
  if (const auto* errors = root->if_contains("errors"); errors != nullptr && errors->is_array()) {
    for (const auto& one : errors->get_array()) {
      const auto* extensions = member(one.if_object(), "extensions");
      const auto* code = extensions == nullptr ? nullptr : extensions->if_contains("code");
      out.refused = out.refused ||
                    (code != nullptr && code->is_string() && code->get_string() == "THROTTLED");
    }
  }
  if (out.refused) {
    out.cost = 0;  // nothing was done
    const double missing = number(cost, "requestedQueryCost") - out.remaining;
    if (out.rate > 0 && missing > 0) {
      out.retry_after = from_seconds(missing / out.rate);
    }
  }
}

}  // namespace detail

// What an answer says of the budget: Retry-After (RFC 9110, section 10.2.3), RateLimit-* and its
// X- forms, a rate per second, quota and window, "used/limit", and the cost of a GraphQL query.
inline Spent spent_of(const HttpResult& answer) {
  Spent out;
  if (answer.failure != HttpFailure::none) {
    return out;
  }
  out.refused = answer.status == 429;
  const auto first = [&](std::initializer_list<const char*> names) -> std::optional<double> {
    for (const char* name : names) {
      if (const auto found = detail::leading_number(answer.header(name))) {
        return found;
      }
    }
    return std::nullopt;
  };
  out.limit = first({"RateLimit-Limit", "X-RateLimit-Limit", "X-Rate-Limit-Limit",
                     "X-Rate-Limit-Requests-Quota"})
                  .value_or(-1);
  out.remaining =
      first({"RateLimit-Remaining", "X-RateLimit-Remaining", "X-Rate-Limit-Remaining",
             "X-Rate-Limit-Requests-Left", "X-Remaining-Calls", "X-Current-Token-Count"})
          .value_or(-1);
  out.rate = first({"X-Amzn-RateLimit-Limit"}).value_or(-1);
  if (const auto ms = first({"X-Rate-Limit-Time-Reset-Ms"})) {
    out.reset_after = detail::from_seconds(*ms / 1000);
  } else if (const auto reset =
                 first({"RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset"})) {
    // Seconds from now, or (large numbers) a time of the clock.
    const double now = static_cast<double>(std::time(nullptr));
    if (*reset < 1e8) {
      out.reset_after = detail::from_seconds(*reset);
    } else if (*reset < 1e11) {
      out.reset_after = detail::from_seconds(std::max(0.0, *reset - now));
    } else {
      out.reset_after = detail::from_seconds(std::max(0.0, *reset / 1000 - now));
    }
  } else if (const auto next = first({"X-Next-Replenishment-Time", "X-Next-Replenish-Time"})) {
    const double at = *next > 1e11 ? *next / 1000 : *next;
    out.reset_after =
        detail::from_seconds(std::max(0.0, at - static_cast<double>(std::time(nullptr))));
  }
  if (const auto ms = first({"X-Rate-Limit-Time-Window-Ms"})) {
    out.window = detail::from_seconds(*ms / 1000);
  }
  // "32/40": used of as many.
  std::string_view rest;
  if (const auto used =
          detail::leading_number(answer.header("X-Shopify-Shop-Api-Call-Limit"), &rest);
      used && rest.starts_with('/')) {
    if (const auto most = detail::leading_number(rest.substr(1))) {
      out.limit = *most;
      out.remaining = std::max(0.0, *most - *used);
    }
  }
  if (const auto wait = answer.retry_after(); wait && (out.refused || answer.status == 503)) {
    out.retry_after = *wait;
  } else if (const auto seconds = first({"X-Retry-After"}); seconds && out.refused) {
    out.retry_after = detail::from_seconds(*seconds);
  }
  detail::read_graphql_cost(answer.body, out);
  return out;
}

class PacedHttp {
 public:
  PacedHttp(Host host, HttpOptions options) : host_(std::move(host)), client_(std::move(options)) {}

  // Waits for leave, at most spend.wait. Where there is none nothing is sent: HttpFailure::held,
  // which outcome_of() makes Outcome::throttled.
  HttpResult request(const Spend& spend, const std::string& method, const std::string& path,
                     const std::string& body = {}, const std::string& type = {},
                     const Headers& more = {}) const {
    auto pass = take(host_, spend);
    if (!pass) {
      HttpResult out;
      out.failure = HttpFailure::held;
      out.held_for = pass.retry_after();
      out.detail = method + " " + path + " was not sent: " + pass.reason();
      return out;
    }
    auto result = client_.request(method, path, body, type, more);
    pass.answered(spent_of(result));
    return result;
  }

  // For a delivery that the host has let through: only what the answer says is told.
  HttpResult deliver(const std::string& operation, const std::string& method,
                     const std::string& path, const std::string& body, const std::string& type,
                     const Headers& more = {}) const {
    auto result = client_.request(method, path, body, type, more);
    auto spent = spent_of(result);
    spent.refused = false;  // the outcome says it
    learn(host_, operation, spent);
    return result;
  }

 private:
  Host host_;
  HttpClient client_;
};

}  // namespace crossdock
