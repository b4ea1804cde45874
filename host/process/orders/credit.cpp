#include "host/process/orders/credit.hpp"

#include <algorithm>

#include "crossdock/canonical/money.hpp"
#include "host/process/orders/holds.hpp"

namespace crossdock::host::process {
namespace {

std::string money(std::int64_t minor, const std::string& currency) {
  return canonical::to_string(canonical::Money{minor, currency});
}

void set_credit(Context& context, const std::string& order_id, const std::string& word) {
  update_order(context, order_id, "UPDATE orders SET credit = ? WHERE id = ?", word);
  log_order(context, order_id, "credit", word);
}

// Orders that were referred, oldest first; each that fits now goes on.
void look_again(Context& context, const std::string& customer) {
  std::vector<std::string> waiting;
  {
    auto statement = context.db.prepare(
        "SELECT id FROM orders WHERE customer = ? AND credit = 'referred' ORDER BY created_at, id");
    statement.bind(customer);
    while (statement.step()) {
      waiting.push_back(statement.text(0));
    }
  }
  for (const auto& id : waiting) {
    check_credit(context, id);
    proceed(context, id);
    derive_status(context, id);
  }
}

void add_to(Context& context, const std::string& customer, const char* column, std::int64_t minor) {
  const std::string name = column;
  context.db
      .prepare("INSERT INTO credit_accounts(customer, " + name +
               ") VALUES(?1, MAX(0, ?2)) ON CONFLICT(customer) DO UPDATE SET " + name +
               " = MAX(0, " + name + " + ?2)")
      .bind(customer, minor)
      .run();
}

void take_back(Context& context, const std::string& order_id, const std::string& customer,
               std::int64_t minor) {
  update_order(context, order_id,
               "UPDATE orders SET committed_minor = committed_minor - ? WHERE id = ?", minor);
  add_to(context, customer, "committed_minor", -minor);
}

}  // namespace

CreditAccount account_of(journal::Database& db, std::string_view customer) {
  auto statement = db.prepare(
      "SELECT limited, limit_minor, exposure_minor, committed_minor FROM credit_accounts WHERE "
      "customer = ?");
  statement.bind(customer);
  if (!statement.step()) {
    return {};
  }
  return {statement.integer(0) != 0, statement.integer(1), statement.integer(2),
          statement.integer(3)};
}

void check_credit(Context& context, const std::string& order_id) {
  const auto order = *find_order(context.db, order_id);
  const auto account = account_of(context.db, order.header.customer);
  const auto owed = account.exposure_minor + account.committed_minor;
  if (account.limited && owed + order.value_minor <= account.limit_minor) {
    set_credit(context, order_id, "approved");
    commit_credit(context, order_id, order);
    release_hold(context, order_id, "credit", "limit");
    return;
  }
  const auto& currency = order.header.currency;
  const auto why = account.limited
                       ? money(owed, currency) + " are open, the limit is " +
                             money(account.limit_minor, currency) + ", the order is worth " +
                             money(order.value_minor, currency)
                       : "no credit limit of customer " + order.header.customer + " is known";
  if (order.credit != "referred") {
    set_credit(context, order_id, "referred");
  }
  raise_hold(context, order_id, "credit", why, "limit");
}

void commit_credit(Context& context, const std::string& order_id, const KnownOrder& order) {
  update_order(context, order_id,
               "UPDATE orders SET committed_minor = committed_minor + ? WHERE id = ?",
               order.value_minor);
  add_to(context, order.header.customer, "committed_minor", order.value_minor);
}

void credit_invoiced(Context& context, const std::string& order_id, std::int64_t minor) {
  std::string customer;
  std::int64_t committed = 0;
  {
    auto statement =
        context.db.prepare("SELECT customer, committed_minor FROM orders WHERE id = ?");
    statement.bind(order_id);
    if (!statement.step() || statement.integer(1) == 0) {
      return;
    }
    customer = statement.text(0);
    committed = statement.integer(1);
  }
  take_back(context, order_id, customer, std::min(committed, minor));
  add_to(context, customer, "exposure_minor", minor);
}

void free_credit(Context& context, const std::string& order_id) {
  std::string customer;
  std::int64_t committed = 0;
  {
    auto statement = context.db.prepare(
        "SELECT customer, committed_minor FROM orders WHERE id = ? AND committed_minor > 0");
    statement.bind(order_id);
    if (!statement.step()) {
      return;
    }
    customer = statement.text(0);
    committed = statement.integer(1);
  }
  take_back(context, order_id, customer, committed);
  look_again(context, customer);
}

void credit_changed(Context& context, const canonical::CreditChange& change) {
  const auto& currency = context.settings.currency;
  for (const auto* money_said : {&change.limit, &change.exposure, &change.payment}) {
    if (*money_said && (*money_said)->currency != currency) {
      throw Refused("the account of customer " + change.customer + " is kept in " + currency +
                    ", not in " + (*money_said)->currency);
    }
  }
  add_to(context, change.customer, "exposure_minor", 0);
  if (change.exposure) {
    context.db.prepare("UPDATE credit_accounts SET exposure_minor = ? WHERE customer = ?")
        .bind(change.exposure->minor, change.customer)
        .run();
  }
  if (change.payment) {
    add_to(context, change.customer, "exposure_minor", -change.payment->minor);
  }
  if (change.limit) {
    set_credit_limit(context, change.customer, change.limit->minor);
  } else {
    look_again(context, change.customer);
  }
}

void set_credit_limit(Context& context, const std::string& customer, std::int64_t limit_minor) {
  context.db
      .prepare(
          "INSERT INTO credit_accounts(customer, limited, limit_minor) VALUES(?1, 1, ?2) ON "
          "CONFLICT(customer) DO UPDATE SET limited = 1, limit_minor = ?2")
      .bind(customer, limit_minor)
      .run();
  look_again(context, customer);
}

}  // namespace crossdock::host::process
