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
  displaced
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
