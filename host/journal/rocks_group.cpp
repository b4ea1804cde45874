#include "host/journal/rocks_group.hpp"

#include <openssl/sha.h>

namespace crossdock::host::journal {
namespace {

namespace rdb = rocksdb;

constexpr std::string_view kNumbersKey = "n/counters";

}  // namespace

Numbers load_numbers(const RocksTables& tables) {
  Numbers out;
  rdb::PinnableSlice value;
  if (tables.get(Family::meta, kNumbersKey, value)) {
    Reader in(view(value));
    out.counters.messages = in.u64();
    out.counters.accepted = in.u64();
    out.counters.delivered = in.u64();
    out.counters.dead_lettered = in.u64();
    out.counters.pending = in.u64();
    out.counters.repeats = in.u64();
    out.events = in.u64();
    out.pruned_to = in.u64();
  }
  return out;
}

void RocksGroup::put(Family family, std::string_view key, std::string_view value) {
  batch_.Put(tables_.handle(family), slice(key), slice(value));
}

rdb::WriteBatch& RocksGroup::finish() {
  std::string value;
  put_u64(numbers_.counters.messages, value);
  put_u64(numbers_.counters.accepted, value);
  put_u64(numbers_.counters.delivered, value);
  put_u64(numbers_.counters.dead_lettered, value);
  put_u64(numbers_.counters.pending, value);
  put_u64(numbers_.counters.repeats, value);
  put_u64(numbers_.events, value);
  put_u64(numbers_.pruned_to, value);
  put(Family::meta, kNumbersKey, value);
  return batch_;
}

Committed RocksGroup::add(const Transaction& transaction) {
  Committed result;
  result.recorded_at_ns = now_ns_;
  result.positions.reserve(transaction.messages.size());
  for (const auto& message : transaction.messages) {
    result.positions.push_back(add_message(transaction, message));
  }
  if (transaction.cursor) {
    put(Family::meta, "c/" + transaction.actor, *transaction.cursor);
  }
  for (const auto& change : transaction.state) {
    const std::string key = "s/" + pair_key(transaction.actor, change.key);
    if (change.value) {
      put(Family::meta, key, *change.value);
    } else {
      batch_.Delete(tables_.handle(Family::meta), key);
    }
  }
  for (const auto& settlement : transaction.settlements) {
    add_settlement(settlement);
  }
  return result;
}

Position RocksGroup::earlier(const std::string& inbox_key) const {
  if (const auto found = inbox_.find(inbox_key); found != inbox_.end()) {
    return found->second;
  }
  rdb::PinnableSlice value;
  return tables_.get(Family::inbox, inbox_key, value) ? Reader(view(value)).u64() : 0;
}

Position RocksGroup::add_message(const Transaction& transaction, const NewMessage& message) {
  std::string inbox_key = pair_key(transaction.actor, message.view.idempotency_key);
  if (const Position first = earlier(inbox_key); first != 0) {
    ++numbers_.counters.repeats;
    Settlement repeat;
    repeat.destination = transaction.actor;
    add_event(first, kRepeatedRow, repeat);
    return 0;
  }
  const Position position = ++numbers_.counters.messages;
  const std::string key = position_key(position);
  put(Family::inbox, inbox_key, key);
  inbox_.emplace(std::move(inbox_key), position);

  const bool refused = !message.dead_letter_reason.empty();
  std::vector<std::string> owed = message.destinations;
  if (refused) {
    owed.assign(1, std::string(kIntake));
  }
  std::string head;
  put_u64(static_cast<std::uint64_t>(now_ns_), head);
  put_u32(static_cast<std::uint32_t>(owed.size()), head);
  for (const auto& destination : owed) {
    put_text(destination, head);
  }
  const rdb::Slice key_parts[] = {slice(key)};
  const rdb::Slice value_parts[] = {slice(head), slice(message.wire)};
  batch_.Put(tables_.handle(Family::log), rdb::SliceParts(key_parts, 1),
             rdb::SliceParts(value_parts, 2));
  add_index(message.view.business_key, position);
  if (message.view.correlation_id != message.view.business_key) {
    add_index(message.view.correlation_id, position);
  }
  if (message.view.id != message.view.correlation_id) {
    add_index(message.view.id, position);
  }
  numbers_.counters.accepted += owed.size();
  if (refused) {
    Settlement settlement;
    settlement.position = position;
    settlement.destination = kIntake;
    settlement.outcome = "rejected";
    settlement.reason = message.dead_letter_reason;
    add_dead(settlement, message.view);
    add_event(position, static_cast<std::uint8_t>(SettlementKind::dead_lettered), settlement);
    ++numbers_.counters.dead_lettered;
    owed.clear();
  } else {
    for (const auto& destination : owed) {
      put(Family::pending, owed_key(destination, position), {});
    }
    numbers_.counters.pending += owed.size();
  }
  committed_.push_back(
      {position, now_ns_, message.view, message.wire, std::move(owed), transaction.keepalive});
  return position;
}

void RocksGroup::add_index(std::string_view text, Position position) {
  if (!text.empty()) {
    put(Family::index, owed_key(text, position), {});
  }
}

std::string RocksGroup::add_blob(const std::string& bytes) {
  if (bytes.empty()) {
    return {};
  }
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  rdb::PinnableSlice value;
  if (!tables_.get(Family::blob, digest, value)) {
    put(Family::blob, digest, bytes);
  }
  return digest;
}

void RocksGroup::add_event(Position position, std::uint8_t kind, const Settlement& settlement,
                           std::string_view request, std::string_view answer) {
  std::string key = position_key(position);
  put_u64(++numbers_.events, key);
  std::string value;
  value.push_back(static_cast<char>(kind));
  put_u64(static_cast<std::uint64_t>(now_ns_), value);
  put_u32(settlement.attempts, value);
  put_text(settlement.destination, value);
  put_text(settlement.outcome, value);
  put_text(settlement.reason, value);
  put_text(settlement.reference, value);
  put_text(request, value);
  put_text(answer, value);
  put(Family::events, key, value);
}

void RocksGroup::add_dead(const Settlement& settlement, const canonical::MessageView& message,
                          bool discarded) {
  std::string value;
  value.push_back(discarded ? 1 : 0);
  put_u64(static_cast<std::uint64_t>(now_ns_), value);
  put_u32(settlement.attempts, value);
  put_text(settlement.outcome, value);
  put_text(settlement.reason, value);
  put_text(settlement.business_key.empty() ? message.business_key : settlement.business_key, value);
  put_text(message.type, value);
  put_text(message.source, value);
  put_text(message.id, value);
  put(Family::dead, owed_key(settlement.destination, settlement.position), value);
}

void RocksGroup::add_dead_of_stored(const Settlement& settlement, bool discarded) {
  const auto stored = reader_.read(settlement.position, {});
  canonical::MessageView message;
  if (stored) {
    canonical::decode_wire(stored->wire, message);
  }
  add_dead(settlement, message, discarded);
}

void RocksGroup::add_settlement(const Settlement& settlement) {
  const std::string key = owed_key(settlement.destination, settlement.position);
  switch (settlement.kind) {
    case SettlementKind::delivered:
    case SettlementKind::dead_lettered:
      batch_.SingleDelete(tables_.handle(Family::pending), key);
      if (settlement.attempts > 1 || settlement.blame > 0) {
        batch_.Delete(tables_.handle(Family::tries), key);
      }
      --numbers_.counters.pending;
      if (settlement.kind == SettlementKind::delivered) {
        ++numbers_.counters.delivered;
      } else {
        ++numbers_.counters.dead_lettered;
        add_dead_of_stored(settlement, false);
      }
      break;
    case SettlementKind::attempted:
    case SettlementKind::crashed: {
      std::string value;
      put_u32(settlement.attempts, value);
      put_u32(settlement.blame, value);
      put_u64(static_cast<std::uint64_t>(settlement.next_try_ns), value);
      put(Family::tries, key, value);
      break;
    }
    case SettlementKind::replayed:
      batch_.Delete(tables_.handle(Family::dead), key);
      batch_.Delete(tables_.handle(Family::tries), key);
      put(Family::pending, key, {});
      --numbers_.counters.dead_lettered;
      ++numbers_.counters.pending;
      break;
    case SettlementKind::discarded:
      add_dead_of_stored(settlement, true);
      break;
  }
  const std::string request = add_blob(settlement.evidence_request);
  const std::string answer = add_blob(settlement.evidence_answer);
  add_event(settlement.position, static_cast<std::uint8_t>(settlement.kind), settlement, request,
            answer);
}

void RocksGroup::forget(const StoredMessage& stored) {
  canonical::MessageView message;
  if (canonical::decode_wire(stored.wire, message).ok()) {
    batch_.Delete(tables_.handle(Family::inbox), pair_key(message.source, message.idempotency_key));
    for (const auto text : {message.business_key, message.correlation_id, message.id}) {
      batch_.Delete(tables_.handle(Family::index), owed_key(text, stored.position));
    }
  }
  for (const auto& destination : stored.destinations) {
    batch_.Delete(tables_.handle(Family::dead), owed_key(destination, stored.position));
  }
  batch_.Delete(tables_.handle(Family::log), position_key(stored.position));
  batch_.DeleteRange(tables_.handle(Family::events), position_key(stored.position),
                     position_key(stored.position + 1));
}

}  // namespace crossdock::host::journal
