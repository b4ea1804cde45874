// Remembers what was read of tables that seldom change (products, pools, rules), until one of them
// is written to. What it gives is what reading would give: SQLite itself says which tables a
// statement writes to, a transaction taken back forgets all, and so does a write of another
// connection. A reader's connection, and a writer outside of a transaction, read each time.
//
// Threads: as the Database that it belongs to.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crossdock/canonical/text_hash.hpp"
#include "host/journal/store.hpp"

namespace crossdock::host::journal {

// Derive a type of its own from it, whose constructor names the tables, and ask
// Database::kept<Type>() for it.
template <class Value>
class Memo {
 public:
  explicit Memo(std::initializer_list<std::string_view> tables)
      : tables_(tables.begin(), tables.end()) {}

  // The value of a key; `read` reads it of exactly those tables.
  template <class Read>
  Value get(Database& db, std::string_view key, const Read& read) {
    if (!db.is_alone()) {
      return read();
    }
    if (const auto now = state_of(db); now != state_ || values_.size() >= kMost) {
      values_.clear();
      state_ = now;
    }
    if (const auto found = values_.find(key); found != values_.end()) {
      return found->second;
    }
    return values_.emplace(key, read()).first->second;
  }

  // For values that are written as often as read: `write` changes rows of this key in the tables,
  // of no other, and what is remembered of the others stays. `follow` makes the same change to the
  // value, if it is remembered; where it cannot, it returns false, and the value is read anew.
  template <class Write, class Follow>
  void change(Database& db, std::string_view key, const Write& write, const Follow& follow) {
    const bool stands = db.is_alone() && state_of(db) == state_;
    write();
    if (!stands) {
      return;
    }
    state_ = state_of(db);
    if (const auto found = values_.find(key); found != values_.end() && !follow(found->second)) {
      values_.erase(found);
    }
  }

 private:
  // A sum will do: each part only grows.
  std::uint64_t state_of(Database& db) {
    if (watched_.empty()) {
      for (const auto& table : tables_) {
        watched_.push_back(&db.changes_of(table));
      }
      watched_.push_back(&db.changes_of_all());
    }
    std::uint64_t sum = 1;
    for (const auto* one : watched_) {
      sum += one->count;
    }
    return sum;
  }

  static constexpr std::size_t kMost = 1U << 16U;

  std::vector<std::string> tables_;
  std::vector<const TableChanges*> watched_;
  std::uint64_t state_ = 0;
  canonical::ByText<Value> values_;
};

}  // namespace crossdock::host::journal
