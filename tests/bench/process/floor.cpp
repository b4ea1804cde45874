#include "tests/bench/process/floor.hpp"

#include <sqlite3.h>

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "host/journal/store.hpp"

namespace crossdock::bench {
namespace {

using Clock = std::chrono::steady_clock;
using host::journal::Database;

// Plain SQLite with what the store sets for its writer.
class Writer {
 public:
  explicit Writer(const std::filesystem::path& store) {
    if (sqlite3_open_v2(store.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        nullptr) != SQLITE_OK) {
      throw std::runtime_error(store.string() + ": " + sqlite3_errmsg(db_));
    }
    run(Database::kWriterSettings);
    run("PRAGMA synchronous=FULL");
  }
  ~Writer() {
    for (auto* statement : statements_) {
      sqlite3_finalize(statement);
    }
    sqlite3_close(db_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw std::runtime_error(std::string(sql) + ": " + sqlite3_errmsg(db_));
    }
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* out = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &out, nullptr) != SQLITE_OK) {
      throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
    }
    statements_.push_back(out);
    return out;
  }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) {
      throw std::runtime_error(std::string(sqlite3_sql(statement)) + ": " + sqlite3_errmsg(db_));
    }
    sqlite3_reset(statement);
  }

 private:
  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
};

void bind(sqlite3_stmt* statement, int index, const Recording& recording,
          const Recording::Value& value) {
  if (value.is_text) {
    sqlite3_bind_text(statement, index, recording.texts().data() + value.number,
                      static_cast<int>(value.size), SQLITE_STATIC);
  } else {
    sqlite3_bind_int64(statement, index, value.number);
  }
}

void write(Writer& writer, sqlite3_stmt* statement, const Recording& recording,
           const Recording::Write& one) {
  for (std::uint32_t i = 0; i < one.values; ++i) {
    bind(statement, static_cast<int>(i) + 1, recording, recording.values()[one.first + i]);
  }
  writer.step(statement);
}

// Rows that went one after the other by a number are gone by one statement.
std::string by_range(std::string_view statement) {
  constexpr std::string_view kByNumber = " WHERE id = ?";
  if (!statement.starts_with("DELETE ") || !statement.ends_with(kByNumber)) {
    return {};
  }
  statement.remove_suffix(kByNumber.size());
  return std::string(statement) + " WHERE id BETWEEN ? AND ?";
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

Floor write_again(const Recording& recording, const std::filesystem::path& store) {
  Writer writer(store);
  std::vector<sqlite3_stmt*> statements;
  std::vector<sqlite3_stmt*> ranges;
  for (const auto& text : recording.statements()) {
    statements.push_back(writer.prepare(text));
    const auto range = by_range(text);
    ranges.push_back(range.empty() ? nullptr : writer.prepare(range));
  }
  const auto& writes = recording.writes();
  const auto key = [&](std::size_t place) {
    return recording.values()[writes[place].first].number;
  };
  Floor out;
  const auto start = Clock::now();
  std::size_t place = 0;
  for (const auto end : recording.transactions()) {
    writer.run("BEGIN IMMEDIATE");
    while (place < end) {
      const auto& one = writes[place];
      auto last = place;
      if (auto* range = ranges[one.statement]; range != nullptr) {
        while (last + 1 < end && writes[last + 1].statement == one.statement &&
               key(last + 1) == key(last) + 1) {
          ++last;
        }
        sqlite3_bind_int64(range, 1, key(place));
        sqlite3_bind_int64(range, 2, key(last));
        writer.step(range);
      } else {
        write(writer, statements[one.statement], recording, one);
      }
      out.rows += last + 1 - place;
      place = last + 1;
    }
    writer.run("COMMIT");
  }
  out.seconds = seconds_since(start);
  return out;
}

Floor write_once(const Recording& recording, const std::filesystem::path& store) {
  Writer writer(store);
  struct Rows {
    sqlite3_stmt* insert = nullptr;
    std::vector<const Recording::Write*> writes;
  };
  std::map<std::uint32_t, Rows> tables;  // by statement
  for (const auto& one : recording.writes()) {
    const auto& text = recording.statements()[one.statement];
    if (text.starts_with("INSERT ")) {
      auto& rows = tables[one.statement];
      rows.insert = rows.insert != nullptr ? rows.insert : writer.prepare(text);
      rows.writes.push_back(&one);
    }
  }
  const auto groups = recording.transactions().size();
  Floor out;
  const auto start = Clock::now();
  for (std::size_t group = 0; group < groups; ++group) {
    writer.run("BEGIN IMMEDIATE");
    writer.run("DELETE FROM outbox");  // what the group before sent, as the engine does
    for (const auto& [statement, rows] : tables) {
      const auto count = rows.writes.size();
      for (auto i = count * group / groups; i < count * (group + 1) / groups; ++i, ++out.rows) {
        write(writer, rows.insert, recording, *rows.writes[i]);
      }
    }
    writer.run("COMMIT");
  }
  out.seconds = seconds_since(start);
  return out;
}

}  // namespace crossdock::bench
