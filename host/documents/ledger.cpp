#include "host/documents/ledger.hpp"

namespace crossdock::host::documents {
namespace {

// A partner has so long to acknowledge a document before somebody should ask.
constexpr std::int64_t kAcknowledgeWithinNs = 24LL * 3600 * 1'000'000'000;

}  // namespace

void document_issued(journal::Database& db, std::int64_t now_ns,
                     const canonical::DocumentIssued& d) {
  const bool answered = d.kind != "997" && d.kind != "999" && d.kind != "TA1";
  db.prepare(
        "INSERT INTO documents(kind, interchange, group_no, set_no, partner, file, refers_to, "
        "issued_at, due_at) VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING")
      .bind(d.kind, d.control.interchange, d.control.group, d.control.set, d.partner, d.file,
            d.refers_to, d.issued_at.known() ? d.issued_at.ns : now_ns,
            answered ? now_ns + kAcknowledgeWithinNs : 0)
      .run();
}

void document_acknowledged(journal::Database& db, std::int64_t now_ns,
                           const canonical::DocumentAcknowledged& a) {
  db.prepare(
        "UPDATE documents SET acknowledged = ?1 WHERE partner = ?2 AND kind = ?3 AND group_no = ?4 "
        "AND (?5 = '' OR set_no = ?5)")
      .bind(a.status, a.partner, a.kind, a.control.group, a.control.set)
      .run();
  const char* problem = db.changes() == 0 ? "acknowledges a document that was never sent"
                        : a.status == "R" ? "refuses a document"
                        : a.status == "A" ? nullptr
                                          : "accepts a document with errors";
  if (problem != nullptr) {
    db.prepare("INSERT INTO alerts(at, kind, subject, text) VALUES(?,?,?,?)")
        .bind(now_ns, "acknowledgement", a.kind + " " + a.control.group + "/" + a.control.set,
              "partner " + a.partner + " " + problem)
        .run();
  }
}

void document_repeated(journal::Database& db, std::int64_t now_ns,
                       const canonical::RepeatedDocument& d) {
  db.prepare("INSERT INTO duplicates(kind, key, partner, file, at) VALUES(?,?,?,?,?)")
      .bind(d.kind, d.key, d.partner, d.file, now_ns)
      .run();
}

}  // namespace crossdock::host::documents
