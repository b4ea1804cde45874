// Which messages concern documents and their acknowledgements.
#include "crossdock/canonical/documents.hpp"

#include "crossdock/canonical/message_types.hpp"
#include "host/documents/ledger.hpp"
#include "host/process/handlers/tables.hpp"

namespace crossdock::host::process {

HandlerTable document_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kDocumentIssued,
       [](Context& c, M m) {
         documents::document_issued(c.db, c.now_ns, read<canonical::DocumentIssued>(m));
       }},
      {canonical::kDocumentAcknowledged,
       [](Context& c, M m) {
         documents::document_acknowledged(c.db, c.now_ns, read<canonical::DocumentAcknowledged>(m));
       }},
      {canonical::kDocumentRepeated,
       [](Context& c, M m) {
         documents::document_repeated(c.db, c.now_ns, read<canonical::RepeatedDocument>(m));
       }},
  };
}

}  // namespace crossdock::host::process
