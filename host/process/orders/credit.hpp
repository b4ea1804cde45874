// A customer's account: what the ERP counts as owed (exposure), what approved orders add to it
// until they are invoiced (committed), and the limit. An order is approved where both and its own
// value stay within the limit; else it is referred, and looked at again, by age, whenever that
// changes.
#pragma once

#include <string>

#include "crossdock/canonical/decisions.hpp"
#include "host/process/context.hpp"
#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {

struct CreditAccount {
  bool limited = false;  // a limit is known
  std::int64_t limit_minor = 0;
  std::int64_t exposure_minor = 0;
  std::int64_t committed_minor = 0;
};
CreditAccount account_of(journal::Database& db, std::string_view customer);

// Decides by the account alone: approved, or referred with a hold.
void check_credit(Context& context, const std::string& order_id);
void commit_credit(Context& context, const std::string& order_id, const KnownOrder& order);
// An invoice takes over what the order had committed.
void credit_invoiced(Context& context, const std::string& order_id, std::int64_t minor);
// What an order that is over has still committed is free again.
void free_credit(Context& context, const std::string& order_id);

void credit_changed(Context& context, const canonical::CreditChange& change);
void set_credit_limit(Context& context, const std::string& customer, std::int64_t limit_minor);

}  // namespace crossdock::host::process
