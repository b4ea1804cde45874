#include "host/documents/ledger.hpp"

#include <chrono>

namespace crossdock::host::documents {
namespace {

// So long a partner has where the connector that issued the document does not say.
constexpr std::int64_t kAcknowledgeWithinNs =
    std::chrono::nanoseconds(std::chrono::hours(24)).count();

void alert(journal::Database& db, std::int64_t now_ns, const std::string& subject,
           const std::string& text) {
  db.prepare("INSERT INTO alerts(at, kind, subject, text) VALUES(?,?,?,?)")
      .bind(now_ns, "acknowledgement", subject, text)
      .run();
}

// The first things that the partner has to say, for people.
std::string said(const std::vector<canonical::Finding>& findings) {
  constexpr std::size_t kShown = 3;
  std::string out;
  for (std::size_t i = 0; i < findings.size() && i < kShown; ++i) {
    const auto& one = findings[i];
    out += (i == 0 ? ": " : "; ") + one.where + (one.where.empty() ? "" : ": ") + one.message +
           " (" + one.code + ")";
  }
  if (findings.size() > kShown) {
    out += "; and " + std::to_string(findings.size() - kShown) + " more";
  }
  return out;
}

// Of an interchange as a whole (TA1). Only a refusal settles what becomes of its documents: when it
// is accepted, their own acknowledgements are still to come.
void interchange_acknowledged(journal::Database& db, std::int64_t now_ns,
                              const canonical::DocumentAcknowledged& a) {
  auto sent = db.prepare("SELECT 1 FROM documents WHERE partner = ? AND interchange = ? LIMIT 1");
  sent.bind(a.partner, a.control.interchange);
  const bool known = sent.step();
  if (known && a.status == "R") {
    db.prepare("UPDATE documents SET acknowledged = ? WHERE partner = ? AND interchange = ?")
        .bind(a.status, a.partner, a.control.interchange)
        .run();
  }
  const char* problem = !known            ? "acknowledges an interchange that was never sent"
                        : a.status == "R" ? "refuses an interchange"
                        : a.status == "A" ? nullptr
                                          : "accepts an interchange with errors";
  if (problem != nullptr) {
    alert(db, now_ns, "interchange " + a.control.interchange,
          "partner " + a.partner + " " + problem + said(a.findings));
  }
}

}  // namespace

std::optional<Expected> document_issued(journal::Database& db, std::int64_t now_ns,
                                        const canonical::DocumentIssued& d) {
  const bool answer = d.kind == "997" || d.kind == "999" || d.kind == "TA1";
  const std::int64_t due = answer             ? 0
                           : d.acknowledge_by ? d.acknowledge_by->ns
                                              : now_ns + kAcknowledgeWithinNs;
  db.prepare(
        "INSERT INTO documents(kind, interchange, group_no, set_no, partner, file, refers_to, "
        "issued_at, due_at) VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING")
      .bind(d.kind, d.control.interchange, d.control.group, d.control.set, d.partner, d.file,
            d.refers_to, d.issued_at.known() ? d.issued_at.ns : now_ns, due)
      .run();
  if (due == 0 || db.changes() == 0) {
    return std::nullopt;
  }
  auto made = db.prepare("SELECT last_insert_rowid()");
  made.step();
  return Expected{std::to_string(made.integer(0)), due};
}

void acknowledgement_due(journal::Database& db, std::int64_t now_ns, const std::string& document) {
  auto row = db.prepare(
      "SELECT kind, interchange, group_no, set_no, partner, file FROM documents WHERE id = ? AND "
      "acknowledged = '' AND overdue = 0");
  const std::int64_t id = std::stoll(document);
  row.bind(id);
  if (!row.step()) {
    return;
  }
  alert(db, now_ns, row.text(0) + " " + row.text(1) + "/" + row.text(2) + "/" + row.text(3),
        "partner " + row.text(4) + " has not acknowledged " + row.text(5) +
            " in time; ask whether it arrived, and send it again if not");
  db.prepare("UPDATE documents SET overdue = 1 WHERE id = ?").bind(id).run();
}

void document_acknowledged(journal::Database& db, std::int64_t now_ns,
                           const canonical::DocumentAcknowledged& a) {
  if (a.kind == "interchange") {
    interchange_acknowledged(db, now_ns, a);
    return;
  }
  auto late = db.prepare(
      "SELECT 1 FROM documents WHERE partner = ?1 AND kind = ?2 AND group_no = ?3 AND (?4 = '' OR "
      "set_no = ?4) AND overdue = 1 AND acknowledged = '' LIMIT 1");
  late.bind(a.partner, a.kind, a.control.group, a.control.set);
  const bool was_overdue = late.step();
  db.prepare(
        "UPDATE documents SET acknowledged = ?1 WHERE partner = ?2 AND kind = ?3 AND group_no = ?4 "
        "AND (?5 = '' OR set_no = ?5)")
      .bind(a.status, a.partner, a.kind, a.control.group, a.control.set)
      .run();
  const std::string subject = a.kind + " " + a.control.group + "/" + a.control.set;
  const char* problem = db.changes() == 0 ? "acknowledges a document that was never sent"
                        : a.status == "A" && was_overdue ? "has acknowledged after all"
                        : a.status == "A"                ? nullptr
                        : a.status == "E"                ? "accepts a document with errors"
                        : a.status == "P"                ? "accepts a group in part"
                                                         : "refuses a document";
  if (problem != nullptr) {
    alert(db, now_ns, subject, "partner " + a.partner + " " + problem + said(a.findings));
  }
}

void document_repeated(journal::Database& db, std::int64_t now_ns,
                       const canonical::RepeatedDocument& d) {
  db.prepare("INSERT INTO duplicates(kind, key, partner, file, at) VALUES(?,?,?,?,?)")
      .bind(d.kind, d.key, d.partner, d.file, now_ns)
      .run();
}

}  // namespace crossdock::host::documents
