// Documents sent and answered, repeats, and what a person should look at.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kDocuments = R"sql(
CREATE TABLE documents(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,
  interchange TEXT NOT NULL, group_no TEXT NOT NULL, set_no TEXT NOT NULL, partner TEXT NOT NULL,
  file TEXT NOT NULL, refers_to TEXT NOT NULL, issued_at INTEGER NOT NULL,
  acknowledged TEXT NOT NULL DEFAULT '', due_at INTEGER NOT NULL DEFAULT 0,
  overdue INTEGER NOT NULL DEFAULT 0,
  UNIQUE(kind, partner, interchange, group_no, set_no));
CREATE INDEX documents_by_reference ON documents(refers_to);
CREATE INDEX documents_due ON documents(due_at)
  WHERE acknowledged = '' AND due_at > 0 AND overdue = 0;
CREATE INDEX documents_by_group ON documents(partner, kind, group_no);
CREATE TABLE duplicates(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL,
  partner TEXT NOT NULL, file TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE alerts(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL,
  subject TEXT NOT NULL, text TEXT NOT NULL);
)sql";

}  // namespace crossdock::host::process::schema
