// How a group of transactions looks as one record of the log, and how it is read again.
//
//   payload      item* | place of each message (u32 each)
//   transaction  actor, then its messages, cursor, state changes, settlements and repeats
//
// Places are offsets in the payload, so that one message or one settlement can be read alone. A
// group that was just written and one that is read again at start are applied by the same code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/journal/journal.hpp"
#include "host/journal/records.hpp"

namespace crossdock::host::journal {

// A message as it stands in a record. The views borrow from the payload.
struct RecordedMessage {
  std::vector<std::string_view> destinations;
  std::string_view refusal;  // why it was a dead letter from the start
  std::string_view wire;
};

// What happened to an accepted message: a settlement, or a repeat that was dropped.
struct RecordedEvent {
  // Beside the SettlementKinds: a repeat, told in the timeline of the first one.
  static constexpr std::uint8_t kRepeated = 100;

  std::uint8_t kind = 0;
  Position position = 0;
  std::uint32_t attempts = 0;
  std::uint32_t blame = 0;
  std::int64_t next_try_ns = 0;
  std::string_view destination, outcome, reason, reference, business_key;
  std::string_view evidence_request, evidence_answer;  // the bytes
};

struct RecordedState {
  std::string_view key;
  std::optional<std::string_view> value;  // none: erased
};

class GroupWriter {
 public:
  void transaction(std::string_view actor);
  void message(const NewMessage& message);
  void cursor(std::string_view cursor);
  void state(const StateChange& change);
  void event(const RecordedEvent& event);

  std::uint32_t messages() const { return static_cast<std::uint32_t>(places_.size()); }
  std::string finish();

 private:
  std::string payload_;
  std::vector<std::uint32_t> places_;
};

RecordedEvent event_of(const Settlement& settlement);

// Goes through a payload item by item.
class GroupReader {
 public:
  enum class Item : std::uint8_t { transaction = 1, message, cursor, state, event, end };

  GroupReader(std::string_view payload, std::uint32_t messages);

  Item next();  // end also where the payload makes no sense; then good() is false
  bool good() const { return good_; }
  // Of the item that next() named.
  std::string_view text() const { return text_; }  // actor or cursor
  const RecordedMessage& message() const { return message_; }
  const RecordedState& state() const { return state_; }
  const RecordedEvent& event() const { return event_; }
  std::uint32_t place() const { return place_; }

 private:
  std::string_view payload_;
  std::string_view items_;
  std::uint32_t place_ = 0;
  bool good_ = true;
  std::string_view text_;
  RecordedMessage message_;
  RecordedState state_;
  RecordedEvent event_;
};

// The nth message of a payload with `messages`, and the event at a place. False on damage.
bool message_at(std::string_view payload, std::uint32_t messages, std::uint32_t nth,
                RecordedMessage& out);
bool event_at(std::string_view payload, std::uint32_t place, RecordedEvent& out);

}  // namespace crossdock::host::journal
