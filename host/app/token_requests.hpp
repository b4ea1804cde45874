// How the custody of tokens reaches issuers: over HTTPS, with bounded answers and no redirects.
#pragma once

#include <string>

#include "host/security/tokens.hpp"

namespace crossdock::host::app {

// [any] Blocks for at most half a minute.
security::Tokens::Reply post_form(const security::TokenAccount& account, const std::string& form,
                                  const std::string& authorization);

}  // namespace crossdock::host::app
