// Orders, their lines, what is known of them per axis, what holds them back, and the numbers other
// systems gave them.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kOrders = R"sql(
-- fraud, credit and payment are facts that only go forward, or back by an explicit retraction.
-- released_at: since when warehouses may work on it; 0: it is held back, its stock without a
-- warehouse. source_rev: of the buyer's own document, where it counts them.
CREATE TABLE orders(id TEXT PRIMARY KEY, channel TEXT NOT NULL, po_number TEXT NOT NULL,
  customer TEXT NOT NULL, status TEXT NOT NULL, correlation_id TEXT NOT NULL,
  business_key TEXT NOT NULL, created_at INTEGER NOT NULL, header TEXT NOT NULL,
  requested TEXT NOT NULL, charges TEXT NOT NULL DEFAULT '', trouble TEXT NOT NULL DEFAULT '',
  refused INTEGER NOT NULL DEFAULT 0, service TEXT NOT NULL DEFAULT '',
  value_minor INTEGER NOT NULL DEFAULT 0, capture TEXT NOT NULL DEFAULT 'received',
  fraud TEXT NOT NULL DEFAULT 'none', credit TEXT NOT NULL DEFAULT 'none',
  payment TEXT NOT NULL DEFAULT 'none', committed_minor INTEGER NOT NULL DEFAULT 0,
  released_at INTEGER NOT NULL DEFAULT 0, ship_on TEXT NOT NULL DEFAULT '',
  arrives_on TEXT NOT NULL DEFAULT '', source_rev INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
-- An order that was refused as a whole gives its number back: the buyer corrects and sends again.
CREATE UNIQUE INDEX orders_by_number ON orders(channel, po_number) WHERE refused = 0;
CREATE INDEX orders_by_status ON orders(status);
CREATE INDEX orders_by_po ON orders(po_number);
CREATE INDEX orders_referred ON orders(customer, created_at, id) WHERE credit = 'referred';
CREATE TABLE order_lines(order_id TEXT NOT NULL, line_no TEXT NOT NULL, number INTEGER NOT NULL,
  sku TEXT NOT NULL, ordered INTEGER NOT NULL, rejected INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0, shipped INTEGER NOT NULL DEFAULT 0, invoiced INTEGER NOT NULL DEFAULT 0, uom TEXT NOT NULL,
  unit_price_e6 INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY(order_id, line_no)) WITHOUT ROWID;
CREATE TABLE holds(order_id TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
  raised_by TEXT NOT NULL, raised_at INTEGER NOT NULL, released_at INTEGER NOT NULL DEFAULT 0,
  released_by TEXT NOT NULL DEFAULT '', PRIMARY KEY(order_id, kind)) WITHOUT ROWID;
CREATE INDEX holds_open ON holds(order_id) WHERE released_at = 0;
-- Every change of a fact or hold, once, with its cause.
CREATE TABLE order_events(id INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL,
  at INTEGER NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL, message TEXT NOT NULL);
CREATE INDEX order_events_by_order ON order_events(order_id);
-- What came about an order before the order itself.
CREATE TABLE early_messages(channel TEXT NOT NULL, po_number TEXT NOT NULL, at INTEGER NOT NULL,
  message TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY(channel, po_number, at, message)) WITHOUT ROWID;
-- A customer's account: what the ERP counts as owed, and what approved orders add to it.
CREATE TABLE credit_accounts(customer TEXT PRIMARY KEY, limit_minor INTEGER NOT NULL DEFAULT 0,
  limited INTEGER NOT NULL DEFAULT 0, exposure_minor INTEGER NOT NULL DEFAULT 0,
  committed_minor INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
-- A part of a line that a warehouse was asked to give back.
CREATE TABLE wanted_back(shipment_id TEXT NOT NULL, line_no TEXT NOT NULL, quantity INTEGER NOT NULL,
  PRIMARY KEY(shipment_id, line_no)) WITHOUT ROWID;
CREATE TABLE registrations(order_id TEXT NOT NULL, system TEXT NOT NULL, number TEXT NOT NULL,
  PRIMARY KEY(order_id, system)) WITHOUT ROWID;
-- Where a record's fields came from last (system of record): the source's connector, the schema that
-- its mapping made, and the hash of the document that they were read from.
CREATE TABLE lineage(entity TEXT NOT NULL, id TEXT NOT NULL, field_group TEXT NOT NULL,
  source TEXT NOT NULL, message TEXT NOT NULL, rev INTEGER NOT NULL, observed_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL, schema TEXT NOT NULL DEFAULT '', raw TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(entity, id, field_group)) WITHOUT ROWID;
CREATE TABLE advisory_writes(id INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL,
  key TEXT NOT NULL, field_group TEXT NOT NULL, source TEXT NOT NULL, why TEXT NOT NULL,
  message TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX advisory_writes_by_key ON advisory_writes(entity, key);
)sql";

// Changes that buyers asked for, by their own count of an order's changes.
const char* const kOrderChanges = R"sql(
CREATE TABLE order_changes(order_id TEXT NOT NULL, change_no TEXT NOT NULL, at INTEGER NOT NULL,
  message TEXT NOT NULL, PRIMARY KEY(order_id, change_no)) WITHOUT ROWID;
)sql";

}  // namespace crossdock::host::process::schema
