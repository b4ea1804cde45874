// Who holds stock, and who waits for it.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kReservations = R"sql(
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
)sql";

}  // namespace crossdock::host::process::schema
