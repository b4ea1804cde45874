// Planned shipments, their cartons, and where those are.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kFulfilment = R"sql(
-- One planned shipment is one fulfillment order.
CREATE TABLE shipments(id TEXT PRIMARY KEY, order_id TEXT NOT NULL, fulfillment_order_id TEXT NOT NULL UNIQUE,
  warehouse TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL, sscc TEXT NOT NULL,
  label_ref TEXT NOT NULL DEFAULT '', carrier_scac TEXT NOT NULL DEFAULT '',
  service TEXT NOT NULL DEFAULT '', tracking TEXT NOT NULL DEFAULT '',
  external_ref TEXT NOT NULL DEFAULT '', shipped_at INTEGER NOT NULL DEFAULT 0,
  document TEXT NOT NULL DEFAULT '', cancel_requested INTEGER NOT NULL DEFAULT 0,
  cancel_purpose TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX shipments_at_work ON shipments(warehouse) WHERE state IN
  ('planned', 'label_refused', 'submitted', 'accepted', 'picked');
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
)sql";

// The index by what is at work had a condition with a list, for which SQLite makes a table of its
// own with every shipment that is written.
const char* const kShipmentsByState = R"sql(
DROP INDEX shipments_at_work;
CREATE INDEX shipments_by_state ON shipments(warehouse, state);
)sql";

}  // namespace crossdock::host::process::schema
