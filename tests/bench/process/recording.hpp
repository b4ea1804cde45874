// What a program writes to a SQLite file, row by row and transaction by transaction, noted by
// SQLite's own hooks while it writes. The program does not know of it.
//
// Threads: one Recording at a time in a process. The writer's thread notes; the owner reads once
// the writer has gone.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::bench {

class Recording {
 public:
  // One value of a row; a text is a piece of `texts()`.
  struct Value {
    std::int64_t number = 0;  // of a text: where it begins
    std::uint32_t size = 0;   // of a text
    bool is_text = false;
  };
  // One row written: what statement(), a bare one, does with the values.
  struct Write {
    std::uint32_t statement = 0;
    std::uint32_t values = 0;
    std::uint64_t first = 0;  // of values()
  };

  // Notes what connections opened for writing to `file` from now on do. Its tables are there
  // already.
  explicit Recording(const std::filesystem::path& file);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  const std::vector<std::string>& statements() const { return statements_; }
  const std::vector<Write>& writes() const { return writes_; }
  const std::vector<Value>& values() const { return values_; }
  const std::string& texts() const { return texts_; }
  // Where each transaction ends in writes().
  const std::vector<std::size_t>& transactions() const { return transactions_; }

 private:
  struct Table {
    std::vector<std::string> columns;
    std::vector<std::size_t> key;  // columns of the primary key; none: the rowid
  };

  static int attach(sqlite3* database, const char** error, const void* api);
  static void before_row(void* self, sqlite3* database, int what, const char* schema,
                         const char* table, sqlite3_int64 old_row, sqlite3_int64 new_row);
  void note(sqlite3* database, int what, const Table& table, std::string_view name,
            std::int64_t row);
  void read_tables();
  std::uint32_t statement(std::string text);
  Value value_of(sqlite3_value* value);
  std::string by_key(const Table& table) const;

  std::filesystem::path file_;
  std::map<std::string, Table, std::less<>> tables_;
  std::map<std::string, std::uint32_t, std::less<>> by_text_;
  std::vector<std::string> statements_;
  std::vector<Write> writes_;
  std::vector<Value> values_;
  std::string texts_;
  std::vector<std::size_t> transactions_;
};

}  // namespace crossdock::bench
