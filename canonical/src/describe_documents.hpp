// The description of each struct of documents.hpp: required members, then all members in the order
// in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_party.hpp"
#include "crossdock/canonical/documents.hpp"

namespace crossdock::canonical {

CROSSDOCK_DESCRIBE(ControlNumbers, (interchange), (interchange, group, set))
CROSSDOCK_DESCRIBE(Finding, (code, message), (code, severity, message, offset, where))
CROSSDOCK_DESCRIBE(DocumentIssued, (kind, control, partner, refers_to),
                   (kind, control, partner, file, refers_to, issued_at, acknowledge_by))
CROSSDOCK_DESCRIBE(DocumentAcknowledged, (kind, control, partner, status),
                   (kind, control, partner, status, findings))
CROSSDOCK_DESCRIBE(RejectedDocument, (kind, reason),
                   (kind, reason, where, findings, control, partner, file))
CROSSDOCK_DESCRIBE(RepeatedDocument, (kind, key), (kind, key, control, partner, file))

}  // namespace crossdock::canonical
