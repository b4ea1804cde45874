#include "host/process/pricing/prices.hpp"

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/party.hpp"

namespace crossdock::host::process {
namespace {

std::string price_list_of(journal::Database& db, std::string_view customer) {
  auto statement = db.prepare("SELECT data FROM customers WHERE code = ?");
  statement.bind(customer);
  if (!statement.step()) {
    return {};
  }
  const auto known = canonical::decode<canonical::Customer>(statement.text(0));
  return known.value ? known.value->price_list.value_or("") : std::string();
}

}  // namespace

void price_changed(Context& context, const canonical::PriceReference& price) {
  if (price.valid_to.known() && price.valid_from.known() &&
      price.valid_to.ns <= price.valid_from.ns) {
    throw Refused("price " + price.id + " ends before it begins");
  }
  if (price.unit_price.e6 < 0) {
    throw Refused("price " + price.id + " is below nothing");
  }
  context.db
      .prepare(
          "INSERT INTO prices(id, sku, list, customer, channel, currency, unit_price_e6, least_e4, "
          "tax_included, valid_from, valid_to, priority, rev) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, "
          "?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT(id) DO UPDATE SET sku = ?2, list = ?3, customer "
          "= ?4, channel = ?5, currency = ?6, unit_price_e6 = ?7, least_e4 = ?8, tax_included = "
          "?9, valid_from = ?10, valid_to = ?11, priority = ?12, rev = ?13 WHERE ?13 >= rev")
      .bind(price.id, price.sku, price.list, price.customer.value_or(""),
            price.channel.value_or(""), price.unit_price.currency, price.unit_price.e6,
            price.least_quantity.e4, price.tax_included, price.valid_from.ns, price.valid_to.ns,
            price.priority, price.rev)
      .run();
}

std::optional<Price> price_for(journal::Database& db, const PriceQuestion& question) {
  const auto list = price_list_of(db, question.customer);
  auto statement = db.prepare(
      "SELECT unit_price_e6, list, id FROM prices WHERE sku = ?1 AND currency = ?2 AND least_e4 <= "
      "?3 AND (valid_from = 0 OR valid_from <= ?4) AND (valid_to = 0 OR valid_to > ?4) AND "
      "(customer = '' OR customer = ?5) AND (channel = '' OR channel = ?6) AND (customer <> '' OR "
      "list = ?7 OR list IN ('', 'default')) ORDER BY customer <> '' DESC, list = ?7 DESC, channel "
      "<> '' DESC, priority DESC, least_e4 DESC, valid_from DESC, id LIMIT 1");
  statement.bind(question.sku, question.currency, question.quantity_e4, question.at_ns,
                 question.customer, question.channel, list);
  if (!statement.step()) {
    return std::nullopt;
  }
  return Price{statement.integer(0), statement.text(1), statement.text(2)};
}

}  // namespace crossdock::host::process
