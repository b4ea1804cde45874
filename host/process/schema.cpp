#include "host/process/schema.hpp"

namespace crossdock::host::process {

const std::vector<std::string>& schema_steps() {
  static const std::vector<std::string> kSteps = {R"sql(
-- Messages handled here but not yet settled in the journal: handled again, they do nothing.
CREATE TABLE handled(position INTEGER PRIMARY KEY);
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY AUTOINCREMENT, idempotency_key TEXT NOT NULL, type TEXT NOT NULL,
  target TEXT NOT NULL, business_key TEXT NOT NULL, correlation_id TEXT NOT NULL,
  causation_id TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE products(sku TEXT PRIMARY KEY, title TEXT NOT NULL, gtin TEXT NOT NULL,
  weight_g INTEGER NOT NULL, active INTEGER NOT NULL,
  backorder INTEGER NOT NULL, base_uom TEXT NOT NULL, hazard_class TEXT NOT NULL,
  data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE customers(code TEXT PRIMARY KEY, name TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;

-- Positions are sums over the ledger, kept beside it for reading.
CREATE TABLE positions(sku TEXT NOT NULL, warehouse TEXT NOT NULL, on_hand INTEGER NOT NULL DEFAULT 0,
  damaged INTEGER NOT NULL DEFAULT 0, allocated INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(sku, warehouse)) WITHOUT ROWID;
CREATE INDEX positions_by_warehouse ON positions(warehouse, sku);
CREATE TABLE movements(id INTEGER PRIMARY KEY AUTOINCREMENT, sku TEXT NOT NULL,
  warehouse TEXT NOT NULL, kind TEXT NOT NULL, on_hand INTEGER NOT NULL,
  damaged INTEGER NOT NULL DEFAULT 0, cause TEXT NOT NULL, occurred_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL, idempotency_key TEXT NOT NULL UNIQUE, message TEXT NOT NULL);
CREATE INDEX movements_by_position ON movements(sku, warehouse, occurred_at);
CREATE TABLE snapshots(warehouse TEXT NOT NULL, system TEXT NOT NULL, as_of INTEGER NOT NULL,
  authority INTEGER NOT NULL, PRIMARY KEY(warehouse, system)) WITHOUT ROWID;
-- Counts that speak of some products only; those of a whole warehouse are in snapshots.
CREATE TABLE counts(warehouse TEXT NOT NULL, system TEXT NOT NULL, sku TEXT NOT NULL,
  as_of INTEGER NOT NULL, PRIMARY KEY(warehouse, system, sku)) WITHOUT ROWID;
CREATE TABLE advisory_stock(warehouse TEXT NOT NULL, system TEXT NOT NULL, sku TEXT NOT NULL,
  on_hand INTEGER NOT NULL, as_of INTEGER NOT NULL,
  PRIMARY KEY(warehouse, system, sku)) WITHOUT ROWID;

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

-- A backordered reservation has the empty warehouse and touches no position.
CREATE TABLE reservations(id TEXT PRIMARY KEY, order_id TEXT NOT NULL, line_no TEXT NOT NULL,
  sku TEXT NOT NULL, warehouse TEXT NOT NULL, quantity INTEGER NOT NULL, open INTEGER NOT NULL,
  consumed INTEGER NOT NULL DEFAULT 0, released INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL,
  created_at INTEGER NOT NULL, rank INTEGER NOT NULL DEFAULT 0,
  UNIQUE(order_id, line_no, warehouse)) WITHOUT ROWID;
-- Backorders are covered by rank (the channel's priority, negative), then age.
CREATE INDEX reservations_waiting ON reservations(sku, rank, created_at, id)
  WHERE state = 'backordered';
CREATE INDEX reservations_open ON reservations(sku, warehouse) WHERE open > 0;
CREATE TABLE decisions(id INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL,
  at INTEGER NOT NULL, decision TEXT NOT NULL);
CREATE INDEX decisions_by_order ON decisions(order_id);

-- One planned shipment is one fulfillment order.
CREATE TABLE shipments(id TEXT PRIMARY KEY, order_id TEXT NOT NULL, fulfillment_order_id TEXT NOT NULL UNIQUE,
  warehouse TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL, sscc TEXT NOT NULL,
  label_ref TEXT NOT NULL DEFAULT '', carrier_scac TEXT NOT NULL DEFAULT '',
  service TEXT NOT NULL DEFAULT '', tracking TEXT NOT NULL DEFAULT '',
  external_ref TEXT NOT NULL DEFAULT '', shipped_at INTEGER NOT NULL DEFAULT 0,
  document TEXT NOT NULL DEFAULT '', cancel_requested INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX shipments_at_work ON shipments(warehouse) WHERE state IN ('submitted', 'accepted');
CREATE INDEX shipments_by_order ON shipments(order_id);
CREATE TABLE shipment_lines(shipment_id TEXT NOT NULL, line_no TEXT NOT NULL, sku TEXT NOT NULL,
  planned INTEGER NOT NULL, shipped INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(shipment_id, line_no)) WITHOUT ROWID;
CREATE TABLE packages(shipment_id TEXT NOT NULL, sscc TEXT NOT NULL, tracking_no TEXT NOT NULL,
  PRIMARY KEY(shipment_id, sscc)) WITHOUT ROWID;
CREATE TABLE tracking(tracking_no TEXT NOT NULL, occurred_at INTEGER NOT NULL, code TEXT NOT NULL,
  raw TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY(tracking_no, occurred_at, code)) WITHOUT ROWID;
CREATE INDEX packages_by_sscc ON packages(sscc);
CREATE INDEX packages_by_tracking ON packages(tracking_no);

CREATE TABLE invoices(id TEXT PRIMARY KEY, order_id TEXT NOT NULL, shipment_id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, total_minor INTEGER NOT NULL,
  currency TEXT NOT NULL, invoice TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX invoices_by_order ON invoices(order_id);

CREATE TABLE documents(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,
  interchange TEXT NOT NULL, group_no TEXT NOT NULL, set_no TEXT NOT NULL, partner TEXT NOT NULL,
  file TEXT NOT NULL, refers_to TEXT NOT NULL, issued_at INTEGER NOT NULL,
  acknowledged TEXT NOT NULL DEFAULT '', due_at INTEGER NOT NULL DEFAULT 0,
  overdue INTEGER NOT NULL DEFAULT 0,
  UNIQUE(kind, partner, interchange, group_no, set_no));
CREATE INDEX documents_by_reference ON documents(refers_to);
CREATE INDEX documents_due ON documents(due_at)
  WHERE acknowledged = '' AND due_at > 0 AND overdue = 0;
CREATE INDEX documents_by_group ON documents(partner, kind, group_no);
CREATE TABLE duplicates(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL,
  partner TEXT NOT NULL, file TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE alerts(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL,
  subject TEXT NOT NULL, text TEXT NOT NULL);
)sql"};
  return kSteps;
}

}  // namespace crossdock::host::process
