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

struct AllAlike {
  std::size_t operator()(const auto& /*value*/) const { return 1; }
};

// Derive a type of its own from it, whose constructor names the tables, and ask
// Database::kept<Type>() for it.
// `Weight` says how much of `most` a value takes, the same at any time.
template <class Value, class Weight = AllAlike>
class Memo {
 public:
  // Remembers at least those values that were asked for last which weigh `most` together, and at
  // most twice that, and one more.
  explicit Memo(std::initializer_list<std::string_view> tables, std::size_t most = 1U << 16U)
      : tables_(tables.begin(), tables.end()), most_(most) {}

  // The value of a key; `read` reads it of exactly those tables.
  template <class Read>
  Value get(Database& db, std::string_view key, const Read& read) {
    if (!db.is_alone()) {
      return read();
    }
    if (const auto now = state_of(db); now != state_) {
      forget();
      state_ = now;
    }
    if (const auto* known = find(key)) {
      return *known;
    }
    return *keep(key, read());
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
    if (auto* known = find(key); known != nullptr && !follow(*known)) {
      drop(young_.find(key));
    }
  }

  // For values that are read soon after their rows were written: `write` writes rows of this key,
  // of no other, and `value` is what reading them would give.
  template <class Write>
  void add(Database& db, std::string_view key, const Write& write, Value value) {
    const bool stands = db.is_alone() && state_of(db) == state_;
    write();
    if (!db.is_alone()) {
      return;
    }
    if (!stands) {
      forget();
    }
    state_ = state_of(db);
    keep(key, std::move(value));
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

  // A value that is asked for is young again.
  Value* find(std::string_view key) {
    if (const auto found = young_.find(key); found != young_.end()) {
      return &found->second;
    }
    const auto found = old_.find(key);
    if (found == old_.end()) {
      return nullptr;
    }
    auto value = std::move(found->second);
    old_.erase(found);
    return keep(key, std::move(value));
  }

  Value* keep(std::string_view key, Value value) {
    if (const auto found = old_.find(key); found != old_.end()) {
      old_.erase(found);
    }
    if (const auto found = young_.find(key); found != young_.end()) {
      drop(found);
    }
    if (weighs_ >= most_) {
      old_ = std::exchange(young_, {});
      weighs_ = 0;
    }
    weighs_ += Weight{}(value);
    return &young_.emplace(key, std::move(value)).first->second;
  }

  void drop(typename canonical::ByText<Value>::iterator young) {
    weighs_ -= Weight{}(young->second);
    young_.erase(young);
  }

  void forget() {
    young_.clear();
    old_.clear();
    weighs_ = 0;
  }

  std::vector<std::string> tables_;
  std::size_t most_;
  std::vector<const TableChanges*> watched_;
  std::uint64_t state_ = 0;
  std::size_t weighs_ = 0;  // the young together
  canonical::ByText<Value> young_;
  canonical::ByText<Value> old_;  // what is not asked for until the young are many is forgotten
};

}  // namespace crossdock::host::journal
