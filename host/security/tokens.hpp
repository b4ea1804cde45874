// Custody of OAuth 2.0 tokens (RFC 6749): one access token per account, fetched once for all who
// ask at the same time, renewed before it ends, and never handed out before what is needed to get
// the next one is on the disk. A refresh token that is good for one use is thus never lost: after a
// crash between the issuer's answer and its storing, the one before is tried too.
//
// Thread-safe; a fetch runs on a thread of its own, the callbacks come on it.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace crossdock::host::security {

enum class TokenGrant : std::uint8_t { client_credentials, refresh_token };

struct TokenAccount {
  std::string name;
  std::string url;  // of the issuer's token endpoint
  TokenGrant grant = TokenGrant::client_credentials;
  std::string client_id;
  std::string client_secret;  // by reference, resolved at each fetch
  std::string refresh_token;  // the first one, by reference
  std::string scope;
  std::string ca_file;
  bool secret_in_body = false;  // else HTTP Basic (RFC 6749, section 2.3.1)

  bool operator==(const TokenAccount&) const = default;
};

struct TokenAnswer {
  std::string token;               // empty: none
  std::int64_t expires_at_ns = 0;  // 0: not known
  std::string reason;              // of none; never holds a secret
};

class Tokens {
 public:
  struct Reply {
    int status = 0;  // 0: no answer
    std::string body;
    std::string detail;
  };
  struct Ports {
    // One POST of a form; blocks for its own deadline.
    std::function<Reply(const TokenAccount&, const std::string& form,
                        const std::string& authorization)>
        post;
    std::function<std::string(const std::string& reference, std::string& fault)> resolve;
    std::function<std::int64_t()> now_ns;
    std::function<void(const char* level, const std::string& account, const std::string& text)> log;
  };
  using Done = std::function<void(const TokenAnswer&)>;

  // What an operator sees: never a token.
  struct View {
    std::string account;
    std::string issuer;
    bool has_token = false;
    std::int64_t fetched_at_ns = 0;  // 0: never since the start
    std::int64_t expires_at_ns = 0;  // 0: not known
    std::string failure;             // of the last fetch
    std::int64_t not_before_ns = 0;  // after a failure
  };

  // `folder`: where refresh tokens are kept, one file of mode 0600 per account; made with 0700.
  Tokens(std::vector<TokenAccount> accounts, std::filesystem::path folder, Ports ports);
  ~Tokens();  // waits for fetches under way
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  // Accounts as they are now; one that is the same keeps its token.
  void configure(std::vector<TokenAccount> accounts);

  // `refused`: a token that was just refused somewhere; the current one, if it is another, is
  // answered without asking the issuer.
  void ask(const std::string& account, const std::string& refused, Done done);
  std::vector<View> view();

 private:
  struct State {
    TokenAccount account;
    bool configured = false;  // else it was, and is only remembered
    std::string token;
    std::int64_t fetched_at_ns = 0;
    std::int64_t expires_at_ns = 0;
    bool fetching = false;
    std::vector<Done> waiting;
    int failures = 0;
    std::int64_t not_before_ns = 0;  // after a failure the issuer is left alone for a while
    std::string failure;
  };
  void fetch(State& state);  // mutex held; starts the flight
  void fly(State& state, const TokenAccount& account);
  TokenAnswer refresh(const TokenAccount& account, bool& grant_is_dead);
  TokenAnswer request(const TokenAccount& account, const std::string& refresh_token,
                      std::string& next_refresh_token, bool& grant_is_dead);
  std::filesystem::path file_of(const std::string& account) const;

  std::filesystem::path folder_;
  Ports ports_;
  std::mutex mutex_;
  std::map<std::string, State> states_;
  std::atomic<int> flights_{0};
};

}  // namespace crossdock::host::security
