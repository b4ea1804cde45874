#include "host/process/directory.hpp"

#include "crossdock/canonical/codec.hpp"
#include "host/journal/memo.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/orders/credit.hpp"

namespace crossdock::host::process {
namespace {

struct KnownProducts : journal::Memo<std::optional<ProductFacts>> {
  KnownProducts() : Memo({"products"}) {}
};

struct KnownTerms : journal::Memo<std::optional<canonical::PaymentTerms>> {
  KnownTerms() : Memo({"customers"}) {}
};

}  // namespace

std::optional<canonical::PaymentTerms> payment_terms(journal::Database& db,
                                                     std::string_view customer) {
  return db.kept<KnownTerms>().get(db, customer, [&]() -> std::optional<canonical::PaymentTerms> {
    auto statement = db.prepare("SELECT data FROM customers WHERE code = ?");
    statement.bind(customer);
    if (!statement.step()) {
      return std::nullopt;
    }
    const auto known = canonical::decode<canonical::Customer>(statement.text(0));
    return known.value ? known.value->terms : std::nullopt;
  });
}

std::optional<ProductFacts> product_facts(journal::Database& db, std::string_view sku) {
  return db.kept<KnownProducts>().get(db, sku, [&]() -> std::optional<ProductFacts> {
    auto statement = db.prepare(
        "SELECT active, backorder, weight_g, base_uom, hazard_class FROM products WHERE sku = ?");
    statement.bind(sku);
    if (!statement.step()) {
      return std::nullopt;
    }
    return ProductFacts{statement.integer(0) != 0, statement.integer(1) != 0, statement.integer(2),
                        statement.text(3), statement.text(4)};
  });
}

void product_upserted(Context& context, const canonical::Product& product) {
  context.db
      .prepare(
          "INSERT INTO products(sku, title, gtin, weight_g, active, backorder, data, "
          "base_uom, hazard_class) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
          "ON CONFLICT DO UPDATE SET title = ?2, gtin = ?3, weight_g = ?4, "
          "active = ?5, backorder = ?6, data = ?7, base_uom = ?8, hazard_class = ?9")
      .bind(product.sku, product.title,
            product.gtins.empty() ? std::string() : product.gtins.front(),
            product.weight_g.value_or(0),
            product.status != canonical::ProductStatus::discontinued &&
                product.status != canonical::ProductStatus::draft,
            product.backorder != canonical::BackorderPolicy::deny, canonical::encode(product),
            product.base_uom,
            product.hazmat
                ? (product.hazmat->hazard_class.empty() ? "unknown" : product.hazmat->hazard_class)
                : std::string())
      .run();
  set_components(context, product);
}

void customer_upserted(Context& context, const canonical::Customer& customer, bool with_credit) {
  context.db
      .prepare(
          "INSERT INTO customers(code, name, data) VALUES(?1, ?2, ?3) "
          "ON CONFLICT DO UPDATE SET name = ?2, data = ?3")
      .bind(customer.code, customer.name, canonical::encode(customer))
      .run();
  if (customer.credit_limit && with_credit) {
    set_credit_limit(context, customer.code, customer.credit_limit->minor);
  }
}

}  // namespace crossdock::host::process
