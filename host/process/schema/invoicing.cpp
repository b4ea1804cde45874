// What was charged.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kInvoicing = R"sql(
CREATE TABLE invoices(id TEXT PRIMARY KEY, order_id TEXT NOT NULL, shipment_id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, total_minor INTEGER NOT NULL,
  currency TEXT NOT NULL, invoice TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX invoices_by_order ON invoices(order_id);
)sql";

}  // namespace crossdock::host::process::schema
