// Where two systems say different things about the same fact: found once, kept until somebody
// explains, mends or accepts it. What mends it is a document (a count, an invoice, a credit note, a
// movement), never an edit of what was recorded.
#pragma once

#include <string>

#include "crossdock/canonical/aftersales.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

struct Side {
  std::string system;
  std::string ref;
  std::string value;
};

struct Difference {
  std::string kind;
  std::string key;  // with the kind: which fact
  Side left;
  Side right;
  std::string severity = "warning";  // info, warning, error
  std::string cause;
  std::string proposed_fix;
  std::string run;
};

// Keeps a difference; found again it is brought up to date, and opened again where it had been
// fixed.
void raise_discrepancy(Context& context, const Difference& difference);
// It is not there any more.
void clear_discrepancy(Context& context, std::string_view kind, std::string_view key);
// Everything of a kind that the run did not find again is fixed. Returns how many were.
std::int64_t clear_not_found(Context& context, std::string_view kind, std::string_view key_prefix,
                             std::string_view run);
void discrepancy_change_requested(Context& context, const canonical::DiscrepancyChange& change);

}  // namespace crossdock::host::process
