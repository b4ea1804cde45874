// Which warehouse was chosen for what, and why; the rules that held; what warehouses have on hand
// for the day.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kSourcing = R"sql(
-- question: all that the decision depended on, so that other rules can be tried on it.
CREATE TABLE decisions(id INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL,
  at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 0, decision TEXT NOT NULL,
  question TEXT NOT NULL DEFAULT '');
CREATE INDEX decisions_by_order ON decisions(order_id);
CREATE TABLE rule_sets(version INTEGER PRIMARY KEY, name TEXT NOT NULL, rules TEXT NOT NULL,
  activated_at INTEGER NOT NULL, actor TEXT NOT NULL);
-- Orders given to a warehouse on its local day.
CREATE TABLE workload(warehouse TEXT NOT NULL, day TEXT NOT NULL, orders INTEGER NOT NULL,
  PRIMARY KEY(warehouse, day)) WITHOUT ROWID;
-- What was said while the host ran; the configuration's word holds for all others.
CREATE TABLE warehouse_status(warehouse TEXT PRIMARY KEY, status TEXT NOT NULL,
  since INTEGER NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL) WITHOUT ROWID;
)sql";

}  // namespace crossdock::host::process::schema
