#include "host/process/counters.hpp"

#include "host/journal/memo.hpp"

namespace crossdock::host::process {
namespace {

struct KnownCounters : journal::Memo<std::int64_t> {
  KnownCounters() : Memo({"counters"}) {}
};

}  // namespace

std::int64_t counter_of(journal::Database& db, std::string_view name) {
  return db.kept<KnownCounters>().get(db, name, [&] {
    auto statement = db.prepare("SELECT value FROM counters WHERE name = ?");
    statement.bind(name);
    return statement.step() ? statement.integer(0) : 0;
  });
}

std::int64_t count_up(journal::Database& db, std::string_view name) {
  db.kept<KnownCounters>().change(
      db, name,
      [&] {
        db.prepare("UPDATE counters SET value = value + 1 WHERE name = ?").bind(name).run();
        if (db.changes() == 0) {
          db.prepare("INSERT INTO counters(name, value) VALUES(?, 1)").bind(name).run();
        }
      },
      [](std::int64_t& value) {
        ++value;
        return true;
      });
  return counter_of(db, name);
}

void set_counter(journal::Database& db, std::string_view name, std::int64_t value) {
  db.kept<KnownCounters>().change(
      db, name,
      [&] {
        db.prepare(
              "INSERT INTO counters(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET "
              "value = ?2")
            .bind(name, value)
            .run();
      },
      [&](std::int64_t& known) {
        known = value;
        return true;
      });
}

}  // namespace crossdock::host::process
