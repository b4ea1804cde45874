// One group of transactions on its way to the disk: turns them into the rows of one write batch and
// counts. Nothing of it is true before the batch is written; a group that is dropped leaves no
// trace.
//
// Writer thread only.
#pragma once

#include <unordered_map>

#include "host/journal/rocks_reader.hpp"

namespace crossdock::host::journal {

// The numbers that go with the rows, kept in one row of their own.
struct Numbers {
  Counters counters;         // counters.messages is the last position given
  std::uint64_t events = 0;  // the last event's number
  Position pruned_to = 0;    // everything up to here was looked at by retention
};
Numbers load_numbers(const RocksTables& tables);

class RocksGroup {
 public:
  RocksGroup(const RocksTables& tables, const Numbers& numbers, std::int64_t now_ns)
      : tables_(tables), reader_(tables), numbers_(numbers), now_ns_(now_ns) {}

  Committed add(const Transaction& transaction);
  // Takes a settled message away, with all that speaks of it.
  void forget(const StoredMessage& stored);
  void set_pruned_to(Position position) { numbers_.pruned_to = position; }

  // Completes the batch with the numbers.
  rocksdb::WriteBatch& finish();
  const Numbers& numbers() const { return numbers_; }
  std::vector<CommittedMessage>& committed() { return committed_; }

 private:
  Position add_message(const Transaction& transaction, const NewMessage& message);
  // The position under which this key was accepted before, or 0.
  Position earlier(const std::string& inbox_key) const;
  void add_index(std::string_view text, Position position);
  std::string add_blob(const std::string& bytes);
  void add_event(Position position, std::uint8_t kind, const Settlement& settlement,
                 std::string_view request = {}, std::string_view answer = {});
  void add_dead(const Settlement& settlement, const canonical::MessageView& message,
                bool discarded = false);
  void add_dead_of_stored(const Settlement& settlement, bool discarded);
  void add_settlement(const Settlement& settlement);
  void put(Family family, std::string_view key, std::string_view value);

  const RocksTables& tables_;
  RocksReader reader_;
  Numbers numbers_;
  std::int64_t now_ns_;
  rocksdb::WriteBatch batch_;
  std::unordered_map<std::string, Position> inbox_;  // keys accepted in this very group
  std::vector<CommittedMessage> committed_;
};

}  // namespace crossdock::host::journal
