// Orders, their lines, and the numbers other systems gave them.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kOrders = R"sql(
CREATE TABLE orders(id TEXT PRIMARY KEY, channel TEXT NOT NULL, po_number TEXT NOT NULL,
  customer TEXT NOT NULL, status TEXT NOT NULL, correlation_id TEXT NOT NULL,
  business_key TEXT NOT NULL, created_at INTEGER NOT NULL, header TEXT NOT NULL,
  requested TEXT NOT NULL, trouble TEXT NOT NULL DEFAULT '',
  refused INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
-- An order that was refused as a whole gives its number back: the buyer corrects and sends again.
CREATE UNIQUE INDEX orders_by_number ON orders(channel, po_number) WHERE refused = 0;
CREATE INDEX orders_by_status ON orders(status);
CREATE INDEX orders_by_po ON orders(po_number);
CREATE TABLE order_lines(order_id TEXT NOT NULL, line_no TEXT NOT NULL, number INTEGER NOT NULL,
  sku TEXT NOT NULL, ordered INTEGER NOT NULL, rejected INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0, shipped INTEGER NOT NULL DEFAULT 0, invoiced INTEGER NOT NULL DEFAULT 0, uom TEXT NOT NULL,
  unit_price_e6 INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY(order_id, line_no)) WITHOUT ROWID;
CREATE TABLE registrations(order_id TEXT NOT NULL, system TEXT NOT NULL, number TEXT NOT NULL,
  PRIMARY KEY(order_id, system)) WITHOUT ROWID;
)sql";

}  // namespace crossdock::host::process::schema
