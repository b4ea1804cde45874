// Stock: what a system counted, where it is kept, how it moved, who holds it and what can be
// promised (Fluent inventory position, EPCIS ObjectEvent, UBL InventoryReport, X12 846).
#pragma once

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/party.hpp"

namespace crossdock::canonical {

struct SnapshotLine {
  std::string sku;
  Quantity on_hand;
  std::optional<Quantity> damaged;
  std::optional<Quantity> allocated;
  std::optional<Quantity> quality_hold;
  std::optional<Quantity> quarantine;
  std::optional<Quantity> expired;
  std::optional<Quantity> recalled;
  Unknown unknown;
};

// A statement about a past instant, not about now.
struct InventorySnapshot {
  std::string warehouse;
  Instant as_of;
  std::string system;     // who counted: wms, erp
  bool complete = false;  // products that are not listed have none
  std::vector<SnapshotLine> lines;
  Unknown unknown;
};

struct InventoryPosition {
  std::string sku;
  std::string warehouse;
  std::optional<std::string> lot;
  Quantity on_hand;
  Quantity damaged;
  Quantity quality_hold;
  Quantity quarantine;
  Quantity expired;
  Quantity recalled;
  Quantity allocated;
  Quantity picked;
  Quantity soft_reserved;
  Quantity safety_stock;
  Quantity in_transit_in;
  Quantity on_order;
  std::int64_t rev = 0;
  Unknown unknown;
};

enum class MovementKind : std::uint8_t {
  unknown,
  receive,
  ship,
  adjust,
  count_set,
  hold,
  release_hold,
  damage,
  transfer_out,
  transfer_in,
  write_off,
  return_in,
  snapshot_correct
};

// The parts of what is on hand that cannot be sold.
enum class StockBucket : std::uint8_t {
  unknown,
  damaged,
  quality_hold,
  quarantine,
  expired,
  recalled
};

struct BucketDelta {
  StockBucket bucket = StockBucket::unknown;
  Quantity quantity;  // signed
  Unknown unknown;
};

struct InventoryMovement {
  std::string id;
  std::string sku;
  std::string warehouse;
  MovementKind kind = MovementKind::unknown;
  Quantity on_hand_delta;
  std::string cause;
  Instant occurred_at;
  Instant observed_at;
  std::string source;
  std::string idempotency_key;
  std::optional<std::string> reason;
  std::vector<BucketDelta> deltas;  // of the parts that cannot be sold
  std::optional<std::string> lot;
  std::optional<Instant> lot_expires_at;
  Unknown unknown;
};

enum class ReservationKind : std::uint8_t { unknown, soft, hard };
enum class ReservationState : std::uint8_t {
  unknown,
  soft,
  hard,
  backordered,
  consumed,
  released,
  expired,
  displaced,
  dated  // holds nothing before its day
};

struct Reservation {
  std::string id;
  std::string order_id;
  std::string line_no;
  std::string sku;
  std::string warehouse;  // empty: group scope
  Quantity quantity;
  Quantity open;
  ReservationKind kind = ReservationKind::hard;
  ReservationState state = ReservationState::hard;
  std::int64_t priority = 0;
  Instant expires_at;
  Unknown unknown;
};

// What to do with what is not there.
enum class ShortageRule : std::uint8_t { unknown, refuse, partial, backorder };

// Asks for stock. Get-or-create per demand and line.
struct ReservationRequest {
  std::string order_id;  // of the demand: an order, a cart, a project
  std::string line_no;
  std::string sku;
  std::string channel;
  std::string warehouse;  // empty: all of the channel's warehouses together
  Quantity quantity;      // that shall be held in all
  ReservationKind kind = ReservationKind::soft;
  std::string demand;  // order, cart, transfer, project
  std::int64_t ttl_seconds = 0;
  std::optional<LocalDate> needed_on;
  std::int64_t priority = 0;
  ShortageRule shortage = ShortageRule::refuse;
  std::optional<std::string> answer_to;  // a connector
  Unknown unknown;
};

enum class ReservationAction : std::uint8_t { unknown, confirm, release, extend, pin, displace };

struct ReservationChange {
  std::string order_id;
  std::string line_no;  // empty: every line
  ReservationAction action = ReservationAction::unknown;
  std::string warehouse;  // pin: to; displace: at
  std::optional<Quantity> quantity;
  std::optional<std::string> answer_to;
  Unknown unknown;
};

struct ReservationAnswer {
  std::string order_id;
  std::string line_no;
  std::vector<Reservation> reservations;
  Quantity short_by;
  Unknown unknown;
};

// How much of a product is kept back: by a warehouse (safety stock) or from a channel (threshold).
struct StockRule {
  std::string sku;
  std::optional<std::string> warehouse;
  std::optional<std::string> channel;
  Quantity keep;
  Unknown unknown;
};

enum class Provenance : std::uint8_t { unknown, computed, authority, floor };

struct NextAvailable {
  LocalDate date;
  Quantity quantity;
  Unknown unknown;
};

struct Availability {
  std::string sku;
  std::string channel;
  std::string scope;  // group, or a warehouse's code
  Quantity available_to_sell;
  Provenance provenance = Provenance::computed;
  Instant as_of;
  std::int64_t rev = 0;
  std::vector<NextAvailable> next_available;
  Unknown unknown;
};

enum class PoolMode : std::uint8_t { unknown, strict, spill };

struct AllocationPool {
  std::string id;
  std::string sku;
  std::string scope;
  std::string channel;
  Quantity quota;
  PoolMode mode = PoolMode::strict;
  std::int64_t priority = 0;
  Instant valid_from;
  Instant valid_to;
  Unknown unknown;
};

struct Supply {
  std::string id;
  std::string kind;  // po, asn, transfer, production
  std::string sku;
  std::string warehouse;
  Quantity open;
  std::optional<LocalDate> eta;
  Unknown unknown;
};

}  // namespace crossdock::canonical
