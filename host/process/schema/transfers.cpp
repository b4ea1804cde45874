// Stock on its way between warehouses, and what comes back from customers.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kTransfers = R"sql(
CREATE TABLE transfers(id TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', eta INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, dispatched_at INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
CREATE INDEX transfers_open ON transfers(source, destination)
  WHERE state IN ('draft', 'ready', 'in_transit', 'partially_received');
-- shipped = accepted + rejected + missing + returned + on its way
CREATE TABLE transfer_lines(transfer TEXT NOT NULL, sku TEXT NOT NULL, planned INTEGER NOT NULL,
  shipped INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0, missing INTEGER NOT NULL DEFAULT 0,
  returned INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(transfer, sku)) WITHOUT ROWID;
CREATE INDEX transfer_lines_by_sku ON transfer_lines(sku);
CREATE TABLE transfer_receipts(transfer TEXT NOT NULL, receipt TEXT NOT NULL,
  PRIMARY KEY(transfer, receipt)) WITHOUT ROWID;
)sql";

}  // namespace crossdock::host::process::schema
