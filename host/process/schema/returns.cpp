// What customers send back, unit by unit, and the money that goes with it.
#include "host/process/schema/tables.hpp"

namespace crossdock::host::process::schema {

const char* const kReturns = R"sql(
CREATE TABLE returns(id TEXT PRIMARY KEY, rma_no TEXT NOT NULL, order_id TEXT NOT NULL,
  warehouse TEXT NOT NULL, state TEXT NOT NULL, money TEXT NOT NULL DEFAULT 'none',
  shipping_minor INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL, rev INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
CREATE INDEX returns_by_order ON returns(order_id);
CREATE UNIQUE INDEX returns_by_rma ON returns(rma_no);
CREATE TABLE return_lines(return_id TEXT NOT NULL, line_no TEXT NOT NULL, sku TEXT NOT NULL,
  authorised INTEGER NOT NULL, received INTEGER NOT NULL DEFAULT 0,
  restocked INTEGER NOT NULL DEFAULT 0, refunded INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(return_id, line_no)) WITHOUT ROWID;
CREATE TABLE return_dispositions(return_id TEXT NOT NULL, line_no TEXT NOT NULL,
  receipt TEXT NOT NULL, kind TEXT NOT NULL, quantity INTEGER NOT NULL,
  PRIMARY KEY(return_id, line_no, receipt, kind)) WITHOUT ROWID;
CREATE TABLE return_receipts(return_id TEXT NOT NULL, receipt TEXT NOT NULL,
  PRIMARY KEY(return_id, receipt)) WITHOUT ROWID;
CREATE TABLE refunds(id TEXT PRIMARY KEY, return_id TEXT NOT NULL, order_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL, reference TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX refunds_by_return ON refunds(return_id);
)sql";

}  // namespace crossdock::host::process::schema
