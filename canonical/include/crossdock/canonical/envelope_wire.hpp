// The compact form of a message between host and workers and in the journal: length-prefixed
// fields, little-endian, one version byte. Decoding borrows from the bytes and allocates nothing.
//
//   message  = version(u8 = 1) field* ;  field = tag(u8) length(u32) bytes
//   instants = 8 bytes, nanoseconds; aggregate_rev = 8 bytes; absent fields are left out
//
// Unknown tags are skipped, so a newer minor may add fields. All input is taken as hostile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crossdock/canonical/envelope.hpp"

namespace crossdock::canonical {

inline constexpr std::size_t kLargestAttribute = 1024;      // bytes of one attribute
inline constexpr std::size_t kLargestData = 16u << 20;      // bytes of data
inline constexpr std::size_t kLargestOriginal = 64u << 20;  // bytes of the original

// The fields of a message as views into bytes that somebody else keeps.
struct MessageView {
  std::string_view id, source, type, subject, dataschema, traceparent, tenant, correlation_id,
      causation_id, idempotency_key, business_key, target;
  Instant time, occurred_at, observed_at, recorded_at;
  std::uint64_t aggregate_rev = 0;
  std::string_view data, original, original_type;

  Message to_message() const;
};

// Why bytes are not a message; `field` is null when they are.
struct WireResult {
  const char* field = nullptr;   // the field that is wrong
  const char* reason = nullptr;  // in plain words
  std::size_t offset = 0;        // bytes from the start of the message
  bool ok() const { return field == nullptr; }
};

// Why a text cannot be an attribute (they become parts of stored keys, log lines and pages): it is
// too long, or holds control characters. Empty: it can.
std::string attribute_fault(std::string_view text);

// Appends the message to `out`. Fields above their caps are the caller's fault and are cut off by
// the receiver's refusal, not here.
void append_wire(const Message& message, std::string& out);
void append_wire(const MessageView& message, std::string& out);

// Never throws; on failure `view` is unspecified.
WireResult decode_wire(std::string_view bytes, MessageView& view);

}  // namespace crossdock::canonical
