#include "host/app/account_settings.hpp"

#include <algorithm>
#include <cmath>

#include "host/app/process_settings.hpp"
#include "host/security/grants.hpp"

namespace crossdock::host::app {
namespace {

using delivery::OperationLimit;
using delivery::Priority;
using std::chrono::milliseconds;

constexpr double kMostUnits = 1e9;

OperationLimit read_limit(Section& in) {
  OperationLimit out;
  out.operation = in.name();
  if (out.operation.empty() || out.operation.size() > delivery::Budgets::kLongestName) {
    in.problem("", "needs an operation of 1 to 64 bytes, or * for all: limit * { ... }");
  }
  const double rate = in.number("rate", 0, 0, kMostUnits);
  const auto per = in.duration("per", milliseconds(1000));
  out.terms.window = in.duration("window", milliseconds(0));
  out.terms.burst = in.number("burst", 0, 0, kMostUnits);
  const double reserve = in.number("reserve", -1, -1, kMostUnits);
  if (per.count() <= 0) {
    in.problem("per", "must be longer than 0s");
  } else {
    out.terms.rate = rate / (static_cast<double>(per.count()) / 1000);
  }
  if (out.terms.window.count() > 0 && (rate > 0 || out.terms.burst <= 0)) {
    in.problem("window", "goes with burst and without rate: burst 150, window 60s");
  } else if (out.terms.window.count() == 0 && rate <= 0) {
    in.problem("rate", "is missing; say rate and burst, or burst and window");
  }
  if (out.terms.burst <= 0) {
    out.terms.burst = std::max(1.0, std::ceil(out.terms.rate));
  }
  if (reserve >= 0) {
    out.terms.reserve = std::min(reserve, out.terms.burst);
  }
  in.finish();
  return out;
}

security::TokenAccount read_token(Section& in, const std::string& account) {
  security::TokenAccount out;
  out.name = account;
  out.url = in.required("url");
  if (!out.url.empty() &&
      (security::endpoint_of(out.url).empty() ||
       (!out.url.starts_with("https://") && !out.url.starts_with("http://127.0.0.1:") &&
        !out.url.starts_with("http://localhost:")))) {
    in.problem("url", "must be https://..., because secrets go there");
  }
  out.client_id = in.required("client_id");
  out.client_secret = in.required("client_secret");
  out.scope = in.text("scope");
  out.ca_file = in.text("ca_file");
  const auto grant =
      in.one_of("grant", {"client_credentials", "refresh_token"}, "client_credentials");
  if (grant == "refresh_token") {
    out.grant = security::TokenGrant::refresh_token;
    out.refresh_token = in.required("refresh_token");
  }
  out.secret_in_body = in.one_of("secret_in", {"header", "body"}, "header") == "body";
  for (const auto& [key, value] :
       {std::pair("client_secret", &out.client_secret), {"refresh_token", &out.refresh_token}}) {
    if (!value->empty() && !value->starts_with("file:") && !value->starts_with("env:") &&
        !value->starts_with("credential:")) {
      in.problem(key,
                 "is a secret and must be given by reference: file:PATH, credential:NAME or "
                 "env:NAME");
    }
  }
  in.finish();
  return out;
}

}  // namespace

void read_account(Section& in, std::vector<AccountConfiguration>& out) {
  AccountConfiguration one;
  one.name = in.name();
  if (!is_name(one.name)) {
    in.problem("", "needs a name of letters, digits, _ or -: account acme { ... }");
  }
  for (auto& block : in.children("limit")) {
    one.limits.push_back(read_limit(block));
  }
  if (auto token = in.child("token")) {
    one.token = read_token(*token, one.name);
  }
  if (one.limits.empty() && !one.token) {
    in.problem("", "says nothing; give it limit * { rate ... burst ... } or token { ... }");
  }
  in.finish();
  if (std::any_of(out.begin(), out.end(),
                  [&](const auto& other) { return other.name == one.name; })) {
    in.problem("", "is given twice; keep one account " + one.name);
  }
  out.push_back(std::move(one));
}

std::vector<delivery::PriorityRule> read_lanes(Section& in) {
  std::vector<delivery::PriorityRule> out;
  for (const auto& [key, priority] : {std::pair("urgent", Priority::urgent),
                                      {"normal", Priority::normal},
                                      {"bulk", Priority::bulk}}) {
    for (const auto& type : in.words(key)) {
      out.push_back({type, priority});
    }
  }
  in.finish();
  return out;
}

}  // namespace crossdock::host::app
