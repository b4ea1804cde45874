// Which events were accepted before: by actor and idempotency key, over all that is kept. A row is
// found by a hash; what it leads to is compared, so that a chance meeting of two hashes never drops
// a message. Two events with one hash stand one behind the other.
//
// Threads: the journal's writer.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "host/journal/log_reader.hpp"

namespace crossdock::host::journal {

class Inbox {
 public:
  Inbox(const SegmentLog& log, const IndexTables& tables, const Recents& recents)
      : tables_(tables), recents_(recents), messages_(log) {}

  struct Found {
    Position position = 0;   // 0: it never came
    std::uint64_t hash = 0;  // where its row goes
  };
  Found find(std::string_view actor, std::string_view idempotency_key);

  // Of the group that is being made; the texts must live until forget_group.
  void remember(std::uint64_t hash, std::string_view actor, std::string_view idempotency_key,
                Position position) {
    group_[hash] = {actor, idempotency_key, position};
  }
  void forget_group() { group_.clear(); }

  // Files began or went.
  void look_again() { files_ = recents_.all(); }

 private:
  Position position_of(std::uint64_t hash) const;

  struct Fresh {
    std::string_view actor, idempotency_key;
    Position position;
  };
  const IndexTables& tables_;
  const Recents& recents_;
  MessageReader messages_;
  std::vector<std::shared_ptr<const Recent>> files_;
  std::unordered_map<std::uint64_t, Fresh> group_;
};

}  // namespace crossdock::host::journal
