// Who holds stock: reservations per demand line and place, soft (for a time) or hard, and demand
// that waits for stock (backorders; they hold nothing). All changes of positions' allocated and
// soft_reserved happen here.
//
//   quantity = open + consumed + released + expired + displaced      (invariant I4)
//
// There is one reservation per line, product and place; it grows and shrinks. A line of a kit holds
// its components. Quantities of these functions are the line's, ten-thousandths.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// The place of a hold on all of a channel's warehouses together, and of what waits.
inline constexpr std::string_view kGroupPlace = "*";
inline constexpr std::string_view kNoPlace = "";

enum class HoldKind : std::uint8_t { soft, hard };

struct Hold {
  std::string_view order_id;  // of the demand: an order, a cart, a transfer, a project
  std::string_view line_no;
  std::string_view sku;
  std::string_view place;    // a warehouse, kGroupPlace or kNoPlace
  std::string_view channel;  // empty: of the order
  std::int64_t quantity = 0;
  HoldKind kind = HoldKind::hard;
  int priority = 0;
  std::string_view demand = "order";
  std::int64_t ttl_ns = 0;        // soft: lapses after so long; 0: never
  std::int64_t needed_at_ns = 0;  // in the future: holds nothing before (dated)
  std::int64_t since_ns = 0;      // its age in the queue where it waits; 0: from now on
  bool new_demand = false;  // nothing was held for it before, so there is nothing to agree with
};

// Holds a further quantity. Whether it is there was looked at before, in the same transaction.
void hold(Context& context, const Hold& wanted);
// The same, hard, for an order's line; empty warehouse: backordered.
void reserve(Context& context, std::string_view order_id, std::string_view line_no,
             std::string_view sku, std::string_view warehouse, std::int64_t quantity,
             int priority = 0);
// Makes the open quantity what is asked for: the same request again changes nothing, another
// quantity is applied as the difference. Returns the difference.
std::int64_t reserve_exactly(Context& context, std::string_view order_id, std::string_view line_no,
                             std::string_view sku, std::string_view warehouse,
                             std::int64_t quantity, int priority = 0);
// The open quantity of a line at a place.
std::int64_t open_at(journal::Database& db, std::string_view order_id, std::string_view line_no,
                     std::string_view place);

// What was held leaves: by shipping (consume), because it is not wanted there any more (release),
// or because its time is over (expire). Returns how much there was to take.
std::int64_t consume(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity);
std::int64_t release(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse, std::int64_t quantity);
// The inverse of consume, on the same reservation: its shipment was void.
std::int64_t unconsume(Context& context, std::string_view order_id, std::string_view line_no,
                       std::string_view warehouse, std::int64_t quantity);

// Soft to hard, in one step. Returns how much was soft.
std::int64_t confirm(Context& context, std::string_view order_id, std::string_view line_no,
                     std::string_view place);
// Moves what is held from one place to another in one operation (group to warehouse: pinning). The
// caller has looked whether the new place has it. Returns how much was moved.
std::int64_t move_hold(Context& context, std::string_view order_id, std::string_view line_no,
                       std::string_view from, std::string_view to, std::int64_t quantity);
// Takes a hold away, for somebody who comes first or because it is not there: it waits from now on.
// `why` follows "what line 1 held at EWR".
std::int64_t displace(Context& context, std::string_view order_id, std::string_view line_no,
                      std::string_view warehouse, std::int64_t quantity,
                      std::string_view why = "was given to somebody else");
// Starts the time of a demand's soft holds anew. Returns how many there are.
std::int64_t touch(Context& context, std::string_view order_id);

// Timers.
void hold_lapsed(Context& context, const std::string& reservation_id);
void dated_hold_due(Context& context, const std::string& reservation_id);

}  // namespace crossdock::host::process
