#include "host/process/billing/charges.hpp"

namespace crossdock::host::process {

void keep_charges(Context& context, std::string_view order_id,
                  const std::vector<canonical::Charge>& charges) {
  context.db.prepare("DELETE FROM order_charges WHERE order_id = ? AND invoice_id = ''")
      .bind(order_id)
      .run();
  for (const auto& charge : charges) {
    context.db
        .prepare(
            "INSERT INTO order_charges(order_id, number, kind, amount_minor, description) "
            "VALUES(?1, (SELECT COALESCE(MAX(number), 0) + 1 FROM order_charges WHERE order_id = "
            "?1), ?2, ?3, ?4)")
        .bind(order_id, charge.kind, charge.amount.minor, charge.description.value_or(""))
        .run();
  }
}

std::vector<canonical::Charge> take_charges(Context& context, std::string_view order_id,
                                            std::string_view invoice_id,
                                            const std::string& currency) {
  std::vector<canonical::Charge> out;
  {
    auto statement = context.db.prepare(
        "SELECT kind, amount_minor, description FROM order_charges WHERE order_id = ? AND "
        "invoice_id = '' ORDER BY number");
    statement.bind(order_id);
    while (statement.step()) {
      canonical::Charge charge;
      charge.kind = statement.text(0);
      charge.amount = {statement.integer(1), currency};
      if (auto description = statement.text(2); !description.empty()) {
        charge.description = std::move(description);
      }
      out.push_back(std::move(charge));
    }
  }
  if (!out.empty()) {
    context.db
        .prepare("UPDATE order_charges SET invoice_id = ?2 WHERE order_id = ?1 AND invoice_id = ''")
        .bind(order_id, invoice_id)
        .run();
  }
  return out;
}

void give_charges_back(Context& context, std::string_view invoice_id) {
  context.db.prepare("UPDATE order_charges SET invoice_id = '' WHERE invoice_id = ?")
      .bind(invoice_id)
      .run();
}

std::int64_t charges_of(journal::Database& db, std::string_view order_id) {
  auto statement =
      db.prepare("SELECT COALESCE(SUM(amount_minor), 0) FROM order_charges WHERE order_id = ?");
  statement.bind(order_id);
  statement.step();
  return statement.integer(0);
}

}  // namespace crossdock::host::process
