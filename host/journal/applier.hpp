// Makes true what a record of the log says: who is owed what, the counts, the rows that find it
// again. The same for a record that was just written and for one that is read again at start.
//
// Threads: the journal's writer (at start, whoever opens it).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/journal/inbox.hpp"

namespace crossdock::host::journal {

class Applier {
 public:
  Applier(const SegmentLog& log, IndexTables& tables, Recents& recents, Balance& balance,
          Inbox& inbox)
      : tables_(tables), recents_(recents), balance_(balance), inbox_(inbox), messages_(log) {}

  // `hashes` are the places of the messages in the inbox, or empty where they must be looked for.
  // Says why it could not (the record makes no sense, or the tables refuse), else empty.
  std::string apply(const Record& record, const std::vector<std::uint64_t>& hashes);

  // Rows from here on are of a new file. Returns those of the file before, or null.
  std::shared_ptr<const Recent> begin_file(FileNumber file);

 private:
  void add_message(const RecordedMessage& recorded, std::uint64_t hash,
                   const canonical::MessageView& message, const Record& record, Position position,
                   rocksdb::WriteBatch& batch);
  void add_event(const RecordedEvent& event, const Record& record, std::uint32_t place,
                 rocksdb::WriteBatch& batch);
  void add_dead(const RecordedEvent& event, const Record& record, bool discarded,
                rocksdb::WriteBatch& batch);

  IndexTables& tables_;
  Recents& recents_;
  Balance& balance_;
  Inbox& inbox_;
  MessageReader messages_;
  std::shared_ptr<Recent> recent_;
  std::vector<Recent::Key> keys_;  // of the record that is applied
  std::vector<Recent::Event> events_;
};

}  // namespace crossdock::host::journal
