// What products cost.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kPricing = R"sql(
CREATE TABLE prices(id TEXT PRIMARY KEY, sku TEXT NOT NULL, list TEXT NOT NULL,
  customer TEXT NOT NULL, channel TEXT NOT NULL, currency TEXT NOT NULL,
  unit_price_e6 INTEGER NOT NULL, least_e4 INTEGER NOT NULL, tax_included INTEGER NOT NULL,
  valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, priority INTEGER NOT NULL,
  rev INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX prices_by_sku ON prices(sku, currency);
)sql";

}  // namespace crossdock::host::process::schema
