// What is charged: one invoice per actual shipment, at the order's own prices, posted by the ERP
// and then issued to the buyer.
#pragma once

#include <map>
#include <string>

#include "crossdock/canonical/invoice.hpp"
#include "host/process/context.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {

// Drafts the invoice of a shipment and asks the ERP to post it. `shipped`: per line, in
// ten-thousandths.
void request_invoice(Context& context, const Planned& planned, const KnownOrder& order,
                     const std::map<std::string, std::int64_t>& shipped,
                     std::int64_t shipped_at_ns);

// Its shipment was void: the invoice counts no more, and a credit note is proposed.
void void_invoice(Context& context, const Planned& planned);

void invoice_posted(Context& context, const canonical::Invoice& invoice);

}  // namespace crossdock::host::process
