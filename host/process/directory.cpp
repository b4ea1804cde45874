#include "host/process/directory.hpp"

#include "crossdock/canonical/codec.hpp"

namespace crossdock::host::process {

void product_upserted(Context& context, const canonical::Product& product) {
  context.db
      .prepare(
          "INSERT INTO products(sku, title, gtin, hazmat, weight_g, active, backorder, data) "
          "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET title = ?2, gtin = ?3, "
          "hazmat = ?4, weight_g = ?5, active = ?6, backorder = ?7, data = ?8")
      .bind(product.sku, product.title,
            product.gtins.empty() ? std::string() : product.gtins.front(),
            product.hazmat.has_value(), product.weight_g.value_or(0),
            product.status != canonical::ProductStatus::discontinued &&
                product.status != canonical::ProductStatus::draft,
            product.backorder != canonical::BackorderPolicy::deny, canonical::encode(product))
      .run();
}

void customer_upserted(Context& context, const canonical::Customer& customer) {
  context.db
      .prepare(
          "INSERT INTO customers(code, name, data) VALUES(?1, ?2, ?3) "
          "ON CONFLICT DO UPDATE SET name = ?2, data = ?3")
      .bind(customer.code, customer.name, canonical::encode(customer))
      .run();
}

}  // namespace crossdock::host::process
