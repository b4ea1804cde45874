// A message as a CloudEvent (CloudEvents 1.0, JSON event format, structured mode), for systems that
// speak it. Extension attributes have lower-case names without separators, as the specification
// (section 3.1) wants: correlationid, causationid, idempotencykey, businesskey, target, tenant,
// occurredat, observedat, recordedat, aggregaterev; original bytes as originalbase64 and
// originaltype.
//
// Pure functions, safe on any thread.
#pragma once

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/envelope.hpp"

namespace crossdock::canonical {

// `data` must be JSON; it becomes the event's data as it is.
std::string to_cloud_event(const Message& message);

// All faults with their attribute. Unknown extension attributes are passed over.
Decoded<Message> from_cloud_event(std::string_view json);

}  // namespace crossdock::canonical
