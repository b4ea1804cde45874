// Access tokens from the host: fetched, refreshed and rotated there, once for all connectors of an
// account.
//
//   auto token = access_token(host);                  // Authorization: Bearer ...
//   if (answer.status == 401) token = access_token(host, token.value.reveal());
//
// Thread-safe. Not from accepted().
#pragma once

#include <crossdock/ext/token.h>

#include <crossdock/host.hpp>
#include <crossdock/secret.hpp>

namespace crossdock {

struct AccessToken {
  Secret value;
  std::int64_t expires_at_ns = 0;  // 0: not known
  std::string reason;              // why there is none

  explicit operator bool() const { return !value.empty(); }
};

// `refused`: a token that the outside system has just refused. Once; a second refusal of a fresh
// token is Outcome::unauthorised.
inline AccessToken access_token(const Host& host, const std::string& refused = {},
                                std::chrono::milliseconds wait = std::chrono::seconds(30)) {
  AccessToken out;
  const auto* table =
      static_cast<const xd_token_v1*>(host.table()->extension(host.table()->context, XD_EXT_TOKEN));
  if (table == nullptr) {
    out.reason = "the host has no token for this connector; give it an account with a token block";
    return out;
  }
  const xd_error_sink sink{&out.reason, [](void* text, xd_bytes words) {
                             static_cast<std::string*>(text)->assign(words.data, words.size);
                           }};
  table->get(
      host.table()->context, {refused.data(), refused.size()},
      std::chrono::duration_cast<std::chrono::nanoseconds>(wait).count(), &out,
      [](void* reader, xd_bytes token, std::int64_t expires_at_ns) {
        auto& found = *static_cast<AccessToken*>(reader);
        found.value = Secret(std::string(token.data, token.size));
        found.expires_at_ns = expires_at_ns;
      },
      &sink);
  return out;
}

}  // namespace crossdock
