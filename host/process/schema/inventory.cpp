// Stock: the ledger of movements, positions beside it, what was counted, what is coming, and the
// shares of channels.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kInventory = R"sql(
-- Positions are sums, kept beside what they sum up for reading: stock over the movements, allocated
-- and soft_reserved over the reservations. safety_stock alone is set by people.
CREATE TABLE positions(sku TEXT NOT NULL, warehouse TEXT NOT NULL, on_hand INTEGER NOT NULL DEFAULT 0,
  damaged INTEGER NOT NULL DEFAULT 0, quality_hold INTEGER NOT NULL DEFAULT 0,
  quarantine INTEGER NOT NULL DEFAULT 0, expired INTEGER NOT NULL DEFAULT 0,
  recalled INTEGER NOT NULL DEFAULT 0, allocated INTEGER NOT NULL DEFAULT 0,
  picked INTEGER NOT NULL DEFAULT 0, soft_reserved INTEGER NOT NULL DEFAULT 0,
  safety_stock INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(sku, warehouse)) WITHOUT ROWID;
CREATE INDEX positions_by_warehouse ON positions(warehouse, sku);
CREATE TABLE lots(sku TEXT NOT NULL, warehouse TEXT NOT NULL, lot TEXT NOT NULL,
  on_hand INTEGER NOT NULL DEFAULT 0, damaged INTEGER NOT NULL DEFAULT 0,
  quality_hold INTEGER NOT NULL DEFAULT 0, quarantine INTEGER NOT NULL DEFAULT 0,
  expired INTEGER NOT NULL DEFAULT 0, recalled INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(sku, warehouse, lot)) WITHOUT ROWID;
CREATE TABLE movements(id INTEGER PRIMARY KEY AUTOINCREMENT, sku TEXT NOT NULL,
  warehouse TEXT NOT NULL, lot TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL, on_hand INTEGER NOT NULL,
  damaged INTEGER NOT NULL DEFAULT 0, quality_hold INTEGER NOT NULL DEFAULT 0,
  quarantine INTEGER NOT NULL DEFAULT 0, expired INTEGER NOT NULL DEFAULT 0,
  recalled INTEGER NOT NULL DEFAULT 0, cause TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '', occurred_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE, message TEXT NOT NULL);
CREATE INDEX movements_by_position ON movements(sku, warehouse, occurred_at);
CREATE TABLE snapshots(warehouse TEXT NOT NULL, system TEXT NOT NULL, as_of INTEGER NOT NULL,
  authority INTEGER NOT NULL, PRIMARY KEY(warehouse, system)) WITHOUT ROWID;
-- Counts that speak of some products only; those of a whole warehouse are in snapshots.
CREATE TABLE counts(warehouse TEXT NOT NULL, system TEXT NOT NULL, sku TEXT NOT NULL,
  as_of INTEGER NOT NULL, PRIMARY KEY(warehouse, system, sku)) WITHOUT ROWID;
CREATE TABLE advisory_stock(warehouse TEXT NOT NULL, system TEXT NOT NULL, sku TEXT NOT NULL,
  on_hand INTEGER NOT NULL, as_of INTEGER NOT NULL,
  PRIMARY KEY(warehouse, system, sku)) WITHOUT ROWID;

-- When a warehouse was last heard of: fresh, unknown (its last numbers stand) or floor (counts as
-- nothing). Only where a limit is configured.
CREATE TABLE feeds(warehouse TEXT PRIMARY KEY, heard_at INTEGER NOT NULL, state TEXT NOT NULL,
  rev INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

-- A share of stock for one channel. used = open + consumed of its draws; peak: the largest quota it
-- had (a quota can be lowered below what is used already).
CREATE TABLE allocation_pools(id TEXT PRIMARY KEY, sku TEXT NOT NULL, scope TEXT NOT NULL,
  channel TEXT NOT NULL, quota INTEGER NOT NULL, peak INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0,
  spilled INTEGER NOT NULL DEFAULT 0, mode TEXT NOT NULL, priority INTEGER NOT NULL DEFAULT 0,
  valid_from INTEGER NOT NULL DEFAULT 0, valid_to INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
CREATE INDEX allocation_pools_by_sku ON allocation_pools(sku, scope, priority);
-- What a channel keeps back of a product beyond the channel's own threshold.
CREATE TABLE thresholds(sku TEXT NOT NULL, channel TEXT NOT NULL, quantity INTEGER NOT NULL,
  rev INTEGER NOT NULL DEFAULT 1, PRIMARY KEY(sku, channel)) WITHOUT ROWID;

-- What is coming: purchase orders, advised shipments, production, and transfers on their way.
CREATE TABLE supplies(id TEXT PRIMARY KEY, kind TEXT NOT NULL, sku TEXT NOT NULL,
  warehouse TEXT NOT NULL, open INTEGER NOT NULL, eta INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
CREATE INDEX supplies_open ON supplies(sku, warehouse, eta) WHERE open > 0;

-- What was last told to the takers of a channel's availability.
CREATE TABLE published(channel TEXT NOT NULL, sku TEXT NOT NULL, value INTEGER NOT NULL,
  rev INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'known',
  PRIMARY KEY(channel, sku)) WITHOUT ROWID;
)sql";

}  // namespace crossdock::host::process::schema
