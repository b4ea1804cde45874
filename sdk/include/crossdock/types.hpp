// What a connector takes and gives, as C++ values: messages, batches, outcomes, webhook calls.
// Plain values without locks; a value belongs to the thread that holds it.
#pragma once

#include <crossdock/abi.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock {

struct Message {
  std::string id, type, source, subject, correlation_id, causation_id, idempotency_key,
      business_key, target, traceparent, tenant, dataschema;
  std::int64_t occurred_at_ns = 0;  // UTC, since the epoch; 0: not known
  std::int64_t observed_at_ns = 0;
  std::int64_t recorded_at_ns = 0;
  std::string data;      // canonical JSON
  std::string original;  // the outside bytes it was made from
  std::string original_type;
  std::uint32_t attempt = 1;  // of a delivery, from 1
};

// A document that does not fit, every fault in words. Thrown out of Connector::deliver it rejects
// the message, because trying again would not make it fit.
class NotMapped : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct StateChange {
  std::string key;
  std::optional<std::string> value;  // none: the key is removed
};

// One emit: durable as a whole or not at all.
struct Batch {
  // The initialisers say that leaving a member out of {...} is meant.
  std::vector<Message> messages{};
  std::optional<std::string> cursor{};
  std::vector<StateChange> state{};
  std::uint64_t tag = 0;  // comes back in Connector::accepted; 0: nobody asks
};

// What was sent and what was answered, secrets masked; the host keeps it beside the outcome.
struct Evidence {
  std::string request;
  std::string answer;
};

// What to do next with a message. Made by the named functions only, so that none is forgotten.
class [[nodiscard]] Outcome {
 public:
  // It is in the outside system.
  static Outcome done() { return Outcome(XD_DONE, {}); }
  // It can never be taken as it is; the reason goes to the operator with the dead letter.
  static Outcome rejected(std::string reason) { return {XD_REJECTED, std::move(reason)}; }
  // It did not get there; tried again after a while (the host's back-off where `after` is zero).
  static Outcome retry(std::string reason, std::chrono::nanoseconds after = {}) {
    return {XD_RETRY, std::move(reason), after};
  }
  // The outside system wants less for so long; does not count as a try.
  static Outcome throttled(std::string reason, std::chrono::nanoseconds wait) {
    return {XD_THROTTLED, std::move(reason), wait};
  }
  // Credentials are refused; pauses the connector and does not count as a try.
  static Outcome unauthorised(std::string reason) { return {XD_UNAUTHORISED, std::move(reason)}; }
  // It may or may not have got there: the host has find() asked before it tries again.
  static Outcome unknown(std::string reason) { return {XD_UNKNOWN, std::move(reason)}; }
  // This instance cannot go on; the host restarts it.
  static Outcome broken(std::string reason) { return {XD_BROKEN, std::move(reason)}; }

  Outcome&& with(Evidence evidence) && {
    evidence_ = std::move(evidence);
    return std::move(*this);
  }
  // Commits together with this outcome.
  Outcome&& with(StateChange change) && {
    state_.push_back(std::move(change));
    return std::move(*this);
  }
  Outcome&& emitting(Message message) && {
    messages_.push_back(std::move(message));
    return std::move(*this);
  }
  // The outside system's number, shown in the timeline.
  Outcome&& reference(std::string number) && {
    reference_ = std::move(number);
    return std::move(*this);
  }

  xd_outcome_kind kind() const { return kind_; }
  bool is_done() const { return kind_ == XD_DONE; }
  const std::string& reason() const { return reason_; }
  const std::string& reference() const { return reference_; }
  std::chrono::nanoseconds after() const { return after_; }
  const Evidence& evidence() const { return evidence_; }
  const std::vector<StateChange>& state() const { return state_; }
  const std::vector<Message>& messages() const { return messages_; }

 private:
  Outcome(xd_outcome_kind kind, std::string reason, std::chrono::nanoseconds after = {})
      : kind_(kind), reason_(std::move(reason)), after_(after) {}

  xd_outcome_kind kind_;
  std::string reason_;
  std::string reference_;
  std::chrono::nanoseconds after_;
  Evidence evidence_;
  std::vector<StateChange> state_;
  std::vector<Message> messages_;
};

// How far a source has been read: an opaque text of the connector's own.
class Cursor {
 public:
  explicit Cursor(std::string value) : value_(std::move(value)) {}
  const std::string& value() const { return value_; }

 private:
  std::string value_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct WebhookRequest {
  std::string method;
  std::string path;  // below the connector's prefix, beginning with '/'
  std::string query;
  Headers headers;   // names in lower case
  std::string body;  // exact bytes

  // The first header of that (lower-case) name, or empty.
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) {
        return value;
      }
    }
    return {};
  }
};

// Given to the caller after `messages` and `state` are durable.
struct WebhookAnswer {
  int status = 200;
  Headers headers;
  std::string body;
  std::vector<Message> messages;
  std::vector<StateChange> state;
};

enum class Level : std::int32_t {
  debug = XD_LOG_DEBUG,
  info = XD_LOG_INFO,
  warning = XD_LOG_WARNING,
  error = XD_LOG_ERROR
};

}  // namespace crossdock
