#include "host/process/replay/dry_run.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "crossdock/canonical/envelope_wire.hpp"
#include "host/journal/store.hpp"
#include "host/process/invariants/invariants.hpp"
#include "host/process/step.hpp"

namespace crossdock::host::process {
namespace {

namespace fs = std::filesystem;

// Of orders by id: their numbers and what their statuses are.
std::map<std::string, std::pair<std::string, std::string>> statuses(journal::Database& db) {
  std::map<std::string, std::pair<std::string, std::string>> out;
  auto statement = db.prepare("SELECT id, po_number, status FROM orders");
  while (statement.step()) {
    out.emplace(statement.text(0), std::pair(statement.text(1), statement.text(2)));
  }
  return out;
}

std::int64_t last_id(journal::Database& db, const char* sql) {
  auto statement = db.prepare(sql);
  statement.step();
  return statement.integer(0);
}

struct Copy {
  fs::path file;
  ~Copy() {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal"}) {
      fs::remove(file.string() + end, ignored);
    }
  }
};

}  // namespace

DryRun dry_run(const fs::path& store, const Settings& settings, std::int64_t now_ns,
               const canonical::Message& message, const fs::path& scratch) {
  const Copy scrap{scratch / ("crossdock-dry-run-" + std::to_string(::getpid()) + ".sqlite")};
  journal::copy_store(store, scrap.file);
  journal::Database db(scrap.file, journal::Database::Mode::writer);
  const auto before = statuses(db);
  const auto outgoing = last_id(db, "SELECT COALESCE(MAX(id), 0) FROM outbox");
  const auto alerted = last_id(db, "SELECT COALESCE(MAX(id), 0) FROM alerts");
  const auto broken_before = broken_invariants(db, settings);
  std::string wire;
  canonical::append_wire(message, wire);
  canonical::MessageView view;
  DryRun out;
  if (const auto result = canonical::decode_wire(wire, view); !result.ok()) {
    out.refused = std::string("it is no message: ") + result.field + " " + result.reason;
    return out;
  }
  {
    journal::StoreTransaction transaction(db);
    out.refused = apply_message(db, settings, now_ns, view);
    transaction.commit();
  }
  {
    auto statement =
        db.prepare("SELECT type, target, subject, data FROM outbox WHERE id > ? ORDER BY id");
    statement.bind(outgoing);
    while (statement.step()) {
      out.sent.push_back(
          {statement.text(0), statement.text(1), statement.text(2), statement.text(3)});
    }
  }
  {
    auto statement = db.prepare("SELECT kind, text FROM alerts WHERE id > ? ORDER BY id");
    statement.bind(alerted);
    while (statement.step()) {
      out.alerts.push_back(statement.text(0) + ": " + statement.text(1));
    }
  }
  for (const auto& [id, now] : statuses(db)) {
    const auto found = before.find(id);
    if (found == before.end() || found->second.second != now.second) {
      out.orders.push_back(
          {id, now.first, found == before.end() ? "" : found->second.second, now.second});
    }
  }
  for (auto& one : broken_invariants(db, settings)) {
    if (std::find(broken_before.begin(), broken_before.end(), one) == broken_before.end()) {
      out.broken.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace crossdock::host::process
