// Which documents went to partners, under which control numbers, and what the partners said of
// them.
#pragma once

#include "crossdock/canonical/documents.hpp"
#include "host/journal/store.hpp"

namespace crossdock::host::documents {

void document_issued(journal::Database& db, std::int64_t now_ns,
                     const canonical::DocumentIssued& document);
void document_acknowledged(journal::Database& db, std::int64_t now_ns,
                           const canonical::DocumentAcknowledged& answer);
void document_repeated(journal::Database& db, std::int64_t now_ns,
                       const canonical::RepeatedDocument& document);

}  // namespace crossdock::host::documents
