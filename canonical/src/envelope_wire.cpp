#include "crossdock/canonical/envelope_wire.hpp"

#include <algorithm>
#include <cstring>

namespace crossdock::canonical {
namespace {

constexpr unsigned char kVersion = 1;

// One row per field: tag, name, member, cap. The order is the order on the wire.
struct TextField {
  unsigned char tag;
  const char* name;
  std::string_view MessageView::*view;
  std::size_t cap;
};
struct NumberField {
  unsigned char tag;
  const char* name;
  Instant MessageView::*view;
};

constexpr TextField kText[] = {
    {1, "id", &MessageView::id, kLargestAttribute},
    {2, "source", &MessageView::source, kLargestAttribute},
    {3, "type", &MessageView::type, kLargestAttribute},
    {4, "subject", &MessageView::subject, kLargestAttribute},
    {5, "dataschema", &MessageView::dataschema, kLargestAttribute},
    {6, "traceparent", &MessageView::traceparent, kLargestAttribute},
    {7, "tenant", &MessageView::tenant, kLargestAttribute},
    {8, "correlation_id", &MessageView::correlation_id, kLargestAttribute},
    {9, "causation_id", &MessageView::causation_id, kLargestAttribute},
    {10, "idempotency_key", &MessageView::idempotency_key, kLargestAttribute},
    {11, "business_key", &MessageView::business_key, kLargestAttribute},
    {12, "target", &MessageView::target, kLargestAttribute},
    {13, "data", &MessageView::data, kLargestData},
    {14, "original", &MessageView::original, kLargestOriginal},
    {15, "original_type", &MessageView::original_type, kLargestAttribute},
};
constexpr NumberField kInstants[] = {
    {32, "time", &MessageView::time},
    {33, "occurred_at", &MessageView::occurred_at},
    {34, "observed_at", &MessageView::observed_at},
    {35, "recorded_at", &MessageView::recorded_at},
};
constexpr unsigned char kRevision = 36;
constexpr unsigned char kFirstNumber = 32;
constexpr std::size_t kHead = 5;

void append_u32(std::uint32_t value, std::string& out) {
  char bytes[4];
  for (int i = 0; i < 4; ++i) {
    bytes[i] = static_cast<char>(value >> (8 * i));
  }
  out.append(bytes, 4);
}

std::uint32_t read_u32(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

void append_number(unsigned char tag, std::uint64_t value, std::string& out) {
  if (value == 0) {
    return;
  }
  out.push_back(static_cast<char>(tag));
  append_u32(8, out);
  append_u32(static_cast<std::uint32_t>(value), out);
  append_u32(static_cast<std::uint32_t>(value >> 32), out);
}

}  // namespace

void append_wire(const MessageView& message, std::string& out) {
  out.push_back(static_cast<char>(kVersion));
  for (const auto& field : kText) {
    const std::string_view text = message.*field.view;
    if (text.empty()) {
      continue;
    }
    out.push_back(static_cast<char>(field.tag));
    append_u32(static_cast<std::uint32_t>(text.size()), out);
    out.append(text);
  }
  for (const auto& field : kInstants) {
    append_number(field.tag, static_cast<std::uint64_t>((message.*field.view).ns), out);
  }
  append_number(kRevision, message.aggregate_rev, out);
}

void append_wire(const Message& message, std::string& out) {
  const Envelope& e = message.envelope;
  const MessageView view{.id = e.id,
                         .source = e.source,
                         .type = e.type,
                         .subject = e.subject,
                         .dataschema = e.dataschema,
                         .traceparent = e.traceparent,
                         .tenant = e.tenant,
                         .correlation_id = e.correlation_id,
                         .causation_id = e.causation_id,
                         .idempotency_key = e.idempotency_key,
                         .business_key = e.business_key,
                         .target = e.target,
                         .time = e.time,
                         .occurred_at = e.occurred_at,
                         .observed_at = e.observed_at,
                         .recorded_at = e.recorded_at,
                         .aggregate_rev = e.aggregate_rev,
                         .data = message.data,
                         .original = message.original,
                         .original_type = message.original_type};
  append_wire(view, out);
}

WireResult decode_wire(std::string_view bytes, MessageView& view) {
  view = MessageView{};
  if (bytes.empty() || static_cast<unsigned char>(bytes[0]) != kVersion) {
    return {"version", "is not one that this host reads", 0};
  }
  std::size_t at = 1;
  while (at < bytes.size()) {
    if (bytes.size() - at < kHead) {
      return {"field", "ends inside its head", at};
    }
    const auto tag = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = read_u32(bytes.data() + at + 1);
    const std::size_t start = at + kHead;
    if (length > bytes.size() - start) {
      return {"field", "is longer than the message", at};
    }
    const std::string_view value = bytes.substr(start, length);
    if (tag >= 1 && tag <= std::size(kText)) {
      const TextField& field = kText[tag - 1];
      if (length > field.cap) {
        return {field.name, "is longer than allowed", at};
      }
      view.*field.view = value;
    } else if (tag >= kFirstNumber && tag <= kRevision) {
      if (length != 8) {
        return {"number", "does not have eight bytes", at};
      }
      const std::uint64_t number =
          read_u32(value.data()) | static_cast<std::uint64_t>(read_u32(value.data() + 4)) << 32;
      if (tag == kRevision) {
        view.aggregate_rev = number;
      } else {
        (view.*kInstants[tag - kFirstNumber].view).ns = static_cast<std::int64_t>(number);
      }
    }
    at = start + length;
  }
  return {};
}

Message MessageView::to_message() const {
  Message message;
  Envelope& e = message.envelope;
  e.id = id;
  e.source = source;
  e.type = type;
  e.subject = subject;
  e.dataschema = dataschema;
  e.traceparent = traceparent;
  e.tenant = tenant;
  e.correlation_id = correlation_id;
  e.causation_id = causation_id;
  e.idempotency_key = idempotency_key;
  e.business_key = business_key;
  e.target = target;
  e.time = time;
  e.occurred_at = occurred_at;
  e.observed_at = observed_at;
  e.recorded_at = recorded_at;
  e.aggregate_rev = aggregate_rev;
  message.data = data;
  message.original = original;
  message.original_type = original_type;
  return message;
}

std::string attribute_fault(std::string_view text) {
  if (text.size() > kLargestAttribute) {
    return "has " + std::to_string(text.size()) + " bytes; at most " +
           std::to_string(kLargestAttribute) + " are carried";
  }
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  return plain ? std::string() : "holds control characters";
}

}  // namespace crossdock::canonical
