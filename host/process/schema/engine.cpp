// What has been handled, what leaves, and running numbers.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kEngine = R"sql(
-- Messages handled here but not yet settled in the journal, as lists of positions: handled again,
-- they do nothing.
CREATE TABLE handled(positions TEXT NOT NULL);
-- How far the journal was handled; of this store, not of what it knows.
CREATE TABLE reached(position INTEGER NOT NULL);
INSERT INTO reached VALUES(0);
-- The configuration that the journal was told last; of this store, not of what it knows.
CREATE TABLE configured(text TEXT NOT NULL);
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY AUTOINCREMENT, idempotency_key TEXT NOT NULL, type TEXT NOT NULL,
  target TEXT NOT NULL, business_key TEXT NOT NULL, correlation_id TEXT NOT NULL,
  causation_id TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
-- What is due at an instant although no message brings it.
CREATE TABLE timers(kind TEXT NOT NULL, key TEXT NOT NULL, due_at INTEGER NOT NULL,
  PRIMARY KEY(kind, key)) WITHOUT ROWID;
CREATE INDEX timers_by_due ON timers(due_at, kind, key);
)sql";

}  // namespace crossdock::host::process::schema
