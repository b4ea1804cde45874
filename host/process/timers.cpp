#include "host/process/timers.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "host/journal/memo.hpp"
#include "host/process/handlers/tables.hpp"
#include "host/process/step.hpp"

namespace crossdock::host::process {
namespace {

const std::map<std::string_view, TimerHandler>& timer_handlers() {
  static const std::map<std::string_view, TimerHandler> kHandlers = [] {
    std::map<std::string_view, TimerHandler> all;
    for (const auto& part : {document_timers(), order_timers(), stock_timers()}) {
      all.insert(part.begin(), part.end());
    }
    return all;
  }();
  return kHandlers;
}

struct KnownDue : journal::Memo<std::optional<std::int64_t>> {
  KnownDue() : Memo({"timers"}) {}
};

struct Due {
  std::string kind;
  std::string key;
  std::int64_t at = 0;
};

std::optional<Due> first_due(journal::Database& db, std::int64_t now_ns) {
  if (const auto due = next_due(db); !due || *due > now_ns) {
    return std::nullopt;
  }
  auto statement = db.prepare(
      "SELECT kind, key, due_at FROM timers WHERE due_at <= ? ORDER BY due_at, kind, key LIMIT 1");
  statement.bind(now_ns);
  if (!statement.step()) {
    return std::nullopt;
  }
  return Due{statement.text(0), statement.text(1), statement.integer(2)};
}

// A timer is no message that could become a dead letter: what it cannot do is undone and said.
void run_alone(Context& context, const Due& due, TimerHandler handler) {
  std::string fault;
  {
    journal::Savepoint part(context.db);
    try {
      handler(context, due.key);
      part.release();
      return;
    } catch (const journal::StoreError& error) {
      if (!error.is_constraint()) {
        throw;  // the machine's fault
      }
      fault = error.what();
    } catch (const std::exception& error) {
      fault = error.what();
    }
  }
  context.alert("timer_failed", due.kind, due.key + ": " + fault);
}

}  // namespace

void set_timer(Context& context, std::string_view kind, std::string_view key, std::int64_t due_ns) {
  context.db
      .prepare(
          "INSERT INTO timers(kind, key, due_at) VALUES(?1, ?2, ?3) "
          "ON CONFLICT(kind, key) DO UPDATE SET due_at = ?3")
      .bind(kind, key, due_ns)
      .run();
}

void clear_timer(Context& context, std::string_view kind, std::string_view key) {
  context.db.prepare("DELETE FROM timers WHERE kind = ? AND key = ?").bind(kind, key).run();
}

std::optional<std::int64_t> next_due(journal::Database& db) {
  return db.kept<KnownDue>().get(db, "", [&] {
    auto statement = db.prepare("SELECT due_at FROM timers ORDER BY due_at LIMIT 1");
    return statement.step() ? std::optional(statement.integer(0)) : std::nullopt;
  });
}

void run_timers(journal::Database& db, const Settings& settings, std::int64_t now_ns) {
  while (const auto due = first_due(db, now_ns)) {
    auto id = "timer/" + due->kind + "/" + due->key + "/" + std::to_string(due->at);
    std::replace(id.begin(), id.end(), '\t', '/');  // it becomes an attribute of messages
    auto ids = ids_of(id, due->at);
    Context context{db, settings, ids, due->at, id, id};
    clear_timer(context, due->kind, due->key);
    if (const auto handler = timer_handlers().find(due->kind); handler != timer_handlers().end()) {
      run_alone(context, *due, handler->second);
    }
  }
}

}  // namespace crossdock::host::process
