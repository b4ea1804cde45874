// The daily tie-out: what shipped by our ledger against what the ERP invoiced, the warehouse
// confirmed, the carrier billed and the channels show. Each difference is one discrepancy with its
// cause and the document that would mend it; the same run on mended statements finds nothing.
#pragma once

#include "crossdock/canonical/aftersales.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Keeps what a system says of a day (a later statement of the same day replaces it) and ties out.
// Kinds: invoices and credits (ERP; a credit's ref is the invoice it credits), labels (carrier),
// shipments (warehouse), availability (channel; ref is the product).
void statement_received(Context& context, const canonical::Statement& statement);

// Compares a day again. Days are the warehouses' own.
void tie_out(Context& context, canonical::LocalDate day);

}  // namespace crossdock::host::process
