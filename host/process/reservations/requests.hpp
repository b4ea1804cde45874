// Reservations by message: a channel, a cart or a person asks for stock and is answered. What is
// asked for is taken only as far as the one availability function allows, inside one transaction,
// so any number of buyers at once get what is there and no more.
#pragma once

#include "crossdock/canonical/inventory.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Get-or-create per demand line: the same request again changes nothing and gives the same answer;
// another quantity is applied as the difference. What is not there is refused, taken in part or
// waited for, as the request says.
void reservation_requested(Context& context, const canonical::ReservationRequest& request);
// Confirm, release, extend, pin, displace.
void reservation_change_requested(Context& context, const canonical::ReservationChange& change);

}  // namespace crossdock::host::process
