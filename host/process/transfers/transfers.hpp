// Stock between warehouses, in two phases: what leaves is booked out there and on its way; what
// arrives is booked in here, as accepted, rejected (damaged) or missing.
//
//   shipped = accepted + rejected + missing + returned + on its way     (invariant I6)
//
//   draft -> ready -> in_transit -> partially_received -> received | closed_short; cancelled from
//   draft and ready freely, from in_transit only with what becomes of the goods.
//
// A ready transfer holds what it will send, like any other demand.
#pragma once

#include <string>
#include <vector>

#include "crossdock/canonical/aftersales.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Draft or ready. The same id again changes nothing once it has left. What is not there to send is
// refused as a whole.
void transfer_requested(Context& context, const canonical::Transfer& transfer);
// It left: once; a repeat is dropped. More or less than planned is believed. A transfer that nobody
// asked for is taken as it is.
void transfer_dispatched(Context& context, const canonical::Transfer& transfer);
// A part of it or all arrived. Returns the products of which more can be promised now. When nothing
// is on its way any more it is received, or closed short with a discrepancy per line that misses.
std::vector<std::string> transfer_received(Context& context, const canonical::Transfer& transfer);
std::vector<std::string> transfer_change_requested(Context& context,
                                                   const canonical::TransferChange& change);

// What of a product is held, ready or on its way from or to a warehouse by transfers.
std::int64_t under_way_to(journal::Database& db, std::string_view sku, std::string_view warehouse);

}  // namespace crossdock::host::process
