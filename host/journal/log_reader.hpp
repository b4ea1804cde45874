// What can be asked of the journal: what is owed, what happened, what an operator looks at. Reads
// the log through its tables and what is not in them yet.
//
// Threads: [any].
#pragma once

#include <mutex>

#include "host/journal/group_record.hpp"
#include "host/journal/index_tables.hpp"
#include "host/journal/pending.hpp"
#include "host/journal/recent.hpp"
#include "host/journal/segment_log.hpp"

namespace crossdock::host::journal {

// What is owed and how much there was of everything, as of the last record that was applied.
struct Balance {
  mutable std::mutex mutex;
  Pending pending;
  Counters counters;  // counters.messages is the last position given
};

// Reads messages one after the other; what lies in one record is read from the disk once.
class MessageReader {
 public:
  explicit MessageReader(const SegmentLog& log) : log_(log) {}
  // The views live until the next call. False where the message is not kept any more.
  bool read(Position position, RecordedMessage& out);
  std::int64_t recorded_at_ns() const { return record_->recorded_at_ns; }
  void forget() { record_.reset(); }

 private:
  const SegmentLog& log_;
  std::optional<Record> record_;
};

class LogReader {
 public:
  LogReader(const SegmentLog& log, const IndexTables& tables, const Recents& recents,
            const Balance& balance)
      : log_(log), tables_(tables), recents_(recents), balance_(balance) {}

  // As of Journal.
  std::size_t read_pending(std::string_view destination, Position after, std::size_t most_messages,
                           std::size_t most_bytes,
                           const std::function<void(StoredMessage&)>& each) const;
  std::size_t count_pending(std::string_view destination, std::size_t most) const;
  std::optional<StoredMessage> read(Position position, std::string_view destination) const;
  void read_range(Position from, Position until,
                  const std::function<void(StoredMessage&)>& each) const;
  std::optional<std::string> cursor(std::string_view actor) const;
  std::map<std::string, std::string> state(std::string_view actor) const;
  std::vector<TimelineRow> timeline(std::string_view key, std::size_t most) const;
  std::vector<DeadLetter> dead_letters(std::string_view destination, std::string_view after,
                                       std::size_t most) const;
  std::optional<DeadLetter> dead_letter(std::string_view id) const;
  std::optional<std::string> blob(std::string_view sha256) const;

 private:
  std::vector<Position> positions_of(std::string_view key) const;
  std::vector<EventPlace> events_of(const std::vector<Position>& positions) const;
  bool fill(MessageReader& reader, Position position, std::string_view destination,
            StoredMessage& out) const;

  const SegmentLog& log_;
  const IndexTables& tables_;
  const Recents& recents_;
  const Balance& balance_;
};

// Rows of the tables dead and blob.
std::string dead_row(const RecordedEvent& event, const canonical::MessageView& message,
                     std::int64_t at_ns, bool discarded);
std::string sha256_of(std::string_view bytes);  // 32 bytes
enum class Evidence : std::uint8_t { request = 1, answer };
std::string blob_row(const EventPlace& event, Evidence which);

}  // namespace crossdock::host::journal
