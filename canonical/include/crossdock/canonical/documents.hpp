// Documents exchanged with partners and what became of them: issued, acknowledged, refused,
// repeated.
#pragma once

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/party.hpp"

namespace crossdock::canonical {

// X12's three levels: ISA13, GS06, ST02.
struct ControlNumbers {
  std::string interchange;
  std::string group;
  std::string set;
  Unknown unknown;
};

struct Finding {
  std::string code;
  std::string severity;  // error, warning, notice
  std::string message;
  std::int64_t offset = 0;  // bytes from the start of the file
  std::string where;        // segment, element, line in words
  Unknown unknown;
};

struct DocumentIssued {
  std::string kind;  // 855, 856, 810, 997, TA1
  ControlNumbers control;
  std::string partner;
  std::string file;
  std::string refers_to;  // order, shipment or invoice id; for a 997 the interchange it answers
  Instant issued_at;
  std::optional<Instant> acknowledge_by;  // the partner is overdue then; none: he need not answer
  Unknown unknown;
};

struct DocumentAcknowledged {
  std::string kind;  // of the document that was acknowledged; interchange: its envelope (TA1)
  ControlNumbers control;
  std::string partner;
  std::string status;  // A, E, P or R as in AK5
  std::vector<Finding> findings;
  Unknown unknown;
};

// An inbound document that could not become canonical. The host keeps it as a dead letter.
struct RejectedDocument {
  std::string kind;
  std::string reason;
  std::string where;
  std::vector<Finding> findings;
  ControlNumbers control;
  std::string partner;
  std::string file;
  Unknown unknown;
};

struct RepeatedDocument {
  std::string kind;
  std::string key;
  ControlNumbers control;
  std::string partner;
  std::string file;
  Unknown unknown;
};

}  // namespace crossdock::canonical
