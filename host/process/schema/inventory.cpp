// Stock: the ledger of movements, positions beside it, and what was counted.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kInventory = R"sql(
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
)sql";

}  // namespace crossdock::host::process::schema
