// The index rows of the newest files of the log, in memory until the indexer has made tables of
// them. One object per file of the log.
//
// Threads: the newest one is written by the journal's writer while others read it; it guards
// itself. Sealed, it does not change any more.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "host/journal/segment_log.hpp"

namespace crossdock::host::journal {

// Of texts that lead to messages; never 0.
std::uint64_t hash_of(std::string_view text);
std::uint64_t hash_of(std::string_view actor, std::string_view idempotency_key);

// Hash to position, open addressing; a hash is there once.
class InboxTable {
 public:
  void insert(std::uint64_t hash, Position position);
  Position find(std::uint64_t hash) const;  // 0: not there
  std::size_t size() const { return size_; }

  struct Slot {
    std::uint64_t hash = 0;
    Position position = 0;
    auto operator<=>(const Slot&) const = default;
  };
  const std::vector<Slot>& slots() const { return slots_; }

 private:
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

// Where something that happened to a message stands.
struct EventPlace {
  Position position = 0;
  Place record;
  std::uint32_t place = 0;  // in the record's payload
};

class Recent {
 public:
  struct Key {
    std::uint64_t hash;
    Position position;
    auto operator<=>(const Key&) const = default;
  };
  struct Event {
    Position position;
    std::uint32_t record;  // offset in the file
    std::uint32_t place;   // in the record's payload
    auto operator<=>(const Event&) const = default;
  };

  explicit Recent(FileNumber file) : file_(file) {}

  FileNumber file() const { return file_; }
  // Writer thread.
  void add_inbox(std::uint64_t hash, Position position) { inbox_.insert(hash, position); }
  void add(const std::vector<Key>& keys, const std::vector<Event>& events);
  const InboxTable& inbox() const { return inbox_; }

  // [any] Adds to `out` what is here of a key, and of some messages (sorted).
  void find(std::uint64_t key, std::vector<Position>& out) const;
  void find(const std::vector<Position>& positions, std::vector<EventPlace>& out) const;

  // Of a sealed one.
  const std::deque<Key>& keys() const { return keys_; }
  const std::deque<Event>& events() const { return events_; }

 private:
  FileNumber file_;
  InboxTable inbox_;  // writer thread, until sealed
  mutable std::mutex mutex_;
  std::deque<Key> keys_;
  std::deque<Event> events_;
};

// The files that the tables do not know yet, oldest first. [any]
class Recents {
 public:
  std::shared_ptr<Recent> begin(FileNumber file);
  void drop(FileNumber file);
  std::vector<std::shared_ptr<const Recent>> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const Recent>> files_;
};

}  // namespace crossdock::host::journal
