#include "host/security/tokens.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "sdk/plugin/hash.hpp"
#include "sdk/trust/bytes.hpp"

namespace crossdock::host::security {
namespace {

namespace json = boost::json;

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::size_t kLargestToken = 16u << 10;
constexpr std::size_t kLargestAnswer = 64u << 10;
constexpr std::int64_t kLongestWaitNs = 300 * kSecondNs;

// application/x-www-form-urlencoded (WHATWG URL, section 5)
std::string form_encoded(const std::string& text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '_' || c == '.' || c == '*') {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    }
  }
  return out;
}

std::string text_of(const json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr || text->size() > kLargestToken ? std::string()
                                                         : std::string(text->data(), text->size());
}

json::object object_of(const std::string& text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  auto value = json::parse(text, error, {}, options);
  return error || !value.is_object() ? json::object() : std::move(value.get_object());
}

// A header must not be broken by what an issuer sends.
bool is_header_safe(const std::string& token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
}

}  // namespace

Tokens::Tokens(std::vector<TokenAccount> accounts, std::filesystem::path folder, Ports ports)
    : folder_(std::move(folder)), ports_(std::move(ports)) {
  configure(std::move(accounts));
}

void Tokens::configure(std::vector<TokenAccount> accounts) {
  const std::lock_guard lock(mutex_);
  if (!accounts.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  }
  for (auto& [name, state] : states_) {
    state.configured = false;
  }
  for (auto& account : accounts) {
    auto& state = states_[account.name];
    state.configured = true;
    if (state.account == account) {
      continue;
    }
    state.account = std::move(account);
    state.token.clear();
    state.not_before_ns = 0;
    state.failures = 0;
    state.failure.clear();
  }
}

Tokens::~Tokens() {
  while (flights_ > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

std::filesystem::path Tokens::file_of(const std::string& account) const {
  return folder_ / (account + ".json");
}

void Tokens::ask(const std::string& account, const std::string& refused, Done done) {
  TokenAnswer answer;
  {
    const std::lock_guard lock(mutex_);
    const auto found = states_.find(account);
    if (found == states_.end() || !found->second.configured) {
      answer.reason = "there is no account " + account + " with a token block";
    } else {
      State& state = found->second;
      const auto now = ports_.now_ns();
      const bool known = !state.token.empty() && state.token != refused;
      const bool good = known && (state.expires_at_ns == 0 || now < state.expires_at_ns);
      // At four fifths of its life a token is renewed while it still serves.
      const auto renew_at =
          state.fetched_at_ns + (state.expires_at_ns - state.fetched_at_ns) / 5 * 4;
      const bool may_fetch = !state.fetching && now >= state.not_before_ns;
      if (good) {
        answer = {state.token, state.expires_at_ns, {}};
        if (state.expires_at_ns != 0 && now >= renew_at && may_fetch) {
          fetch(state);
        }
      } else if (state.fetching || may_fetch) {
        state.waiting.push_back(std::move(done));
        if (may_fetch) {
          state.token.clear();
          fetch(state);
        }
        return;
      } else {
        answer.reason = state.failure;
      }
    }
  }
  done(answer);
}

void Tokens::fetch(State& state) {
  state.fetching = true;
  ++flights_;
  std::thread([this, &state, account = state.account] {
    fly(state, account);
    --flights_;
  }).detach();
}

// A refresh token that is good for one use: what came is stored, then used. After a crash in
// between, or where the answer was lost, the one that was used is what there is; issuers take it
// again for a while. The one before it is the last resort, for an issuer that was restored from a
// backup.
TokenAnswer Tokens::refresh(const TokenAccount& account, bool& grant_is_dead) {
  TokenAnswer answer;
  std::string fault;
  const auto file = file_of(account.name);
  const auto stored = object_of(trust::read_file(file, kLargestAnswer, fault).value_or("{}"));
  std::vector<std::string> candidates = {text_of(stored, "refresh_token"),
                                         text_of(stored, "previous_refresh_token")};
  // The one in the configuration counts when it is new there, or nothing is stored yet.
  fault.clear();
  const auto configured = ports_.resolve(account.refresh_token, fault);
  if (!configured.empty() && text_of(stored, "configured") != plugin::sha256_hex(configured)) {
    candidates.insert(candidates.begin(), configured);
  }
  std::erase(candidates, std::string());
  if (candidates.empty()) {
    answer.reason = "there is no refresh token: " + (fault.empty() ? "give one" : fault);
  }
  for (const auto& candidate : candidates) {
    std::string next;
    answer = request(account, candidate, next, grant_is_dead);
    if (!answer.token.empty()) {
      const json::object keep{{"refresh_token", next.empty() ? candidate : next},
                              {"previous_refresh_token", candidate},
                              {"configured", plugin::sha256_hex(configured)}};
      if (!trust::write_file(file, json::serialize(keep) + "\n", 0600, fault)) {
        answer = {{},
                  0,
                  "the next refresh token cannot be stored, so the access token is not used: " +
                      file.string() + " " + fault};
      }
      break;
    }
    if (!grant_is_dead) {
      break;
    }
  }
  return answer;
}

// Asks the issuer, and tells those who wait.
void Tokens::fly(State& state, const TokenAccount& account) {
  bool grant_is_dead = false;
  std::string unused;
  const auto answer = account.grant == TokenGrant::client_credentials
                          ? request(account, {}, unused, grant_is_dead)
                          : refresh(account, grant_is_dead);
  std::vector<Done> waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto now = ports_.now_ns();
    state.fetching = false;
    if (state.account != account) {
      // It was configured anew meanwhile: who waits has this answer, nobody after them.
    } else if (!answer.token.empty()) {
      state.token = answer.token;
      state.fetched_at_ns = now;
      state.expires_at_ns = answer.expires_at_ns;
      state.failures = 0;
      state.not_before_ns = 0;
      state.failure.clear();
    } else {
      state.failures = std::min(state.failures + 1, 10);
      state.not_before_ns = now + std::min(kSecondNs << state.failures,
                                           grant_is_dead ? 4 * kLongestWaitNs : kLongestWaitNs);
      state.failure = answer.reason;
    }
    waiting.swap(state.waiting);
  }
  if (answer.token.empty()) {
    ports_.log("error", account.name, "no access token: " + answer.reason);
  } else {
    ports_.log("info", account.name, "has a new access token");
  }
  for (const auto& done : waiting) {
    done(answer);
  }
}

std::vector<Tokens::View> Tokens::view() {
  const std::lock_guard lock(mutex_);
  std::vector<View> out;
  for (const auto& [name, state] : states_) {
    if (state.configured) {
      out.push_back({name, state.account.url,
                     !state.token.empty() &&
                         (state.expires_at_ns == 0 || ports_.now_ns() < state.expires_at_ns),
                     state.fetched_at_ns, state.expires_at_ns, state.failure, state.not_before_ns});
    }
  }
  return out;
}

TokenAnswer Tokens::request(const TokenAccount& account, const std::string& refresh_token,
                            std::string& next_refresh_token, bool& grant_is_dead) {
  TokenAnswer out;
  std::string fault;
  const auto secret = ports_.resolve(account.client_secret, fault);
  if (!fault.empty()) {
    out.reason = "its client secret cannot be had: " + fault;
    return out;
  }
  std::string form = refresh_token.empty()
                         ? "grant_type=client_credentials"
                         : "grant_type=refresh_token&refresh_token=" + form_encoded(refresh_token);
  if (!account.scope.empty()) {
    form += "&scope=" + form_encoded(account.scope);
  }
  std::string authorization;
  if (account.secret_in_body) {
    form +=
        "&client_id=" + form_encoded(account.client_id) + "&client_secret=" + form_encoded(secret);
  } else {
    authorization =
        "Basic " + trust::base64(form_encoded(account.client_id) + ":" + form_encoded(secret));
  }
  const auto reply = ports_.post(account, form, authorization);
  if (reply.status == 0) {
    out.reason = account.url + " does not answer: " + reply.detail;
    return out;
  }
  const auto body = reply.body.size() <= kLargestAnswer ? object_of(reply.body) : json::object();
  if (reply.status != 200) {
    const auto code = text_of(body, "error");  // RFC 6749, section 5.2
    grant_is_dead = code == "invalid_grant";
    out.reason =
        account.url + " says " + std::to_string(reply.status) +
        (code.empty() ? std::string() : " " + code.substr(0, 100)) +
        (grant_is_dead ? "; the grant is used up or withdrawn: get a new refresh token and "
                         "put it into the account"
                       : "");
    return out;
  }
  const auto token = text_of(body, "access_token");
  if (!is_header_safe(token)) {
    out.reason = account.url + " answers without a usable access_token";
    return out;
  }
  const auto* expires = body.if_contains("expires_in");
  if (expires != nullptr && expires->is_int64() && expires->get_int64() > 0) {
    out.expires_at_ns =
        ports_.now_ns() + std::min<std::int64_t>(expires->get_int64(), 31'536'000) * kSecondNs;
  }
  next_refresh_token = text_of(body, "refresh_token");
  out.token = token;
  return out;
}

}  // namespace crossdock::host::security
