// Between the C++ values and the structs of abi.h. The structs borrow from the values, so the
// values must outlive the call that the structs are passed to.
#pragma once

#include <crossdock/ext/webhook.h>

#include <crossdock/types.hpp>

namespace crossdock::detail {

inline xd_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view text(xd_bytes bytes) {
  return bytes.size == 0 ? std::string_view() : std::string_view(bytes.data, bytes.size);
}
inline std::string copy(xd_bytes bytes) { return std::string(text(bytes)); }

inline xd_message to_abi(const Message& m) {
  xd_message out{};
  out.struct_size = sizeof out;
  out.attempt = m.attempt;
  out.id = bytes(m.id);
  out.type = bytes(m.type);
  out.source = bytes(m.source);
  out.subject = bytes(m.subject);
  out.dataschema = bytes(m.dataschema);
  out.traceparent = bytes(m.traceparent);
  out.tenant = bytes(m.tenant);
  out.correlation_id = bytes(m.correlation_id);
  out.causation_id = bytes(m.causation_id);
  out.idempotency_key = bytes(m.idempotency_key);
  out.business_key = bytes(m.business_key);
  out.target = bytes(m.target);
  out.occurred_at_ns = m.occurred_at_ns;
  out.observed_at_ns = m.observed_at_ns;
  out.recorded_at_ns = m.recorded_at_ns;
  out.data = bytes(m.data);
  out.original = bytes(m.original);
  out.original_type = bytes(m.original_type);
  return out;
}

inline Message from_abi(const xd_message& m) {
  Message out;
  out.id = copy(m.id);
  out.type = copy(m.type);
  out.source = copy(m.source);
  out.subject = copy(m.subject);
  out.dataschema = copy(m.dataschema);
  out.traceparent = copy(m.traceparent);
  out.tenant = copy(m.tenant);
  out.correlation_id = copy(m.correlation_id);
  out.causation_id = copy(m.causation_id);
  out.idempotency_key = copy(m.idempotency_key);
  out.business_key = copy(m.business_key);
  out.target = copy(m.target);
  out.occurred_at_ns = m.occurred_at_ns;
  out.observed_at_ns = m.observed_at_ns;
  out.recorded_at_ns = m.recorded_at_ns;
  out.data = copy(m.data);
  out.original = copy(m.original);
  out.original_type = copy(m.original_type);
  out.attempt = m.attempt;
  return out;
}

inline std::vector<xd_message> to_abi(const std::vector<Message>& messages) {
  std::vector<xd_message> out;
  out.reserve(messages.size());
  for (const auto& message : messages) {
    out.push_back(to_abi(message));
  }
  return out;
}

inline std::vector<xd_state_change> to_abi(const std::vector<StateChange>& changes) {
  std::vector<xd_state_change> out;
  out.reserve(changes.size());
  for (const auto& change : changes) {
    out.push_back({bytes(change.key), bytes(change.value ? std::string_view(*change.value) : ""),
                   change.value ? 0 : 1});
  }
  return out;
}

inline std::vector<xd_header> to_abi(const Headers& headers) {
  std::vector<xd_header> out;
  for (const auto& [name, value] : headers) {
    out.push_back({bytes(name), bytes(value)});
  }
  return out;
}

}  // namespace crossdock::detail
