// What must not be lost: every message accepted, to whom it is owed, what became of it, the cursors
// and the state of connectors, dead letters. One Transaction is the unit of change; it is on disk
// as a whole or not at all, and only then anybody is told.
//
// An obligation is a message owed to one destination. At every quiet moment
//   accepted = delivered + dead lettered + pending          (counted in obligations).
//
// Engine: a log of our own, with tables of RocksDB that find things in it again
// (docs/decisions/0002-journal-engine.md). One writer thread takes what has queued and commits it
// as one group with one sync; nobody waits to fill a group.
//
// Threads: commit and all readers [any]; callbacks and the listener run on the writer thread and
// must be short.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/envelope_wire.hpp"
#include "host/journal/result.hpp"

namespace crossdock::host::journal {

// Of one accepted message; from 1, growing.
using Position = std::uint64_t;

// The destination of documents that were refused before they became messages.
inline constexpr std::string_view kIntake = "intake";

struct NewMessage {
  std::string_view wire;        // borrowed; kept alive by Transaction::keepalive
  canonical::MessageView view;  // decoded from wire
  std::vector<std::string> destinations;
  std::string dead_letter_reason;  // not empty: a dead letter from the start, owed to kIntake
};

struct StateChange {
  std::string key;
  std::optional<std::string> value;  // none: the key is erased
};

enum class SettlementKind : std::uint8_t {
  delivered = 1,
  dead_lettered,
  attempted,  // not final: a try that failed, or was in doubt
  crashed,    // not final: its worker went away while it was out
  replayed,   // an operator gave the dead letter back: it is owed again
  discarded,  // an operator closed the dead letter for good
};

struct Settlement {
  Position position = 0;
  std::string destination;
  SettlementKind kind = SettlementKind::delivered;
  std::uint32_t attempts = 0;  // tries that counted, this one included
  std::uint32_t blame = 0;     // workers lost while it was out, weighted (host/delivery)
  std::int64_t next_try_ns = 0;
  std::string outcome;  // done, rejected, retry, ...
  std::string reason;
  std::string reference;  // the outside system's number
  std::string evidence_request;
  std::string evidence_answer;
  std::string business_key;  // for dead letters: the lane that waits behind it
};

struct Transaction {
  std::string actor;  // connector name or "process": scope of idempotency keys, cursor and state
  std::vector<NewMessage> messages;
  std::optional<std::string> cursor;
  std::vector<StateChange> state;
  std::vector<Settlement> settlements;
  std::shared_ptr<const void> keepalive;
};

struct Committed {
  std::vector<Position> positions;  // per message; 0: a repeat, nothing was stored
  std::int64_t recorded_at_ns = 0;
};
using OnCommitted = std::function<void(const Result<Committed>&)>;

// One accepted message, as the listener sees it right after the commit. The views live as long as
// keepalive does.
struct CommittedMessage {
  Position position = 0;
  std::int64_t recorded_at_ns = 0;
  canonical::MessageView view;
  std::string_view wire;
  std::vector<std::string> destinations;
  std::shared_ptr<const void> keepalive;
};

struct StoredMessage {
  Position position = 0;
  std::int64_t recorded_at_ns = 0;
  std::vector<std::string> destinations;
  std::string wire;
  // Of the obligation that was asked for; zero before the first try.
  std::uint32_t attempts = 0;
  std::uint32_t blame = 0;
  std::int64_t next_try_ns = 0;
};

struct TimelineRow {
  Position position = 0;
  std::int64_t at_ns = 0;
  std::string what;  // accepted, repeated, delivered, dead_lettered, attempted, crashed, replayed,
                     // discarded
  std::string message_id;
  std::string type;
  std::string source;
  std::string destination;
  std::string subject;
  std::string business_key;
  std::string correlation_id;
  std::string causation_id;
  std::uint32_t attempts = 0;
  std::string outcome;
  std::string reason;
  std::string reference;
  std::string evidence_request;  // SHA-256, hexadecimal; see blob()
  std::string evidence_answer;
};

struct DeadLetter {
  std::string id;  // <position>-<destination>
  Position position = 0;
  std::string destination;
  std::int64_t at_ns = 0;
  std::string outcome;
  std::string reason;
  std::uint32_t attempts = 0;
  std::string business_key;
  std::string type;
  std::string source;
  std::string message_id;
  bool discarded = false;
};

struct Counters {
  std::uint64_t accepted = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t pending = 0;
  std::uint64_t repeats = 0;
  std::uint64_t messages = 0;
};

struct Options {
  std::filesystem::path folder;
  std::chrono::milliseconds retention = std::chrono::hours(24 * 30);  // of settled messages
  std::function<std::int64_t()> clock;   // ns since the epoch; the system's where empty
  std::uint64_t file_bytes = 32u << 20;  // of one file of the log; what a start may have to read
};

class Journal {
 public:
  // Recovers what a crash left. An error says which folder and why; a second host is refused.
  static Result<std::unique_ptr<Journal>> open(Options options);
  virtual ~Journal() = default;

  // Queues the transaction. `done` hears of it once it is on disk, or why it never will be: after
  // the first failure of the disk every commit is refused, for good.
  virtual void commit(Transaction transaction, OnCommitted done) = 0;
  // The same, waiting; not from the writer thread.
  Result<Committed> commit_and_wait(Transaction transaction);
  virtual void set_listener(std::function<void(std::vector<CommittedMessage>&)> listener) = 0;
  // Why the journal refuses, or empty.
  virtual std::string failure() const = 0;

  // Pending obligations of a destination after a position, in order. Returns how many were read.
  virtual std::size_t read_pending(std::string_view destination, Position after,
                                   std::size_t most_messages, std::size_t most_bytes,
                                   const std::function<void(StoredMessage&)>& each) const = 0;
  virtual std::size_t count_pending(std::string_view destination, std::size_t most) const = 0;
  virtual std::optional<StoredMessage> read(Position position,
                                            std::string_view destination = {}) const = 0;
  // What the journal still has from a position to another, in order, whatever became of it.
  virtual void read_range(Position from, Position until,
                          const std::function<void(StoredMessage&)>& each) const = 0;
  virtual Position last() const = 0;

  virtual std::optional<std::string> cursor(std::string_view actor) const = 0;
  virtual std::map<std::string, std::string> state(std::string_view actor) const = 0;

  // Everything that happened under a business key, correlation id or message id, in order of time.
  virtual std::vector<TimelineRow> timeline(std::string_view key, std::size_t most) const = 0;

  virtual std::vector<DeadLetter> dead_letters(std::string_view destination, std::string_view after,
                                               std::size_t most) const = 0;
  virtual std::optional<DeadLetter> dead_letter(std::string_view id) const = 0;
  virtual std::optional<std::string> blob(std::string_view sha256) const = 0;
  virtual Counters counters() const = 0;
};

}  // namespace crossdock::host::journal
