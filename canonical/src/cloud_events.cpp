#include "crossdock/canonical/cloud_events.hpp"

#include <boost/beast/core/detail/base64.hpp>
#include <boost/json.hpp>

#include "canonical/src/checked_json.hpp"
#include "crossdock/canonical/envelope_wire.hpp"

namespace crossdock::canonical {
namespace {

namespace json = boost::json;
namespace base64 = boost::beast::detail::base64;

// One row per attribute that is text.
struct TextAttribute {
  const char* name;
  std::string Envelope::*member;
  bool required;
};
constexpr TextAttribute kTexts[] = {{"id", &Envelope::id, true},
                                    {"source", &Envelope::source, true},
                                    {"type", &Envelope::type, true},
                                    {"subject", &Envelope::subject, false},
                                    {"dataschema", &Envelope::dataschema, false},
                                    {"traceparent", &Envelope::traceparent, false},
                                    {"tenant", &Envelope::tenant, false},
                                    {"correlationid", &Envelope::correlation_id, false},
                                    {"causationid", &Envelope::causation_id, false},
                                    {"idempotencykey", &Envelope::idempotency_key, false},
                                    {"businesskey", &Envelope::business_key, false},
                                    {"target", &Envelope::target, false}};

struct TimeAttribute {
  const char* name;
  Instant Envelope::*member;
};
constexpr TimeAttribute kTimes[] = {{"time", &Envelope::time},
                                    {"occurredat", &Envelope::occurred_at},
                                    {"observedat", &Envelope::observed_at},
                                    {"recordedat", &Envelope::recorded_at}};

const json::string* text_of(const json::object& event, const char* name, Problems& problems) {
  const auto* found = event.if_contains(name);
  if (found == nullptr || found->is_null()) {
    return nullptr;
  }
  if (!found->is_string()) {
    problems.push_back({name, "is not text"});
    return nullptr;
  }
  return &found->get_string();
}

void read_original(const json::object& event, Message& out, Problems& problems) {
  const auto* encoded = text_of(event, "originalbase64", problems);
  if (encoded == nullptr) {
    return;
  }
  out.original.resize(base64::decoded_size(encoded->size()));
  const auto [written, read] =
      base64::decode(out.original.data(), encoded->data(), encoded->size());
  out.original.resize(written);
  const auto rest = encoded->size() - read;
  if (rest > 2 || encoded->subview(read).find_first_not_of('=') != json::string_view::npos) {
    problems.push_back({"originalbase64", "is not base64 (RFC 4648 section 4)"});
  }
  if (const auto* type = text_of(event, "originaltype", problems)) {
    out.original_type.assign(type->data(), type->size());
  }
}

}  // namespace

std::string to_cloud_event(const Message& message) {
  const auto& e = message.envelope;
  json::object event{{"specversion", "1.0"}};
  for (const auto& attribute : kTexts) {
    const auto& text = e.*attribute.member;
    if (!text.empty() || attribute.required) {
      event[attribute.name] = text;
    }
  }
  for (const auto& attribute : kTimes) {
    if ((e.*attribute.member).known()) {
      event[attribute.name] = to_string(e.*attribute.member);
    }
  }
  if (e.aggregate_rev != 0) {
    event["aggregaterev"] = std::to_string(e.aggregate_rev);
  }
  if (!message.original.empty()) {
    std::string encoded(base64::encoded_size(message.original.size()), '\0');
    encoded.resize(
        base64::encode(encoded.data(), message.original.data(), message.original.size()));
    event["originalbase64"] = encoded;
    event["originaltype"] = message.original_type;
  }
  event["datacontenttype"] = "application/json";
  auto out = json::serialize(event);
  // The data goes in as it is: parsing it would lose how its numbers were written.
  out.pop_back();
  return out + ",\"data\":" + (message.data.empty() ? "null" : message.data) + "}";
}

Decoded<Message> from_cloud_event(std::string_view text) {
  Decoded<Message> out;
  json::value value;
  std::string fault;
  if (!parse_checked(text, value, fault)) {
    out.problems.push_back({"", fault});
    return out;
  }
  const auto* event = value.if_object();
  if (event == nullptr) {
    out.problems.push_back({"", "is not a JSON object"});
    return out;
  }
  Message message;
  auto& e = message.envelope;
  const auto* version = text_of(*event, "specversion", out.problems);
  if (version == nullptr || *version != "1.0") {
    out.problems.push_back({"specversion", "must be \"1.0\""});
  }
  for (const auto& attribute : kTexts) {
    const auto* found = text_of(*event, attribute.name, out.problems);
    if (found == nullptr || found->empty()) {
      if (attribute.required) {
        out.problems.push_back({attribute.name, "is missing"});
      }
    } else if (found->size() > kLargestAttribute) {
      out.problems.push_back({attribute.name, "is longer than 1,024 bytes"});
    } else {
      (e.*attribute.member).assign(found->data(), found->size());
    }
  }
  for (const auto& attribute : kTimes) {
    if (const auto* found = text_of(*event, attribute.name, out.problems)) {
      const auto instant = parse_instant({found->data(), found->size()});
      if (instant) {
        e.*attribute.member = *instant;
      } else {
        out.problems.push_back({attribute.name, "is not an RFC 3339 instant"});
      }
    }
  }
  if (const auto* found = text_of(*event, "aggregaterev", out.problems)) {
    e.aggregate_rev = std::strtoull(found->c_str(), nullptr, 10);
  }
  read_original(*event, message, out.problems);
  if (const auto* data = event->if_contains("data"); data != nullptr && !data->is_null()) {
    message.data = json::serialize(*data);
  }
  if (out.problems.empty()) {
    out.value = std::move(message);
  }
  return out;
}

}  // namespace crossdock::canonical
