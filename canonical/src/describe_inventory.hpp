// The description of each struct of inventory.hpp: required members, then all members in the order
// in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_party.hpp"
#include "crossdock/canonical/inventory.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(MovementKind, unknown, receive, ship, adjust, count_set, hold, release_hold,
                    damage, transfer_out, transfer_in, write_off, return_in, snapshot_correct)
BOOST_DESCRIBE_ENUM(ReservationKind, unknown, soft, hard)
BOOST_DESCRIBE_ENUM(ReservationState, unknown, soft, hard, backordered, consumed, released, expired,
                    displaced, dated)
BOOST_DESCRIBE_ENUM(StockBucket, unknown, damaged, quality_hold, quarantine, expired, recalled)
BOOST_DESCRIBE_ENUM(ShortageRule, unknown, refuse, partial, backorder)
BOOST_DESCRIBE_ENUM(ReservationAction, unknown, confirm, release, extend, pin, displace)
CROSSDOCK_DESCRIBE(BucketDelta, (bucket, quantity), (bucket, quantity))
BOOST_DESCRIBE_ENUM(Provenance, unknown, computed, authority, floor)
BOOST_DESCRIBE_ENUM(PoolMode, unknown, strict, spill)
CROSSDOCK_DESCRIBE(SnapshotLine, (sku, on_hand),
                   (sku, on_hand, damaged, allocated, quality_hold, quarantine, expired, recalled))
CROSSDOCK_DESCRIBE(InventorySnapshot, (warehouse, as_of, system, lines),
                   (warehouse, as_of, system, complete, lines))
CROSSDOCK_DESCRIBE(InventoryPosition, (sku, warehouse, on_hand),
                   (sku, warehouse, lot, on_hand, damaged, quality_hold, quarantine, expired,
                    recalled, allocated, picked, soft_reserved, safety_stock, in_transit_in,
                    on_order, rev))
CROSSDOCK_DESCRIBE(InventoryMovement, (id, sku, warehouse, kind, on_hand_delta),
                   (id, sku, warehouse, kind, on_hand_delta, cause, occurred_at, observed_at,
                    source, idempotency_key, reason, deltas, lot, lot_expires_at))
CROSSDOCK_DESCRIBE(Reservation, (id, order_id, line_no, sku, quantity, state),
                   (id, order_id, line_no, sku, warehouse, quantity, open, kind, state, priority,
                    expires_at))
CROSSDOCK_DESCRIBE(ReservationRequest, (order_id, line_no, sku, channel, quantity),
                   (order_id, line_no, sku, channel, warehouse, quantity, kind, demand, ttl_seconds,
                    needed_on, priority, shortage, answer_to))
CROSSDOCK_DESCRIBE(ReservationChange, (order_id, action),
                   (order_id, line_no, action, warehouse, quantity, answer_to))
CROSSDOCK_DESCRIBE(ReservationAnswer, (order_id, line_no, reservations),
                   (order_id, line_no, reservations, short_by))
CROSSDOCK_DESCRIBE(StockRule, (sku, keep), (sku, warehouse, channel, keep))
CROSSDOCK_DESCRIBE(NextAvailable, (date, quantity), (date, quantity))
CROSSDOCK_DESCRIBE(Availability, (sku, available_to_sell, as_of),
                   (sku, channel, scope, available_to_sell, provenance, as_of, rev, next_available))
CROSSDOCK_DESCRIBE(AllocationPool, (sku, quota, mode),
                   (id, sku, scope, channel, quota, mode, priority, valid_from, valid_to))
CROSSDOCK_DESCRIBE(Supply, (kind, sku, warehouse, open), (id, kind, sku, warehouse, open, eta))

}  // namespace crossdock::canonical
