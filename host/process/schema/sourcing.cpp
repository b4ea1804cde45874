// Which warehouse was chosen for what, and why.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kSourcing = R"sql(
CREATE TABLE decisions(id INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL,
  at INTEGER NOT NULL, decision TEXT NOT NULL);
CREATE INDEX decisions_by_order ON decisions(order_id);
)sql";

}  // namespace crossdock::host::process::schema
