// What was charged.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kInvoicing = R"sql(
CREATE TABLE invoices(id TEXT PRIMARY KEY, order_id TEXT NOT NULL, shipment_id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, total_minor INTEGER NOT NULL,
  currency TEXT NOT NULL, invoice TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX invoices_by_order ON invoices(order_id);
)sql";

const char* const kOrderCharges = R"sql(
-- What an order costs beside its lines (below nothing: an allowance), in its own currency.
-- invoice_id: by which it was invoiced; empty: by none yet.
CREATE TABLE order_charges(order_id TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, description TEXT NOT NULL DEFAULT '',
  invoice_id TEXT NOT NULL DEFAULT '', PRIMARY KEY(order_id, number)) WITHOUT ROWID;
CREATE INDEX order_charges_by_invoice ON order_charges(invoice_id) WHERE invoice_id <> '';
ALTER TABLE orders DROP COLUMN charges;
)sql";

}  // namespace crossdock::host::process::schema
