// The account blocks of the configuration: what connectors share at an outside system, its limits
// and its access token.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/app/section.hpp"
#include "host/delivery/budgets.hpp"
#include "host/security/tokens.hpp"

namespace crossdock::host::app {

struct AccountConfiguration {
  std::string name;
  std::vector<delivery::OperationLimit> limits;
  std::optional<security::TokenAccount> token;
};

void read_account(Section& in, std::vector<AccountConfiguration>& out);
// A connector's lanes block: which types are urgent, normal and bulk for it.
std::vector<delivery::PriorityRule> read_lanes(Section& in);

}  // namespace crossdock::host::app
