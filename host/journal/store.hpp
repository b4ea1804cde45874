// The store: what the business processes know, in SQLite. A thin layer that keeps the rules which
// make it safe: one connection writes and is the only one that checkpoints (SQLite 3.40 can damage
// its log otherwise), every reader opens read-only, synchronous is FULL, and that is read back. A
// writer may leave making its commits durable to a StoreSync, which can do it on another thread.
//
// Threads: a Database and its statements belong to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <array>
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

// The store refused something; the text names statement and cause.
class StoreError : public std::runtime_error {
 public:
  StoreError(const std::string& text, int code) : std::runtime_error(text), code_(code) {}
  int code() const { return code_; }
  // The statement asks for what the tables forbid; anything else is the machine's fault.
  bool is_constraint() const { return (code_ & 0xff) == SQLITE_CONSTRAINT; }

 private:
  int code_;
};

// How often a table was written to over one connection; a number of its own for each state.
struct TableChanges {
  std::uint64_t count = 0;
};

// A statement as it is kept: prepared once, with the tables that it writes to.
struct PreparedStatement {
  std::string sql;
  sqlite3_stmt* handle = nullptr;
  std::vector<TableChanges*> writes;
};

// A prepared statement in use: bind, step, read. Resets itself when it goes.
class Statement {
 public:
  Statement(sqlite3* database, const PreparedStatement& prepared,
            const std::function<void()>& before_write);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds all parameters in order. Throws StoreError where there are more parameters than values:
  // a statement is used again and again, and what it was given last would still stand there.
  // Texts are copied where the statement has a name, and borrowed where it lives in one expression
  // only, as `prepare(sql).bind(a, b).run()`: there the values live as long as it does.
  template <class... Values>
  Statement& bind(const Values&... values) & {
    return bind_all(SQLITE_TRANSIENT, values...);
  }
  template <class... Values>
  Statement& bind(const Values&... values) && {
    return bind_all(SQLITE_STATIC, values...);
  }
  bool step();  // true: a row is there
  void run();   // for statements without rows

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  using Keeping = sqlite3_destructor_type;  // of texts: copied or borrowed

  template <class... Values>
  Statement& bind_all(Keeping keeping, const Values&... values) {
    expect(sizeof...(Values));
    int index = 0;
    (bind_one(++index, values, keeping), ...);
    return *this;
  }
  void expect(std::size_t values) const;
  void bind_integer(int index, std::int64_t value);
  template <class Integer>
  requires std::is_integral_v<Integer>
  void bind_one(int index, Integer value, Keeping /*keeping*/) {
    bind_integer(index, static_cast<std::int64_t>(value));
  }
  void bind_one(int index, double value, Keeping keeping);
  void bind_one(int index, std::string_view value, Keeping keeping);
  void bind_one(int index, std::nullptr_t, Keeping keeping);
  template <class T>
  void bind_one(int index, const std::optional<T>& value, Keeping keeping) {
    if (value) {
      bind_one(index, *value, keeping);
    } else {
      bind_one(index, nullptr, keeping);
    }
  }
  [[noreturn]] void fail() const;

  sqlite3* database_;
  const PreparedStatement& prepared_;
  const std::function<void()>& before_write_;
};

class Database {
 public:
  enum class Mode : std::uint8_t { writer, reader };

  // How a writer sets up SQLite, besides how durable a commit is (decision 0024 has the figures).
  // page_size: of a file that is made now. wal_autocheckpoint: the log is brought into the file at
  // 64 MB. secure_delete: Debian's library overwrites what is deleted, and so writes pages that are
  // free. temp_store: what a savepoint may have to take back is kept in memory, not in a file.
  static constexpr const char* kWriterSettings =
      "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=8000; "
      "PRAGMA secure_delete=OFF; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; "
      "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;";

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

  // What Memo (memo.hpp) needs. The changes of a table over this connection; lives as long as it.
  const TableChanges& changes_of(std::string_view table);
  // Changes of everything at once: a transaction or a part of one was taken back, or somebody else
  // wrote to the file.
  const TableChanges& changes_of_all() const { return all_; }
  // Whether what is read now stays true until this connection changes it: only for a writer inside
  // of its transaction.
  bool is_alone() const;
  // An object of a type that goes with this connection, made when it is first asked for.
  template <class T>
  T& kept() {
    static const std::size_t kPlace = next_place();
    if (kPlace >= kept_.size()) {
      kept_.resize(kPlace + 1);
    }
    auto& slot = kept_[kPlace];
    if (!slot) {
      slot = std::make_shared<T>();
    }
    return *static_cast<T*>(slot.get());
  }
  // Called before every statement that changes something and before every commit. What it throws
  // goes through to the caller; tests end a process there.
  void on_write(std::function<void()> before_write) { before_write_ = std::move(before_write); }

  // From now on a commit is whole and in order, but durable only after a StoreSync::sync() that
  // begins later; a crash of the machine before that takes the latest commits back.
  void leave_sync_to_others();

  // Brings the schema to the newest version: step i takes version i to i + 1. One transaction each.
  void migrate(const std::vector<std::string>& steps);

 private:
  friend class StoreTransaction;
  friend class Savepoint;

  // Each type that is kept has a place of its own, the same for every connection.
  static std::size_t next_place();
  void set_synchronous(const std::string& word, std::int64_t value);
  // Forgets what was read before: it may be of a state that is gone.
  void forget() { ++all_.count; }
  // Whether another connection wrote since this was last asked.
  void look_for_other_writers();
  const PreparedStatement& find(std::string_view sql);
  static int note_write(void* self, int action, const char* table, const char*, const char*,
                        const char*);

  sqlite3* database_ = nullptr;
  Mode mode_;
  std::filesystem::path file_;
  std::unordered_map<std::string_view, std::unique_ptr<PreparedStatement>> cache_;  // by their sql
  // By where the text stands, checked against the text: most are literals.
  std::array<const PreparedStatement*, 1024> by_place_{};
  std::vector<TableChanges*>* collecting_ = nullptr;  // while a statement is prepared
  std::unordered_map<std::string, std::unique_ptr<TableChanges>> tables_;
  TableChanges all_;
  std::int64_t data_version_ = -1;
  std::vector<std::shared_ptr<void>> kept_;  // by the type's place
  std::function<void()> before_write_;
};

// SQLite's online backup: a consistent copy, whoever writes meanwhile. Throws StoreError.
void copy_store(const std::filesystem::path& from, const std::filesystem::path& to);

// Makes durable what a Database with leave_sync_to_others() has committed. One thread at a time,
// any of them; the Database stays open meanwhile.
class StoreSync {
 public:
  explicit StoreSync(const std::filesystem::path& store);
  ~StoreSync();
  StoreSync(const StoreSync&) = delete;
  StoreSync& operator=(const StoreSync&) = delete;

  void sync();  // throws StoreError: what was committed may not be durable

 private:
  std::filesystem::path log_;  // SQLite's; it is there once something was written
  int file_ = -1;
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
