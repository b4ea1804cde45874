// The description of each struct of warehouse.hpp: required members, then all members in the order
// in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_party.hpp"
#include "crossdock/canonical/warehouse.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(WarehouseStatus, unknown, active, offline, closed, shadow)
BOOST_DESCRIBE_ENUM(WarehouseKind, unknown, dc, store, third_party, virtual_site, vendor)
CROSSDOCK_DESCRIBE(Cutoff, (local_time), (channel, service, local_time))
CROSSDOCK_DESCRIBE(Warehouse, (code, name, address, timezone),
                   (code, name, kind, status, gln, address, timezone, hazmat_classes, channels,
                    carriers, cutoffs, orders_per_day, priority))

}  // namespace crossdock::canonical
