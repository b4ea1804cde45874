// Who holds stock, and who waits for it.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kReservations = R"sql(
-- One row per demand line, product and place. The place is a warehouse; '*' for a hold on a channel's
-- warehouses together that no warehouse has yet; empty for what waits (backordered), which holds
-- nothing. factor: units of the product in one unit of the line (a kit's component), ten-thousandths;
-- part 0 is the line's product or its first component.
-- quantity = open + consumed + released + expired + displaced.
CREATE TABLE reservations(id TEXT PRIMARY KEY, order_id TEXT NOT NULL, line_no TEXT NOT NULL,
  sku TEXT NOT NULL, warehouse TEXT NOT NULL, channel TEXT NOT NULL DEFAULT '',
  demand TEXT NOT NULL DEFAULT 'order', quantity INTEGER NOT NULL, open INTEGER NOT NULL,
  consumed INTEGER NOT NULL DEFAULT 0, released INTEGER NOT NULL DEFAULT 0,
  expired INTEGER NOT NULL DEFAULT 0, displaced INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL,
  part INTEGER NOT NULL DEFAULT 0, factor INTEGER NOT NULL DEFAULT 10000,
  expires_at INTEGER NOT NULL DEFAULT 0, ttl INTEGER NOT NULL DEFAULT 0,
  needed_at INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL,
  rank INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL DEFAULT 1,
  UNIQUE(order_id, line_no, sku, warehouse)) WITHOUT ROWID;
-- Backorders are covered by rank (the channel's priority, negative), then age.
CREATE INDEX reservations_waiting ON reservations(sku, rank, created_at, id)
  WHERE state = 'backordered';
CREATE INDEX reservations_open ON reservations(sku, warehouse) WHERE open > 0;
CREATE INDEX reservations_dated ON reservations(sku, needed_at) WHERE state = 'dated';
-- Open holds on a channel's warehouses together, per product.
CREATE TABLE group_demand(sku TEXT NOT NULL, channel TEXT NOT NULL, soft INTEGER NOT NULL DEFAULT 0,
  hard INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(sku, channel)) WITHOUT ROWID;
-- How much of a reservation is taken out of an allocation pool.
CREATE TABLE pool_draws(reservation TEXT NOT NULL, pool TEXT NOT NULL, open INTEGER NOT NULL,
  consumed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(reservation, pool)) WITHOUT ROWID;
CREATE INDEX pool_draws_by_pool ON pool_draws(pool);
-- Every change of a reservation, once, with its cause.
CREATE TABLE reservation_events(id INTEGER PRIMARY KEY, reservation TEXT NOT NULL,
  what TEXT NOT NULL, quantity INTEGER NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL,
  message TEXT NOT NULL);
CREATE INDEX reservation_events_by_reservation ON reservation_events(reservation);
)sql";

}  // namespace crossdock::host::process::schema
