// What can be asked of the journal's rows: what is owed, what happened, what an operator looks at.
//
// Threads: [any]. Each answer sees the rows as they stand when it begins.
#pragma once

#include "host/journal/rocks_tables.hpp"

namespace crossdock::host::journal {

// Beside the settlement kinds: a repeat that was dropped, told under the first one.
inline constexpr std::uint8_t kRepeatedRow = 100;

class RocksReader {
 public:
  explicit RocksReader(const RocksTables& tables) : tables_(tables) {}

  // As of Journal.
  std::size_t read_pending(std::string_view destination, Position after, std::size_t most_messages,
                           std::size_t most_bytes,
                           const std::function<void(StoredMessage&)>& each) const;
  std::size_t count_pending(std::string_view destination, std::size_t most) const;
  std::optional<StoredMessage> read(Position position, std::string_view destination) const;
  std::optional<std::string> cursor(std::string_view actor) const;
  std::map<std::string, std::string> state(std::string_view actor) const;
  std::vector<TimelineRow> timeline(std::string_view key, std::size_t most) const;
  std::vector<DeadLetter> dead_letters(std::string_view destination, std::string_view after,
                                       std::size_t most) const;
  std::optional<DeadLetter> dead_letter(std::string_view id) const;
  std::optional<std::string> blob(std::string_view sha256) const;

  // Whether somebody is still owed it, or a dead letter of it is open.
  bool is_held(const StoredMessage& stored) const;

 private:
  void add_rows(Position position, std::vector<TimelineRow>& rows) const;

  const RocksTables& tables_;
};

}  // namespace crossdock::host::journal
