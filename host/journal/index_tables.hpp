// What finds things in the log again, and the small things that are looked up by name: tables of
// RocksDB, all of them made from the log and, after a crash, made again from the checkpoint on.
// Therefore no write-ahead log and no sync of their own.
//
//   meta      c/<actor> cursor;  s/<actor>\0<key> state;  checkpoint
//   inbox     hash of actor and idempotency key          -> position
//   index     hash of a key, position                    -> nothing
//   events    position, place in the log                 -> nothing
//   tries     destination \0 position                    -> attempts, blame, next try
//   dead      destination \0 position                    -> what an operator needs to see
//   blob      SHA-256                                    -> place of the evidence in the log
//
// inbox, index and events get rows by the file of the log, sorted before (ingest); the others as
// they come (write). Keys of inbox, index and events hold no text: what they lead to is compared.
//
// Threads: get and walk [any]; write belongs to the journal's writer; ingest and checkpoint to its
// indexer.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/journal/journal.hpp"

namespace crossdock::host::journal {

enum class Table : std::uint8_t { meta, inbox, index, events, tries, dead, blob };
inline constexpr std::size_t kTables = 7;

inline rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

// Big-endian, so that rows sort by number.
std::string number_key(std::uint64_t number);
// text \0 position: sorts by text, then by position.
std::string owed_key(std::string_view text, Position position);
std::string pair_key(std::string_view first, std::string_view second);

class IndexTables {
 public:
  IndexTables() = default;
  ~IndexTables();
  IndexTables(const IndexTables&) = delete;
  IndexTables& operator=(const IndexTables&) = delete;

  // Opens or creates the tables; one process at a time. Says why it cannot, else empty.
  std::string open(const std::filesystem::path& folder);

  rocksdb::ColumnFamilyHandle* handle(Table table) const {
    return handles_[static_cast<std::size_t>(table)];
  }
  bool get(Table table, std::string_view key, rocksdb::PinnableSlice& value) const;
  // Rows whose key begins with `prefix`, from `from` on, until `each` says false.
  void walk(Table table, std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view key, std::string_view value)>& each) const;

  // The functions below say why they could not, else empty.
  std::string write(rocksdb::WriteBatch& batch);

  // Rows sorted by key, without repeats.
  struct Sorted {
    Table table;
    std::vector<std::pair<std::string, std::string>> rows;
  };
  std::string ingest(const std::vector<Sorted>& tables);
  // Brings everything that was written to the disk, and the checkpoint with it.
  std::string write_checkpoint(std::string_view checkpoint);
  std::string checkpoint() const;  // empty: there is none yet

  // Rows of inbox, index and events that lead to positions below the floor, and of blob that lead
  // to files below it, vanish in the course of compaction.
  struct Floor {
    std::atomic<Position> position{0};
    std::atomic<std::uint64_t> file{0};
  };
  void set_floor(Position position, std::uint64_t file) {
    floor_->position = position;
    floor_->file = file;
  }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::shared_ptr<Floor> floor_ = std::make_shared<Floor>();
  rocksdb::Options base_;
};

}  // namespace crossdock::host::journal
