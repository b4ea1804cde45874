#include "host/journal/inbox.hpp"

namespace crossdock::host::journal {

Position Inbox::position_of(std::uint64_t hash) const {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    if (const auto position = (*file)->inbox().find(hash); position != 0) {
      return position;
    }
  }
  char key[8];
  for (int i = 0; i < 8; ++i) {
    key[i] = static_cast<char>(hash >> (56 - 8 * i));
  }
  rocksdb::PinnableSlice value;
  return tables_.get(Table::inbox, {key, sizeof key}, value) ? Reader(view(value)).u64() : 0;
}

Inbox::Found Inbox::find(std::string_view actor, std::string_view idempotency_key) {
  for (std::uint64_t hash = hash_of(actor, idempotency_key);; hash += hash + 1 == 0 ? 2 : 1) {
    if (const auto fresh = group_.find(hash); fresh != group_.end()) {
      if (fresh->second.actor == actor && fresh->second.idempotency_key == idempotency_key) {
        return {fresh->second.position, hash};
      }
      continue;
    }
    const Position position = position_of(hash);
    RecordedMessage recorded;
    canonical::MessageView message;
    if (position == 0 || !messages_.read(position, recorded) ||
        !canonical::decode_wire(recorded.wire, message).ok()) {
      return {0, hash};  // free, or its message is not kept any more
    }
    if (message.source == actor && message.idempotency_key == idempotency_key) {
      return {position, hash};
    }
  }
}

}  // namespace crossdock::host::journal
