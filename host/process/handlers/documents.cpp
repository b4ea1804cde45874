// Which messages concern documents and their acknowledgements, and what happens when one does not
// come.
#include "crossdock/canonical/documents.hpp"

#include "crossdock/canonical/message_types.hpp"
#include "host/documents/ledger.hpp"
#include "host/process/handlers/tables.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {

HandlerTable document_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kDocumentIssued,
       [](Context& c, M m) {
         const auto expected =
             documents::document_issued(c.db, c.now_ns, read<canonical::DocumentIssued>(m));
         if (expected) {
           set_timer(c, "acknowledgement_due", expected->document, expected->due_ns);
         }
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

TimerTable document_timers() {
  return {{"acknowledgement_due", [](Context& c, const std::string& document) {
             documents::acknowledgement_due(c.db, c.now_ns, document);
           }}};
}

}  // namespace crossdock::host::process
