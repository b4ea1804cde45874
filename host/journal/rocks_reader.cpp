#include "host/journal/rocks_reader.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <charconv>

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

const char* name_of(SettlementKind kind) {
  switch (kind) {
    case SettlementKind::delivered:
      return "delivered";
    case SettlementKind::dead_lettered:
      return "dead_lettered";
    case SettlementKind::attempted:
      return "attempted";
    case SettlementKind::crashed:
      return "crashed";
    case SettlementKind::replayed:
      return "replayed";
    case SettlementKind::discarded:
      return "discarded";
  }
  return "unknown";
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

}  // namespace

std::size_t RocksReader::read_pending(std::string_view destination, Position after,
                                      std::size_t most_messages, std::size_t most_bytes,
                                      const std::function<void(StoredMessage&)>& each) const {
  std::size_t count = 0;
  std::size_t bytes = 0;
  tables_.walk_owed(Family::pending, destination, after, [&](Position position) {
    if (auto message = read(position, destination)) {
      ++count;
      bytes += message->wire.size();
      each(*message);
    }
    return count < most_messages && bytes < most_bytes;
  });
  return count;
}

std::size_t RocksReader::count_pending(std::string_view destination, std::size_t most) const {
  std::size_t count = 0;
  tables_.walk_owed(Family::pending, destination, 0, [&](Position) { return ++count < most; });
  return count;
}

std::optional<StoredMessage> RocksReader::read(Position position,
                                               std::string_view destination) const {
  rdb::PinnableSlice value;
  if (!tables_.get(Family::log, position_key(position), value)) {
    return std::nullopt;
  }
  StoredMessage out;
  out.position = position;
  Reader in(view(value));
  out.recorded_at_ns = static_cast<std::int64_t>(in.u64());
  for (auto count = in.u32(); count > 0 && in.good(); --count) {
    out.destinations.emplace_back(in.text());
  }
  out.wire = in.rest();
  if (!destination.empty()) {
    rdb::PinnableSlice tries;
    if (tables_.get(Family::tries, owed_key(destination, position), tries)) {
      Reader numbers(view(tries));
      out.attempts = numbers.u32();
      out.blame = numbers.u32();
      out.next_try_ns = static_cast<std::int64_t>(numbers.u64());
    }
  }
  return out;
}

std::optional<std::string> RocksReader::cursor(std::string_view actor) const {
  rdb::PinnableSlice value;
  if (!tables_.get(Family::meta, "c/" + std::string(actor), value)) {
    return std::nullopt;
  }
  return value.ToString();
}

std::map<std::string, std::string> RocksReader::state(std::string_view actor) const {
  std::map<std::string, std::string> out;
  const std::string prefix = "s/" + pair_key(actor, {});
  tables_.walk(Family::meta, prefix, prefix, [&](std::string_view key, std::string_view value) {
    out.emplace(key.substr(prefix.size()), value);
    return true;
  });
  return out;
}

std::vector<TimelineRow> RocksReader::timeline(std::string_view key, std::size_t most) const {
  std::vector<TimelineRow> rows;
  tables_.walk_owed(Family::index, key, 0, [&](Position position) {
    add_rows(position, rows);
    return rows.size() < most;
  });
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TimelineRow& a, const TimelineRow& b) { return a.at_ns < b.at_ns; });
  return rows;
}

void RocksReader::add_rows(Position position, std::vector<TimelineRow>& rows) const {
  const auto stored = read(position, {});
  canonical::MessageView message;
  if (!stored || !canonical::decode_wire(stored->wire, message).ok()) {
    return;
  }
  TimelineRow row;
  row.position = position;
  row.at_ns = stored->recorded_at_ns;
  row.what = "accepted";
  row.message_id = message.id;
  row.type = message.type;
  row.source = message.source;
  row.subject = message.subject;
  row.business_key = message.business_key;
  row.correlation_id = message.correlation_id;
  row.causation_id = message.causation_id;
  rows.push_back(row);
  const std::string prefix = position_key(position);
  tables_.walk(Family::events, prefix, prefix, [&](std::string_view, std::string_view value) {
    Reader in(value);
    const auto kind = in.u8();
    row.what = kind == kRepeatedRow ? "repeated" : name_of(static_cast<SettlementKind>(kind));
    row.at_ns = static_cast<std::int64_t>(in.u64());
    row.attempts = in.u32();
    row.destination = in.text();
    row.outcome = in.text();
    row.reason = in.text();
    row.reference = in.text();
    row.evidence_request = hex(in.text());
    row.evidence_answer = hex(in.text());
    rows.push_back(row);
    return true;
  });
}

std::vector<DeadLetter> RocksReader::dead_letters(std::string_view destination,
                                                  std::string_view after, std::size_t most) const {
  std::vector<DeadLetter> out;
  const std::string prefix = destination.empty() ? std::string() : pair_key(destination, {});
  std::string from = prefix;
  if (!after.empty()) {
    const auto [position, name] = split_id(after);
    from = owed_key(name, position + 1);
  }
  tables_.walk(Family::dead, prefix, from, [&](std::string_view key, std::string_view value) {
    if (auto letter = to_dead_letter(key, value)) {
      out.push_back(std::move(*letter));
    }
    return out.size() < most;
  });
  return out;
}

std::optional<DeadLetter> RocksReader::dead_letter(std::string_view id) const {
  const auto [position, destination] = split_id(id);
  rdb::PinnableSlice value;
  const std::string key = owed_key(destination, position);
  if (position == 0 || !tables_.get(Family::dead, key, value)) {
    return std::nullopt;
  }
  return to_dead_letter(key, view(value));
}

std::optional<std::string> RocksReader::blob(std::string_view sha256) const {
  const auto key = unhex(sha256);
  rdb::PinnableSlice value;
  if (!key || !tables_.get(Family::blob, *key, value)) {
    return std::nullopt;
  }
  return value.ToString();
}

bool RocksReader::is_held(const StoredMessage& stored) const {
  rdb::PinnableSlice value;
  return std::any_of(stored.destinations.begin(), stored.destinations.end(),
                     [&](const std::string& destination) {
                       const auto key = owed_key(destination, stored.position);
                       return tables_.get(Family::pending, key, value) ||
                              (tables_.get(Family::dead, key, value) &&
                               view(value).substr(0, 1) == std::string_view("\0", 1));
                     });
}

}  // namespace crossdock::host::journal
