#include "host/journal/log_reader.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace crossdock::host::journal {
namespace {

namespace rdb = rocksdb;

std::string hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
    out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

std::optional<std::string> unhex(std::string_view text) {
  if (text.size() != 2 * SHA256_DIGEST_LENGTH) {
    return std::nullopt;
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (error != std::errc{} || end != text.data() + i + 2) {
      return std::nullopt;
    }
    out.push_back(static_cast<char>(value));
  }
  return out;
}

std::string name_of(std::uint8_t kind) {
  switch (kind) {
    case static_cast<std::uint8_t>(SettlementKind::delivered):
      return "delivered";
    case static_cast<std::uint8_t>(SettlementKind::dead_lettered):
      return "dead_lettered";
    case static_cast<std::uint8_t>(SettlementKind::attempted):
      return "attempted";
    case static_cast<std::uint8_t>(SettlementKind::crashed):
      return "crashed";
    case static_cast<std::uint8_t>(SettlementKind::replayed):
      return "replayed";
    case static_cast<std::uint8_t>(SettlementKind::discarded):
      return "discarded";
    case RecordedEvent::kRepeated:
      return "repeated";
    default:
      return "unknown";
  }
}

// A dead letter's id is <position>-<destination>.
std::pair<Position, std::string_view> split_id(std::string_view id) {
  const auto dash = id.find('-');
  Position position = 0;
  if (dash == std::string_view::npos) {
    return {0, {}};
  }
  std::from_chars(id.data(), id.data() + dash, position);
  return {position, id.substr(dash + 1)};
}

std::optional<DeadLetter> to_dead_letter(std::string_view key, std::string_view value) {
  if (key.size() < 9) {
    return std::nullopt;
  }
  DeadLetter out;
  out.destination = key.substr(0, key.size() - 9);
  out.position = Reader(key.substr(key.size() - 8)).u64();
  out.id = std::to_string(out.position) + "-" + out.destination;
  Reader in(value);
  out.discarded = in.u8() != 0;
  out.at_ns = static_cast<std::int64_t>(in.u64());
  out.attempts = in.u32();
  out.outcome = in.text();
  out.reason = in.text();
  out.business_key = in.text();
  out.type = in.text();
  out.source = in.text();
  out.message_id = in.text();
  return out;
}

std::string digest(std::string_view evidence) {
  return evidence.empty() ? std::string() : hex(sha256_of(evidence));
}

}  // namespace

std::string sha256_of(std::string_view bytes) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

std::string dead_row(const RecordedEvent& event, const canonical::MessageView& message,
                     std::int64_t at_ns, bool discarded) {
  std::string value;
  value.push_back(discarded ? 1 : 0);
  put_u64(static_cast<std::uint64_t>(at_ns), value);
  put_u32(event.attempts, value);
  put_text(event.outcome, value);
  put_text(event.reason, value);
  put_text(event.business_key.empty() ? message.business_key : event.business_key, value);
  put_text(message.type, value);
  put_text(message.source, value);
  put_text(message.id, value);
  return value;
}

std::string blob_row(const EventPlace& event, Evidence which) {
  std::string value;
  put_u64(event.record.file, value);
  put_u32(event.record.offset, value);
  put_u32(event.place, value);
  value.push_back(static_cast<char>(which));
  return value;
}

bool MessageReader::read(Position position, RecordedMessage& out) {
  if (!record_ || position < record_->first || position >= record_->first + record_->messages) {
    record_ = log_.record_of(position);
  }
  return record_ && message_at(record_->payload, record_->messages,
                               static_cast<std::uint32_t>(position - record_->first), out);
}

bool LogReader::fill(MessageReader& reader, Position position, std::string_view destination,
                     StoredMessage& out) const {
  RecordedMessage message;
  if (!reader.read(position, message)) {
    return false;
  }
  out.position = position;
  out.recorded_at_ns = reader.recorded_at_ns();
  out.destinations.assign(message.destinations.begin(), message.destinations.end());
  out.wire = message.wire;
  rdb::PinnableSlice tries;
  if (!destination.empty() && tables_.get(Table::tries, owed_key(destination, position), tries)) {
    Reader numbers(view(tries));
    out.attempts = numbers.u32();
    out.blame = numbers.u32();
    out.next_try_ns = static_cast<std::int64_t>(numbers.u64());
  }
  return true;
}

std::size_t LogReader::read_pending(std::string_view destination, Position after,
                                    std::size_t most_messages, std::size_t most_bytes,
                                    const std::function<void(StoredMessage&)>& each) const {
  std::vector<Position> positions;
  {
    const std::lock_guard lock(balance_.mutex);
    const auto* set = balance_.pending.find(destination);
    while (set != nullptr && positions.size() < most_messages && (after = set->after(after)) != 0) {
      positions.push_back(after);
    }
  }
  MessageReader reader(log_);
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const auto position : positions) {
    StoredMessage message;
    if (bytes >= most_bytes) {
      break;
    }
    if (fill(reader, position, destination, message)) {
      ++count;
      bytes += message.wire.size();
      each(message);
    }
  }
  return count;
}

std::size_t LogReader::count_pending(std::string_view destination, std::size_t most) const {
  const std::lock_guard lock(balance_.mutex);
  const auto* set = balance_.pending.find(destination);
  return set == nullptr ? 0 : std::min<std::size_t>(most, set->size());
}

std::optional<StoredMessage> LogReader::read(Position position,
                                             std::string_view destination) const {
  MessageReader reader(log_);
  StoredMessage out;
  return fill(reader, position, destination, out) ? std::optional(std::move(out)) : std::nullopt;
}

void LogReader::read_range(Position from, Position until,
                           const std::function<void(StoredMessage&)>& each) const {
  MessageReader reader(log_);
  for (auto position = from; position <= until; ++position) {
    StoredMessage out;
    if (fill(reader, position, {}, out)) {
      each(out);
    }
  }
}

std::optional<std::string> LogReader::cursor(std::string_view actor) const {
  rdb::PinnableSlice value;
  if (!tables_.get(Table::meta, "c/" + std::string(actor), value)) {
    return std::nullopt;
  }
  return value.ToString();
}

std::map<std::string, std::string> LogReader::state(std::string_view actor) const {
  std::map<std::string, std::string> out;
  const std::string prefix = "s/" + pair_key(actor, {});
  tables_.walk(Table::meta, prefix, prefix, [&](std::string_view key, std::string_view value) {
    out.emplace(key.substr(prefix.size()), value);
    return true;
  });
  return out;
}

std::vector<Position> LogReader::positions_of(std::string_view key) const {
  const auto hash = hash_of(key);
  std::vector<Position> out;
  // The newest first: what moves into the tables meanwhile is found twice, not missed.
  for (const auto& recent : recents_.all()) {
    recent->find(hash, out);
  }
  const std::string prefix = number_key(hash);
  tables_.walk(Table::index, prefix, prefix, [&](std::string_view row, std::string_view) {
    out.push_back(Reader(row.substr(8)).u64());
    return true;
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<EventPlace> LogReader::events_of(const std::vector<Position>& positions) const {
  std::vector<EventPlace> out;
  for (const auto& recent : recents_.all()) {
    recent->find(positions, out);
  }
  for (const auto position : positions) {
    const std::string prefix = number_key(position);
    tables_.walk(Table::events, prefix, prefix, [&](std::string_view row, std::string_view) {
      Reader in(row.substr(8));
      EventPlace place;
      place.position = position;
      place.record.file = in.u64();
      place.record.offset = in.u32();
      place.place = in.u32();
      out.push_back(place);
      return true;
    });
  }
  const auto order = [](const EventPlace& one) {
    return std::tuple(one.position, one.record.file, one.record.offset, one.place);
  };
  std::sort(out.begin(), out.end(),
            [&](const auto& a, const auto& b) { return order(a) < order(b); });
  out.erase(std::unique(out.begin(), out.end(),
                        [&](const auto& a, const auto& b) { return order(a) == order(b); }),
            out.end());
  return out;
}

std::vector<TimelineRow> LogReader::timeline(std::string_view key, std::size_t most) const {
  std::vector<TimelineRow> rows;
  std::vector<Position> positions = positions_of(key);
  MessageReader reader(log_);
  std::map<Position, TimelineRow> accepted;
  for (const auto position : positions) {
    RecordedMessage recorded;
    canonical::MessageView message;
    if (accepted.size() >= most) {
      break;
    }
    if (!reader.read(position, recorded) || !canonical::decode_wire(recorded.wire, message).ok() ||
        (message.business_key != key && message.correlation_id != key && message.id != key)) {
      continue;
    }
    TimelineRow row;
    row.position = position;
    row.at_ns = reader.recorded_at_ns();
    row.what = "accepted";
    row.message_id = message.id;
    row.type = message.type;
    row.source = message.source;
    row.subject = message.subject;
    row.business_key = message.business_key;
    row.correlation_id = message.correlation_id;
    row.causation_id = message.causation_id;
    rows.push_back(row);
    accepted.emplace(position, std::move(row));
  }
  std::erase_if(positions, [&](Position position) { return !accepted.contains(position); });
  std::optional<Record> record;
  for (const auto& place : events_of(positions)) {
    if (rows.size() >= most) {
      break;
    }
    if (!record || record->place.file != place.record.file ||
        record->place.offset != place.record.offset) {
      record = log_.record_at(place.record);
    }
    RecordedEvent event;
    if (!record || !event_at(record->payload, place.place, event)) {
      continue;
    }
    TimelineRow row = accepted.at(place.position);
    row.what = name_of(event.kind);
    row.at_ns = record->recorded_at_ns;
    row.attempts = event.attempts;
    row.destination = event.destination;
    row.outcome = event.outcome;
    row.reason = event.reason;
    row.reference = event.reference;
    row.evidence_request = digest(event.evidence_request);
    row.evidence_answer = digest(event.evidence_answer);
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const TimelineRow& a, const TimelineRow& b) {
    return std::tuple(a.at_ns, a.position) < std::tuple(b.at_ns, b.position);
  });
  return rows;
}

std::vector<DeadLetter> LogReader::dead_letters(std::string_view destination,
                                                std::string_view after, std::size_t most) const {
  std::vector<DeadLetter> out;
  const std::string prefix = destination.empty() ? std::string() : pair_key(destination, {});
  std::string from = prefix;
  if (!after.empty()) {
    const auto [position, name] = split_id(after);
    from = owed_key(name, position + 1);
  }
  tables_.walk(Table::dead, prefix, from, [&](std::string_view key, std::string_view value) {
    if (auto letter = to_dead_letter(key, value)) {
      out.push_back(std::move(*letter));
    }
    return out.size() < most;
  });
  return out;
}

std::optional<DeadLetter> LogReader::dead_letter(std::string_view id) const {
  const auto [position, destination] = split_id(id);
  rdb::PinnableSlice value;
  const std::string key = owed_key(destination, position);
  if (position == 0 || !tables_.get(Table::dead, key, value)) {
    return std::nullopt;
  }
  return to_dead_letter(key, view(value));
}

std::optional<std::string> LogReader::blob(std::string_view sha256) const {
  const auto key = unhex(sha256);
  rdb::PinnableSlice value;
  if (!key || !tables_.get(Table::blob, *key, value)) {
    return std::nullopt;
  }
  Reader in(view(value));
  Place place;
  place.file = in.u64();
  place.offset = in.u32();
  const auto event_place = in.u32();
  const auto which = static_cast<Evidence>(in.u8());
  RecordedEvent event;
  const auto record = log_.record_at(place);
  if (!record || !event_at(record->payload, event_place, event)) {
    return std::nullopt;
  }
  return std::string(which == Evidence::request ? event.evidence_request : event.evidence_answer);
}

}  // namespace crossdock::host::journal
