// Which documents went to partners, under which control numbers, and what the partners said of
// them.
#pragma once

#include <optional>
#include <string>

#include "crossdock/canonical/documents.hpp"
#include "host/journal/store.hpp"

namespace crossdock::host::documents {

// When the document's acknowledgement is overdue, and the name to ask for it by then; none where
// none is expected, or where it is known already.
struct Expected {
  std::string document;
  std::int64_t due_ns = 0;
};
std::optional<Expected> document_issued(journal::Database& db, std::int64_t now_ns,
                                        const canonical::DocumentIssued& document);
// The time is over: raises an alert, unless the partner has answered.
void acknowledgement_due(journal::Database& db, std::int64_t now_ns, const std::string& document);
void document_acknowledged(journal::Database& db, std::int64_t now_ns,
                           const canonical::DocumentAcknowledged& answer);
void document_repeated(journal::Database& db, std::int64_t now_ns,
                       const canonical::RepeatedDocument& document);

}  // namespace crossdock::host::documents
