// Messages whose data is an entity of the canonical model: made from the entity, read back into it.
#pragma once

#include <crossdock/types.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/message_types.hpp"

namespace crossdock {

template <class T>
Message message_of(std::string_view type, const T& entity, std::string idempotency_key) {
  Message out;
  out.type = type;
  out.dataschema = canonical::entity_of(type)->dataschema;
  out.data = canonical::encode(entity);
  out.idempotency_key = std::move(idempotency_key);
  return out;
}

// About the same business object, in answer to `cause`.
template <class T>
Message answer_to(const Message& cause, std::string_view type, const T& entity,
                  std::string idempotency_key) {
  Message out = message_of(type, entity, std::move(idempotency_key));
  out.business_key = cause.business_key;
  out.correlation_id = cause.correlation_id;
  out.causation_id = cause.id;
  out.subject = cause.subject;
  return out;
}

// Throws std::runtime_error with every fault where the data is not what the type says.
template <class T>
T read_entity(const Message& message) {
  auto decoded = canonical::decode<T>(message.data);
  if (!decoded.value) {
    throw std::runtime_error(message.type +
                             " does not fit its schema: " + canonical::to_text(decoded.problems));
  }
  return std::move(*decoded.value);
}

}  // namespace crossdock
