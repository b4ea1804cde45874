// Service's part about accounts: budgets and tokens as an operator sees them.
#include <boost/json.hpp>

#include "host/app/service.hpp"
#include "host/app/token_requests.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

std::string time_text(std::int64_t ns) {
  return ns == 0 ? "" : canonical::to_string(canonical::Instant{ns});
}

std::vector<security::TokenAccount> token_accounts(
    const std::vector<AccountConfiguration>& accounts) {
  std::vector<security::TokenAccount> out;
  for (const auto& one : accounts) {
    if (one.token) {
      out.push_back(*one.token);
    }
  }
  return out;
}

json::object to_json(const delivery::LimitView& limit) {
  return {{"operation", limit.operation},
          {"origin", limit.origin},
          {"burst", limit.burst},
          {"rate_per_second", limit.rate},
          {"level", limit.level},
          {"held_for_seconds", limit.held_for_s},
          {"granted", limit.granted},
          {"refused", limit.refused},
          {"waited_seconds", limit.waited_s}};
}

json::object to_json(const delivery::AccountView& account,
                     const std::vector<std::string>& connectors) {
  json::object waiting;
  for (std::size_t i = 0; i < delivery::kPriorities; ++i) {
    waiting[delivery::name_of(static_cast<delivery::Priority>(i))] = account.waiting[i];
  }
  json::array limits;
  for (const auto& limit : account.limits) {
    limits.push_back(to_json(limit));
  }
  return {{"name", account.name},
          {"connectors", json::value_from(connectors)},
          {"waiting", std::move(waiting)},
          {"limits", std::move(limits)},
          {"token", nullptr}};
}

json::object to_json(const security::Tokens::View& token) {
  return {{"issuer", token.issuer},
          {"has_token", token.has_token},
          {"fetched_at", time_text(token.fetched_at_ns)},
          {"expires_at", time_text(token.expires_at_ns)},
          {"failure", token.failure},
          {"not_before", time_text(token.not_before_ns)}};
}

}  // namespace

void Service::open_accounts(delivery::Dispatcher::Ports& ports) {
  tokens_ = std::make_unique<security::Tokens>(
      token_accounts(configuration_.accounts), configuration_.data_dir / "tokens",
      security::Tokens::Ports{
          &post_form,
          [](const std::string& reference, std::string& fault) {
            return resolve_secret(reference, fault).value_or("");
          },
          [] {
            return std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                .count();
          },
          [this](const char* level, const std::string& account, const std::string& text) {
            log_->write(level, {}, "account " + account + ": " + text);
          }});
  ports.token = [this](const std::string& connector, const std::string& refused,
                       const delivery::Dispatcher::Ports::OnToken& done) {
    const auto setup = setups_.current(connector);
    tokens_->ask(setup ? setup->configuration.spec.spending.account : "", refused,
                 [done](const security::TokenAnswer& answer) {
                   done(answer.token, answer.expires_at_ns, answer.reason);
                 });
  };
}

void Service::configure_accounts(const std::vector<AccountConfiguration>& accounts) {
  tokens_->configure(token_accounts(accounts));
  on_loop([this, accounts] {
    for (const auto& one : configured_accounts_) {
      dispatcher_->limit_account(one, {});
    }
    configured_accounts_.clear();
    for (const auto& one : accounts) {
      dispatcher_->limit_account(one.name, one.limits);
      configured_accounts_.push_back(one.name);
    }
  });
}

std::vector<delivery::AccountView> Service::account_views() {
  auto out = std::make_shared<std::vector<delivery::AccountView>>();
  on_loop([this, out] { *out = dispatcher_->accounts(); });
  return *out;
}

http::Answer Service::accounts() {
  json::array list;
  const auto tokens = tokens_->view();
  for (const auto& account : account_views()) {
    std::vector<std::string> connectors;
    for (const auto& setup : setups_.all_current()) {
      if (setup->configuration.spec.spending.account == account.name) {
        connectors.push_back(setup->configuration.spec.name);
      }
    }
    auto row = to_json(account, connectors);
    for (const auto& token : tokens) {
      if (token.account == account.name) {
        row["token"] = to_json(token);
      }
    }
    list.push_back(std::move(row));
  }
  return json::serialize(json::object{{"accounts", std::move(list)}});
}

void Service::add_account_gauges(http::Gauges& out) {
  for (const auto& account : account_views()) {
    for (const auto& limit : account.limits) {
      out.limits.push_back({account.name, limit.operation, limit.level, limit.burst, limit.granted,
                            limit.refused, limit.waited_s});
    }
    for (std::size_t i = 0; i < delivery::kPriorities; ++i) {
      out.waiting.push_back({account.name, delivery::name_of(static_cast<delivery::Priority>(i)),
                             account.waiting[i]});
    }
  }
}

}  // namespace crossdock::host::app
