// What surrounds every message: the attributes of CloudEvents 1.0 and those that a distributor's
// flow needs besides (who caused it, what may not happen twice, which lane it keeps its order in).
// Plain values; a Message owns its bytes.
#pragma once

#include <cstdint>
#include <string>

#include "crossdock/canonical/instant.hpp"

namespace crossdock::canonical {

struct Envelope {
  std::string id;           // CloudEvents id: UUIDv7
  std::string source;       // CloudEvents source: the connector's name, or "process"
  std::string type;         // crossdock.<domain>.<entity>.<past-verb>.v<major>
  std::string subject;      // CloudEvents subject: id of the entity it is about
  std::string dataschema;   // crossdock:<entity>:<major>.<minor>
  std::string traceparent;  // W3C trace context
  std::string tenant;
  std::string correlation_id;       // set once where a flow begins, copied to all that follows
  std::string causation_id;         // id of the message that caused this one
  std::string idempotency_key;      // one business event of this source, however often it is sent
  std::string business_key;         // lane: order is kept among messages of one key
  std::string target;               // connector that must receive it; empty: by routes
  Instant time;                     // CloudEvents time: when this message was made
  Instant occurred_at;              // when it happened at its origin
  Instant observed_at;              // when the source stated it
  Instant recorded_at;              // when the host stored it
  std::uint64_t aggregate_rev = 0;  // revision of the entity that it speaks of; 0 = none
};

struct Message {
  Envelope envelope;
  std::string data;           // canonical JSON
  std::string original;       // the outside bytes it was made from, exactly; may be empty
  std::string original_type;  // their media type
};

}  // namespace crossdock::canonical
