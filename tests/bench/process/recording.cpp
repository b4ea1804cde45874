#include "tests/bench/process/recording.hpp"

#include <stdexcept>
#include <utility>

#include "host/journal/store.hpp"

namespace crossdock::bench {
namespace {

Recording* g_recording = nullptr;  // NOLINT: SQLite's hook for new connections takes no argument

}  // namespace

Recording::Recording(const std::filesystem::path& file) : file_(file) {
  read_tables();
  g_recording = this;
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Recording::attach));
}

Recording::~Recording() {
  sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Recording::attach));
  g_recording = nullptr;
}

void Recording::read_tables() {
  host::journal::Database db(file_, host::journal::Database::Mode::reader);
  auto names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'");
  while (names.step()) {
    auto& table = tables_[names.text(0)];
    auto columns = db.prepare("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid");
    columns.bind(names.text(0));
    while (columns.step()) {
      if (columns.integer(1) > 0) {
        table.key.push_back(table.columns.size());
      }
      table.columns.push_back(columns.text(0));
    }
  }
}

int Recording::attach(sqlite3* database, const char** /*error*/, const void* /*api*/) {
  const auto* name = sqlite3_db_filename(database, "main");
  if (g_recording != nullptr && name != nullptr && g_recording->file_ == name &&
      sqlite3_db_readonly(database, "main") == 0) {
    sqlite3_preupdate_hook(database, &Recording::before_row, g_recording);
    sqlite3_commit_hook(
        database,
        [](void* self) {
          auto& recording = *static_cast<Recording*>(self);
          recording.transactions_.push_back(recording.writes_.size());
          return 0;
        },
        g_recording);
    sqlite3_rollback_hook(
        database,
        [](void* self) {
          auto& recording = *static_cast<Recording*>(self);
          const auto& ends = recording.transactions_;
          recording.writes_.resize(ends.empty() ? 0 : ends.back());
        },
        g_recording);
  }
  return SQLITE_OK;
}

void Recording::before_row(void* self, sqlite3* database, int what, const char* /*schema*/,
                           const char* table, sqlite3_int64 old_row, sqlite3_int64 /*new_row*/) {
  auto& recording = *static_cast<Recording*>(self);
  const auto found = recording.tables_.find(std::string_view(table));
  if (found != recording.tables_.end()) {
    recording.note(database, what, found->second, table, old_row);
  }
}

std::uint32_t Recording::statement(std::string text) {
  const auto [place, is_new] =
      by_text_.emplace(text, static_cast<std::uint32_t>(statements_.size()));
  if (is_new) {
    statements_.push_back(std::move(text));
  }
  return place->second;
}

Recording::Value Recording::value_of(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_INTEGER) {
    return {sqlite3_value_int64(value), 0, false};
  }
  if (sqlite3_value_type(value) != SQLITE_TEXT) {
    throw std::logic_error("the store has columns that are neither a number nor a text");
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  const Value out{static_cast<std::int64_t>(texts_.size()), static_cast<std::uint32_t>(size), true};
  texts_.append(text, size);
  return out;
}

std::string Recording::by_key(const Table& table) const {
  if (table.key.empty()) {
    return " WHERE rowid = ?";
  }
  std::string out;
  for (const auto column : table.key) {
    out += (out.empty() ? " WHERE " : " AND ") + table.columns[column] + " = ?";
  }
  return out;
}

void Recording::note(sqlite3* database, int what, const Table& table, std::string_view name,
                     std::int64_t row) {
  Write write;
  write.first = values_.size();
  const auto old_value = [&](std::size_t column) {
    sqlite3_value* value = nullptr;
    sqlite3_preupdate_old(database, static_cast<int>(column), &value);
    return value;
  };
  const auto new_value = [&](std::size_t column) {
    sqlite3_value* value = nullptr;
    sqlite3_preupdate_new(database, static_cast<int>(column), &value);
    return value;
  };
  std::string text;
  if (what == SQLITE_INSERT) {
    text = "INSERT INTO " + std::string(name) + " VALUES(";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      text += i == 0 ? "?" : ",?";
      values_.push_back(value_of(new_value(i)));
    }
    text += ")";
  } else if (what == SQLITE_UPDATE) {
    text = "UPDATE " + std::string(name);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const auto before = value_of(old_value(i));
      const auto after = value_of(new_value(i));
      const auto said = [&](const Value& value) {
        return std::string_view(texts_).substr(static_cast<std::size_t>(value.number), value.size);
      };
      const bool same =
          before.is_text ? said(before) == said(after) : before.number == after.number;
      if (!same) {
        text += (values_.size() == write.first ? " SET " : ", ") + table.columns[i] + " = ?";
        values_.push_back(after);
      }
    }
    if (values_.size() == write.first) {
      return;  // nothing is another
    }
    text += by_key(table);
  } else {
    text = "DELETE FROM " + std::string(name) + by_key(table);
  }
  if (what != SQLITE_INSERT && table.key.empty()) {
    values_.push_back({row, 0, false});
  } else if (what != SQLITE_INSERT) {
    for (const auto column : table.key) {
      values_.push_back(value_of(old_value(column)));
    }
  }
  write.statement = statement(std::move(text));
  write.values = static_cast<std::uint32_t>(values_.size() - write.first);
  writes_.push_back(write);
}

}  // namespace crossdock::bench
