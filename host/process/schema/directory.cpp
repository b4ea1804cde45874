// What other systems tell of products and customers.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kDirectory = R"sql(
CREATE TABLE products(sku TEXT PRIMARY KEY, title TEXT NOT NULL, gtin TEXT NOT NULL,
  weight_g INTEGER NOT NULL, active INTEGER NOT NULL,
  backorder INTEGER NOT NULL, base_uom TEXT NOT NULL, hazard_class TEXT NOT NULL,
  data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE customers(code TEXT PRIMARY KEY, name TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
-- What a kit is made of; part gives the order.
CREATE TABLE kit_components(kit TEXT NOT NULL, component TEXT NOT NULL, factor INTEGER NOT NULL,
  part INTEGER NOT NULL, PRIMARY KEY(kit, component)) WITHOUT ROWID;
CREATE INDEX kits_by_component ON kit_components(component);
)sql";

// Partners name products by their GTIN alone.
const char* const kProductsByGtin = R"sql(
CREATE INDEX products_by_gtin ON products(gtin) WHERE gtin <> '';
)sql";

}  // namespace crossdock::host::process::schema
