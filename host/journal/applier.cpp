#include "host/journal/applier.hpp"

namespace crossdock::host::journal {

namespace rdb = rocksdb;

std::shared_ptr<const Recent> Applier::begin_file(FileNumber file) {
  auto before = std::move(recent_);
  recent_ = recents_.begin(file);
  inbox_.look_again();
  return before;
}

std::string Applier::apply(const Record& record, const std::vector<std::uint64_t>& hashes) {
  rdb::WriteBatch batch;
  keys_.clear();
  events_.clear();
  GroupReader in(record.payload, record.messages);
  std::string_view actor;
  Position position = record.first;
  const std::lock_guard lock(balance_.mutex);
  for (auto item = in.next(); item != GroupReader::Item::end; item = in.next()) {
    switch (item) {
      case GroupReader::Item::transaction:
        actor = in.text();
        break;
      case GroupReader::Item::message: {
        canonical::MessageView message;
        canonical::decode_wire(in.message().wire, message);
        const auto hash = hashes.empty() ? inbox_.find(actor, message.idempotency_key).hash
                                         : hashes.at(position - record.first);
        add_message(in.message(), hash, message, record, position++, batch);
        break;
      }
      case GroupReader::Item::cursor:
        batch.Put(tables_.handle(Table::meta), "c/" + std::string(actor), slice(in.text()));
        break;
      case GroupReader::Item::state: {
        const std::string key = "s/" + pair_key(actor, in.state().key);
        if (in.state().value) {
          batch.Put(tables_.handle(Table::meta), key, slice(*in.state().value));
        } else {
          batch.Delete(tables_.handle(Table::meta), key);
        }
        break;
      }
      case GroupReader::Item::event:
        add_event(in.event(), record, in.place(), batch);
        break;
      case GroupReader::Item::end:
        break;
    }
  }
  if (!in.good() || position != record.first + record.messages) {
    return "a record of the log makes no sense, in file " + std::to_string(record.place.file) +
           " at byte " + std::to_string(record.place.offset);
  }
  balance_.counters.messages = record.first + record.messages - 1;
  recent_->add(keys_, events_);
  // Before the numbers can be seen, so that who sees a dead letter counted can read it.
  return batch.Count() == 0 ? std::string() : tables_.write(batch);
}

void Applier::add_message(const RecordedMessage& recorded, std::uint64_t hash,
                          const canonical::MessageView& message, const Record& record,
                          Position position, rdb::WriteBatch& batch) {
  recent_->add_inbox(hash, position);
  for (const auto key : {message.business_key, message.correlation_id, message.id}) {
    if (!key.empty()) {
      keys_.push_back({hash_of(key), position});
    }
  }
  auto& counters = balance_.counters;
  counters.accepted += recorded.destinations.size();
  if (recorded.refusal.empty()) {
    for (const auto destination : recorded.destinations) {
      balance_.pending.of(destination).insert(position);
    }
    counters.pending += recorded.destinations.size();
    return;
  }
  ++counters.dead_lettered;
  RecordedEvent refused;
  refused.outcome = "rejected";
  refused.reason = recorded.refusal;
  batch.Put(tables_.handle(Table::dead), owed_key(kIntake, position),
            dead_row(refused, message, record.recorded_at_ns, false));
}

void Applier::add_event(const RecordedEvent& event, const Record& record, std::uint32_t place,
                        rdb::WriteBatch& batch) {
  events_.push_back({event.position, record.place.offset, place});
  const EventPlace here{event.position, record.place, place};
  if (!event.evidence_request.empty()) {
    batch.Put(tables_.handle(Table::blob), sha256_of(event.evidence_request),
              blob_row(here, Evidence::request));
  }
  if (!event.evidence_answer.empty()) {
    batch.Put(tables_.handle(Table::blob), sha256_of(event.evidence_answer),
              blob_row(here, Evidence::answer));
  }
  auto& counters = balance_.counters;
  if (event.kind == RecordedEvent::kRepeated) {
    ++counters.repeats;
    return;
  }
  const std::string key = owed_key(event.destination, event.position);
  auto& pending = balance_.pending.of(event.destination);
  switch (static_cast<SettlementKind>(event.kind)) {
    case SettlementKind::delivered:
    case SettlementKind::dead_lettered:
      if (!pending.erase(event.position)) {
        return;  // settled already
      }
      --counters.pending;
      if (event.attempts > 1 || event.blame > 0) {
        batch.Delete(tables_.handle(Table::tries), key);
      }
      if (static_cast<SettlementKind>(event.kind) == SettlementKind::delivered) {
        ++counters.delivered;
      } else {
        ++counters.dead_lettered;
        add_dead(event, record, false, batch);
      }
      return;
    case SettlementKind::attempted:
    case SettlementKind::crashed: {
      std::string value;
      put_u32(event.attempts, value);
      put_u32(event.blame, value);
      put_u64(static_cast<std::uint64_t>(event.next_try_ns), value);
      batch.Put(tables_.handle(Table::tries), key, value);
      return;
    }
    case SettlementKind::replayed:
      if (!pending.insert(event.position)) {
        return;
      }
      ++counters.pending;
      --counters.dead_lettered;
      batch.Delete(tables_.handle(Table::dead), key);
      batch.Delete(tables_.handle(Table::tries), key);
      return;
    case SettlementKind::discarded:
      add_dead(event, record, true, batch);
      return;
  }
}

void Applier::add_dead(const RecordedEvent& event, const Record& record, bool discarded,
                       rdb::WriteBatch& batch) {
  RecordedMessage recorded;
  canonical::MessageView message;
  if (messages_.read(event.position, recorded)) {
    canonical::decode_wire(recorded.wire, message);
  }
  batch.Put(tables_.handle(Table::dead), owed_key(event.destination, event.position),
            dead_row(event, message, record.recorded_at_ns, discarded));
}

}  // namespace crossdock::host::journal
