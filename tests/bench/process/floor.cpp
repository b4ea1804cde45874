#include "tests/bench/process/floor.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "host/journal/store.hpp"
#include "host/process/schema.hpp"

namespace crossdock::bench {
namespace {

using host::journal::Database;

struct Value {
  bool is_number = false;
  std::int64_t number = 0;
  std::string text;
};
struct Table {
  std::string insert;
  std::vector<std::vector<Value>> rows;
};

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

Prepared prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* out = nullptr;
  if (sqlite3_prepare_v2(db, sql.c_str(), -1, &out, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(db));
  }
  return Prepared(out);
}

std::vector<Table> read_tables(sqlite3* db) {
  std::vector<Table> out;
  auto names = prepare(db,
                       "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                       "'sqlite_%' AND name NOT IN ('outbox', 'handled', 'reached', 'configured')");
  while (sqlite3_step(names.get()) == SQLITE_ROW) {
    const std::string name = reinterpret_cast<const char*>(sqlite3_column_text(names.get(), 0));
    auto rows = prepare(db, "SELECT * FROM " + name);
    Table table;
    const int columns = sqlite3_column_count(rows.get());
    table.insert = "INSERT OR REPLACE INTO " + name + " VALUES(?";
    for (int i = 1; i < columns; ++i) {
      table.insert += ",?";
    }
    table.insert += ")";
    while (sqlite3_step(rows.get()) == SQLITE_ROW) {
      auto& row = table.rows.emplace_back();
      for (int i = 0; i < columns; ++i) {
        Value value;
        value.is_number = sqlite3_column_type(rows.get(), i) == SQLITE_INTEGER;
        if (value.is_number) {
          value.number = sqlite3_column_int64(rows.get(), i);
        } else if (const auto* text = sqlite3_column_text(rows.get(), i)) {
          value.text = reinterpret_cast<const char*>(text);
        }
        row.push_back(std::move(value));
      }
    }
    out.push_back(std::move(table));
  }
  return out;
}

void insert(sqlite3_stmt* statement, const std::vector<Value>& row) {
  int index = 0;
  for (const auto& value : row) {
    ++index;
    if (value.is_number) {
      sqlite3_bind_int64(statement, index, value.number);
    } else {
      sqlite3_bind_text(statement, index, value.text.data(), static_cast<int>(value.text.size()),
                        SQLITE_STATIC);
    }
  }
  if (sqlite3_step(statement) != SQLITE_DONE) {
    throw std::runtime_error("the floor's INSERT failed");
  }
  sqlite3_reset(statement);
}

void run(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(std::string(sql) + ": " + sqlite3_errmsg(db));
  }
}

}  // namespace

Floor write_again(const std::filesystem::path& written, const std::filesystem::path& into,
                  std::uint64_t groups, std::uint64_t sent, std::uint64_t sent_bytes) {
  { Database(into, Database::Mode::writer).migrate(host::process::schema_steps()); }
  sqlite3* from = nullptr;
  sqlite3_open_v2(written.c_str(), &from, SQLITE_OPEN_READONLY, nullptr);
  const auto tables = read_tables(from);
  sqlite3_close(from);
  sqlite3* db = nullptr;
  sqlite3_open(into.c_str(), &db);
  run(db,
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA "
      "wal_autocheckpoint=4000");
  const std::string payload(sent == 0 ? 0 : sent_bytes / sent, 'x');
  Floor out;
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<Prepared> inserts;
    for (const auto& table : tables) {
      inserts.push_back(prepare(db, table.insert));
    }
    auto outgoing = prepare(
        db,
        "INSERT INTO outbox(idempotency_key, type, target, business_key, correlation_id, "
        "causation_id, subject, data) VALUES('key', 'type', 'target', 'business', 'correlation', "
        "'causation', 'subject', ?)");
    for (std::uint64_t group = 0; group < groups; ++group) {
      run(db, "BEGIN IMMEDIATE");
      run(db, "DELETE FROM outbox");  // what the group before sent, as the engine does
      for (std::size_t t = 0; t < tables.size(); ++t) {
        const auto& rows = tables[t].rows;
        for (auto i = rows.size() * group / groups; i < rows.size() * (group + 1) / groups; ++i) {
          insert(inserts[t].get(), rows[i]);
          ++out.rows;
        }
      }
      for (auto i = sent * group / groups; i < sent * (group + 1) / groups; ++i) {
        sqlite3_bind_text(outgoing.get(), 1, payload.data(), static_cast<int>(payload.size()),
                          SQLITE_STATIC);
        sqlite3_step(outgoing.get());
        sqlite3_reset(outgoing.get());
        ++out.rows;
      }
      run(db, "COMMIT");
    }
  }
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  sqlite3_close(db);
  return out;
}

}  // namespace crossdock::bench
