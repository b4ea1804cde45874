// The journal's tables on RocksDB: one column family per kind of row, and the keys of each.
//
//   meta      n/…  counters and the next position;  c/<actor> cursor;  s/<actor>\0<key> state
//   log       position                      -> recorded_at, destinations, message in wire form
//   inbox     actor \0 idempotency key      -> position
//   index     key text \0 position          -> nothing  (business key, correlation id, message id)
//   events    position, number              -> what happened to it: settlement rows, repeats
//   pending   destination \0 position       -> nothing
//   tries     destination \0 position       -> attempts, blame, next try
//   dead      destination \0 position       -> reason and what an operator needs to see
//   blob      SHA-256                       -> evidence
//
// Threads: get and walk [any]; write belongs to the one writer.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/journal/journal.hpp"
#include "host/journal/records.hpp"

namespace crossdock::host::journal {

enum class Family : std::uint8_t {
  meta,
  log,
  inbox,
  index,
  events,
  pending,
  tries,
  dead,
  blob,
};
inline constexpr std::size_t kFamilies = 9;

inline rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

// Big-endian, so that rows sort by position.
std::string position_key(Position position);
// text \0 position: sorts by text, then by position.
std::string owed_key(std::string_view text, Position position);
std::string pair_key(std::string_view first, std::string_view second);

class RocksTables {
 public:
  RocksTables() = default;
  ~RocksTables();
  RocksTables(const RocksTables&) = delete;
  RocksTables& operator=(const RocksTables&) = delete;

  // Opens or creates the tables and recovers what a crash left. Says why it cannot, else empty.
  std::string open(const std::filesystem::path& folder);

  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }
  bool get(Family family, std::string_view key, rocksdb::PinnableSlice& value) const;
  // Rows whose key begins with `prefix`, from `from` on, until `each` says false.
  void walk(Family family, std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view key, std::string_view value)>& each) const;
  // Walks text \0 position rows of one text after a position, until `each` says false.
  void walk_owed(Family family, std::string_view text, Position after,
                 const std::function<bool(Position)>& each) const;
  // Whole or not at all; with `durable` it is on the disk when this returns.
  rocksdb::Status write(rocksdb::WriteBatch& batch, bool durable);

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace crossdock::host::journal
