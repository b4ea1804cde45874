#include "host/journal/store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <system_error>

namespace crossdock::host::journal {
namespace {

[[noreturn]] void fail(sqlite3* database, const std::string& what) {
  throw StoreError(what + ": " + (database != nullptr ? sqlite3_errmsg(database) : "out of memory"),
                   database != nullptr ? sqlite3_extended_errcode(database) : SQLITE_NOMEM);
}

// Once, before SQLite's first use: it counts every allocation under a lock unless told not to.
void prepare_library() {
  static const bool kDone = [] {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);  // refused, and no harm, where SQLite runs already
    return true;
  }();
  (void)kDone;
}

// Small allocations of a connection from one block; statements of the processes nest few.
constexpr int kLookasideBytes = 1200;
constexpr int kLookasideSlots = 400;

}  // namespace

Statement::Statement(sqlite3* database, const PreparedStatement& prepared,
                     const std::function<void()>& before_write)
    : database_(database), prepared_(prepared), before_write_(before_write) {}

// What is bound stays: the next use binds all of it anew, and into memory that is there already.
// A text that was borrowed is not looked at any more.
Statement::~Statement() { sqlite3_reset(prepared_.handle); }

void Statement::fail() const {
  journal::fail(database_, "the store refused `" + prepared_.sql + "`");
}

bool Statement::step() {
  if (before_write_ && sqlite3_stmt_readonly(prepared_.handle) == 0) {
    before_write_();
  }
  for (auto* table : prepared_.writes) {
    ++table->count;
  }
  const int result = sqlite3_step(prepared_.handle);
  if (result == SQLITE_ROW) {
    return true;
  }
  if (result != SQLITE_DONE) {
    fail();
  }
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(prepared_.handle, column);
}
double Statement::real(int column) const { return sqlite3_column_double(prepared_.handle, column); }
std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared_.handle, column));
  const int size = sqlite3_column_bytes(prepared_.handle, column);
  return text == nullptr ? std::string() : std::string(text, static_cast<std::size_t>(size));
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(prepared_.handle, column) == SQLITE_NULL;
}

void Statement::expect(std::size_t values) const {
  if (sqlite3_bind_parameter_count(prepared_.handle) > static_cast<int>(values)) {
    throw StoreError("too few values for `" + prepared_.sql + "`", SQLITE_MISUSE);
  }
}

void Statement::bind_integer(int index, std::int64_t value) {
  if (sqlite3_bind_int64(prepared_.handle, index, value) != SQLITE_OK) {
    fail();
  }
}
void Statement::bind_one(int index, double value, Keeping /*keeping*/) {
  if (sqlite3_bind_double(prepared_.handle, index, value) != SQLITE_OK) {
    fail();
  }
}
void Statement::bind_one(int index, std::string_view value, Keeping keeping) {
  if (sqlite3_bind_text64(prepared_.handle, index, value.data() == nullptr ? "" : value.data(),
                          value.size(), keeping, SQLITE_UTF8) != SQLITE_OK) {
    fail();
  }
}
void Statement::bind_one(int index, std::nullptr_t, Keeping /*keeping*/) {
  if (sqlite3_bind_null(prepared_.handle, index) != SQLITE_OK) {
    fail();
  }
}

Database::Database(const std::filesystem::path& file, Mode mode) : mode_(mode), file_(file) {
  prepare_library();
  const int flags =
      mode == Mode::writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2(file.c_str(), &database_, flags | SQLITE_OPEN_NOMUTEX, nullptr) !=
      SQLITE_OK) {
    const std::string text = database_ != nullptr ? sqlite3_errmsg(database_) : "out of memory";
    sqlite3_close(database_);
    throw StoreError("the store " + file.string() + " cannot be opened: " + text, SQLITE_CANTOPEN);
  }
  sqlite3_busy_timeout(database_, 5000);
  if (mode == Mode::writer) {
    sqlite3_set_authorizer(database_, &Database::note_write, this);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_LOOKASIDE, nullptr, kLookasideBytes,
                      kLookasideSlots);
    execute(kWriterSettings);
    set_synchronous("FULL", 2);
  } else {
    execute("PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0;");
  }
}

Database::~Database() {
  for (auto& [sql, statement] : cache_) {
    sqlite3_finalize(statement->handle);
  }
  sqlite3_close(database_);
}

void Database::set_synchronous(const std::string& word, std::int64_t value) {
  execute("PRAGMA synchronous=" + word);
  auto statement = prepare("PRAGMA synchronous");
  if (!statement.step() || statement.integer(0) != value) {
    throw StoreError("the store " + file_.string() + " does not keep synchronous=" + word,
                     SQLITE_MISUSE);
  }
}

// In WAL mode NORMAL still syncs around each checkpoint, so that the log and the file agree after
// any crash; only the sync with each commit is left out (SQLite, PRAGMA synchronous).
void Database::leave_sync_to_others() { set_synchronous("NORMAL", 1); }

// Not to forbid anything: SQLite names here, once per statement, each table that it writes to,
// through triggers too.
int Database::note_write(void* self, int action, const char* table, const char*, const char*,
                         const char*) {
  auto& database = *static_cast<Database*>(self);
  if (database.collecting_ != nullptr && table != nullptr &&
      (action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE)) {
    auto& writes = *database.collecting_;
    auto& slot = database.tables_[table];
    if (!slot) {
      slot = std::make_unique<TableChanges>();
    }
    if (std::find(writes.begin(), writes.end(), slot.get()) == writes.end()) {
      writes.push_back(slot.get());
    }
  }
  return SQLITE_OK;
}

const TableChanges& Database::changes_of(std::string_view table) {
  auto& slot = tables_[std::string(table)];
  if (!slot) {
    slot = std::make_unique<TableChanges>();
  }
  return *slot;
}

std::size_t Database::next_place() {
  static std::atomic<std::size_t> places{0};
  return places++;
}

bool Database::is_alone() const {
  return mode_ == Mode::writer && sqlite3_get_autocommit(database_) == 0;
}

void Database::look_for_other_writers() {
  auto statement = prepare("PRAGMA data_version");
  statement.step();
  if (const auto version = statement.integer(0); version != data_version_) {
    data_version_ = version;
    forget();
  }
}

const PreparedStatement& Database::find(std::string_view sql) {
  const auto found = cache_.find(sql);
  if (found != cache_.end()) {
    return *found->second;
  }
  auto fresh = std::make_unique<PreparedStatement>();
  fresh->sql = sql;
  collecting_ = &fresh->writes;
  const int result = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &fresh->handle, nullptr);
  collecting_ = nullptr;
  if (result != SQLITE_OK) {
    fail(database_, "the store does not understand `" + fresh->sql + "`");
  }
  const std::string_view key = fresh->sql;
  return *cache_.emplace(key, std::move(fresh)).first->second;
}

Statement Database::prepare(std::string_view sql) {
  const auto place = reinterpret_cast<std::uintptr_t>(sql.data());
  auto& slot = by_place_[(place >> 3U) % by_place_.size()];
  if (slot == nullptr || slot->sql != sql) {
    slot = &find(sql);
  }
  return {database_, *slot, before_write_};
}

std::vector<std::string> Database::prepared() const {
  std::vector<std::string> out;
  for (const auto& [sql, statement] : cache_) {
    out.emplace_back(sql);
  }
  return out;
}

void Database::execute(const std::string& sql) {
  forget();  // what it writes to is not known here
  char* text = nullptr;
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &text) != SQLITE_OK) {
    const std::string message = text != nullptr ? text : "";
    sqlite3_free(text);
    throw StoreError("the store refused `" + sql.substr(0, 80) + "`: " + message,
                     sqlite3_extended_errcode(database_));
  }
}

std::int64_t Database::changes() const { return sqlite3_changes64(database_); }

void Database::migrate(const std::vector<std::string>& steps) {
  std::int64_t version = 0;
  {
    auto statement = prepare("PRAGMA user_version");
    if (statement.step()) {
      version = statement.integer(0);
    }
  }
  if (version > static_cast<std::int64_t>(steps.size())) {
    throw StoreError("the store was written by a newer host (schema " + std::to_string(version) +
                         ", this host knows " + std::to_string(steps.size()) +
                         "); start the newer host",
                     SQLITE_SCHEMA);
  }
  for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
    StoreTransaction transaction(*this);
    execute(steps[step]);
    execute("PRAGMA user_version=" + std::to_string(step + 1));
    transaction.commit();
  }
}

void copy_store(const std::filesystem::path& from, const std::filesystem::path& to) {
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  const auto open = [](const std::filesystem::path& file, int flags) {
    sqlite3* db = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
    std::unique_ptr<sqlite3, Close> out(db);
    if (result != SQLITE_OK) {
      throw StoreError("the store " + file.string() + " cannot be opened", result);
    }
    sqlite3_busy_timeout(db, 5000);
    return out;
  };
  const auto source = open(from, SQLITE_OPEN_READONLY);
  const auto target = open(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  auto* backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
  const int result = backup == nullptr ? SQLITE_ERROR : sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (result != SQLITE_DONE) {
    throw StoreError(
        "the store " + from.string() + " cannot be copied to " + to.string() + "; is there room?",
        result);
  }
}

StoreSync::StoreSync(const std::filesystem::path& store) : log_(store.string() + "-wal") {}

StoreSync::~StoreSync() {
  if (file_ >= 0) {
    close(file_);
  }
}

void StoreSync::sync() {
  if (file_ < 0) {
    file_ = open(log_.c_str(), O_RDONLY | O_CLOEXEC);
  }
  if (file_ < 0 || fdatasync(file_) != 0) {
    throw StoreError("the store's log " + log_.string() +
                         " cannot be made durable: " + std::generic_category().message(errno),
                     SQLITE_IOERR);
  }
}

StoreTransaction::StoreTransaction(Database& database) : database_(database) {
  database_.prepare("BEGIN IMMEDIATE").run();
  database_.look_for_other_writers();
}
StoreTransaction::~StoreTransaction() {
  if (open_) {
    database_.forget();
    try {
      database_.prepare("ROLLBACK").run();
    } catch (const StoreError&) {  // SQLite rolled back by itself already
    }
  }
}
void StoreTransaction::commit() {
  if (database_.before_write_) {
    database_.before_write_();
  }
  database_.prepare("COMMIT").run();
  open_ = false;
}

Savepoint::Savepoint(Database& database) : database_(database) {
  database_.prepare("SAVEPOINT part").run();
}
Savepoint::~Savepoint() {
  if (open_) {
    database_.forget();
    try {
      database_.prepare("ROLLBACK TO part").run();
      database_.prepare("RELEASE part").run();
    } catch (const StoreError&) {  // the whole transaction is gone already
    }
  }
}
void Savepoint::release() {
  database_.prepare("RELEASE part").run();
  open_ = false;
}

}  // namespace crossdock::host::journal
