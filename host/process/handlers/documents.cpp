// Which messages concern documents and their acknowledgements, and what happens when one does not
// come.
#include "crossdock/canonical/documents.hpp"

#include "crossdock/canonical/message_types.hpp"
#include "host/documents/ledger.hpp"
#include "host/process/handlers/tables.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {

HandlerTable document_handlers() {
  return {
      {canonical::kDocumentIssued, on(+[](Context& c, const canonical::DocumentIssued& issued) {
         const auto expected = documents::document_issued(c.db, c.now_ns, issued);
         if (expected) {
           set_timer(c, "acknowledgement_due", expected->document, expected->due_ns);
         }
       })},
      {canonical::kDocumentAcknowledged,
       on(+[](Context& c, const canonical::DocumentAcknowledged& acknowledged) {
         documents::document_acknowledged(c.db, c.now_ns, acknowledged);
       })},
      {canonical::kDocumentRepeated, on(+[](Context& c, const canonical::RepeatedDocument& again) {
         documents::document_repeated(c.db, c.now_ns, again);
       })},
  };
}

TimerTable document_timers() {
  return {{"acknowledgement_due", [](Context& c, const std::string& document) {
             documents::acknowledgement_due(c.db, c.now_ns, document);
           }}};
}

}  // namespace crossdock::host::process
