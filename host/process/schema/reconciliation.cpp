// Where two systems say different things, and what other systems said.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kReconciliation = R"sql(
CREATE TABLE discrepancies(id TEXT PRIMARY KEY, run TEXT NOT NULL, kind TEXT NOT NULL,
  key TEXT NOT NULL, left_system TEXT NOT NULL, left_ref TEXT NOT NULL, left_value TEXT NOT NULL,
  right_system TEXT NOT NULL, right_ref TEXT NOT NULL, right_value TEXT NOT NULL,
  severity TEXT NOT NULL, cause TEXT NOT NULL, proposed_fix TEXT NOT NULL, state TEXT NOT NULL,
  found_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE UNIQUE INDEX discrepancies_by_key ON discrepancies(kind, key);
CREATE INDEX discrepancies_by_state ON discrepancies(state, found_at);
CREATE TABLE statements(system TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL,
  ref TEXT NOT NULL, shipment_id TEXT NOT NULL, line_no TEXT NOT NULL, quantity INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL, unit_price_e6 INTEGER NOT NULL,
  PRIMARY KEY(system, kind, day, ref, line_no)) WITHOUT ROWID;
CREATE INDEX shipments_by_time ON shipments(shipped_at) WHERE shipped_at > 0;
CREATE INDEX statements_by_shipment ON statements(shipment_id, kind);
)sql";

}  // namespace crossdock::host::process::schema
