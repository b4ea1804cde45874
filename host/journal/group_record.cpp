#include "host/journal/group_record.hpp"

namespace crossdock::host::journal {
namespace {

using Item = GroupReader::Item;

void put_item(Item item, std::string& out) { out.push_back(static_cast<char>(item)); }

void read_message(Reader& in, RecordedMessage& out) {
  out.destinations.clear();
  out.refusal = in.text();
  for (auto count = in.u32(); count > 0 && in.good(); --count) {
    out.destinations.push_back(in.text());
  }
  out.wire = in.text();
}

void read_event(Reader& in, RecordedEvent& out) {
  out.kind = in.u8();
  out.position = in.u64();
  out.attempts = in.u32();
  out.blame = in.u32();
  out.next_try_ns = static_cast<std::int64_t>(in.u64());
  for (auto* text : {&out.destination, &out.outcome, &out.reason, &out.reference, &out.business_key,
                     &out.evidence_request, &out.evidence_answer}) {
    *text = in.text();
  }
}

}  // namespace

void GroupWriter::transaction(std::string_view actor) {
  put_item(Item::transaction, payload_);
  put_text(actor, payload_);
}

void GroupWriter::message(const NewMessage& message) {
  places_.push_back(static_cast<std::uint32_t>(payload_.size()));
  put_item(Item::message, payload_);
  put_text(message.dead_letter_reason, payload_);
  if (message.dead_letter_reason.empty()) {
    put_u32(static_cast<std::uint32_t>(message.destinations.size()), payload_);
    for (const auto& destination : message.destinations) {
      put_text(destination, payload_);
    }
  } else {
    put_u32(1, payload_);
    put_text(kIntake, payload_);
  }
  put_text(message.wire, payload_);
}

void GroupWriter::cursor(std::string_view cursor) {
  put_item(Item::cursor, payload_);
  put_text(cursor, payload_);
}

void GroupWriter::state(const StateChange& change) {
  put_item(Item::state, payload_);
  put_text(change.key, payload_);
  payload_.push_back(change.value ? 1 : 0);
  put_text(change.value.value_or(std::string()), payload_);
}

void GroupWriter::event(const RecordedEvent& event) {
  put_item(Item::event, payload_);
  payload_.push_back(static_cast<char>(event.kind));
  put_u64(event.position, payload_);
  put_u32(event.attempts, payload_);
  put_u32(event.blame, payload_);
  put_u64(static_cast<std::uint64_t>(event.next_try_ns), payload_);
  for (const auto text : {event.destination, event.outcome, event.reason, event.reference,
                          event.business_key, event.evidence_request, event.evidence_answer}) {
    put_text(text, payload_);
  }
}

std::string GroupWriter::finish() {
  for (const auto place : places_) {
    put_u32(place, payload_);
  }
  return std::move(payload_);
}

RecordedEvent event_of(const Settlement& settlement) {
  RecordedEvent out;
  out.kind = static_cast<std::uint8_t>(settlement.kind);
  out.position = settlement.position;
  out.attempts = settlement.attempts;
  out.blame = settlement.blame;
  out.next_try_ns = settlement.next_try_ns;
  out.destination = settlement.destination;
  out.outcome = settlement.outcome;
  out.reason = settlement.reason;
  out.reference = settlement.reference;
  out.business_key = settlement.business_key;
  out.evidence_request = settlement.evidence_request;
  out.evidence_answer = settlement.evidence_answer;
  return out;
}

GroupReader::GroupReader(std::string_view payload, std::uint32_t messages) : payload_(payload) {
  const std::size_t places = std::size_t{4} * messages;
  good_ = places <= payload.size();
  items_ = payload.substr(0, good_ ? payload.size() - places : 0);
}

GroupReader::Item GroupReader::next() {
  if (items_.empty() || !good_) {
    return Item::end;
  }
  place_ = static_cast<std::uint32_t>(items_.data() - payload_.data());
  Reader in(items_);
  auto item = static_cast<Item>(in.u8());
  switch (item) {
    case Item::transaction:
    case Item::cursor:
      text_ = in.text();
      break;
    case Item::message:
      read_message(in, message_);
      break;
    case Item::state: {
      state_.key = in.text();
      const bool kept = in.u8() != 0;
      const auto value = in.text();
      state_.value = kept ? std::optional(value) : std::nullopt;
      break;
    }
    case Item::event:
      read_event(in, event_);
      break;
    default:
      good_ = false;
      break;
  }
  good_ = good_ && in.good();
  items_ = in.rest();
  return good_ ? item : Item::end;
}

bool message_at(std::string_view payload, std::uint32_t messages, std::uint32_t nth,
                RecordedMessage& out) {
  const std::size_t places = std::size_t{4} * messages;
  if (nth >= messages || places > payload.size()) {
    return false;
  }
  const auto place = Reader(payload.substr(payload.size() - places + std::size_t{4} * nth)).u32();
  if (place >= payload.size()) {
    return false;
  }
  Reader in(payload.substr(place));
  const bool right = in.u8() == static_cast<std::uint8_t>(Item::message);
  read_message(in, out);
  return right && in.good();
}

bool event_at(std::string_view payload, std::uint32_t place, RecordedEvent& out) {
  if (place >= payload.size()) {
    return false;
  }
  Reader in(payload.substr(place));
  const bool right = in.u8() == static_cast<std::uint8_t>(Item::event);
  read_event(in, out);
  return right && in.good();
}

}  // namespace crossdock::host::journal
