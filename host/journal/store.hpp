// The store: what the business processes know, in SQLite. A thin layer that keeps the rules which
// make it safe: one connection writes and is the only one that checkpoints (SQLite 3.40 can damage
// its log otherwise), every reader opens read-only, synchronous is FULL, and that is read back.
//
// Threads: a Database and its statements belong to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crossdock::host::journal {

// The store refused something; the text names statement and cause. `busy_or_full` tells faults of
// the machine (disk full, locked) from faults of the program.
class StoreError : public std::runtime_error {
 public:
  StoreError(const std::string& text, int code) : std::runtime_error(text), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

// A prepared statement in use: bind, step, read. Resets itself when it goes.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement, const std::function<void()>& before_write);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds all parameters in order. Throws StoreError where there are more parameters than values:
  // a statement is used again and again, and what it was given last would still stand there.
  template <class... Values>
  Statement& bind(const Values&... values) {
    expect(sizeof...(Values));
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  bool step();  // true: a row is there
  void run();   // for statements without rows

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  void expect(std::size_t values) const;
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, int value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, std::uint64_t value) {
    bind_one(index, static_cast<std::int64_t>(value));
  }
  void bind_one(int index, bool value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, double value);
  void bind_one(int index, std::string_view value);
  void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, std::nullptr_t);
  template <class T>
  void bind_one(int index, const std::optional<T>& value) {
    if (value) {
      bind_one(index, *value);
    } else {
      bind_one(index, nullptr);
    }
  }
  [[noreturn]] void fail() const;

  sqlite3* database_;
  sqlite3_stmt* statement_;
  const std::function<void()>& before_write_;
};

class Database {
 public:
  enum class Mode : std::uint8_t { writer, reader };

  // Opens (a writer creates) the file. Throws StoreError.
  Database(const std::filesystem::path& file, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A statement of the cache; the same text is prepared once. The text must outlive nothing.
  Statement prepare(std::string_view sql);
  // The texts of all statements that were prepared so far, in no order.
  std::vector<std::string> prepared() const;
  void execute(const std::string& sql);  // several statements, no parameters
  std::int64_t changes() const;
  // Called before every statement that changes something and before every commit. What it throws
  // goes through to the caller; tests end a process there.
  void on_write(std::function<void()> before_write) { before_write_ = std::move(before_write); }

  // Brings the schema to the newest version: step i takes version i to i + 1. One transaction each.
  void migrate(const std::vector<std::string>& steps);

 private:
  friend class StoreTransaction;

  sqlite3* database_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> cache_;
  std::function<void()> before_write_;
};

// BEGIN IMMEDIATE ... COMMIT; rolls back unless committed.
class StoreTransaction {
 public:
  explicit StoreTransaction(Database& database);
  ~StoreTransaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

// A part of a transaction that can fail alone.
class Savepoint {
 public:
  explicit Savepoint(Database& database);
  ~Savepoint();
  void release();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace crossdock::host::journal
