// What customers send back: authorised against what shipped, received unit by unit with a
// disposition each, refunded once. State and money are two axes.
//
//   requested -> declined | authorised -> in_transit -> received -> inspected -> closed;
//   cancelled before anything arrived
//   money: none -> due -> attempted -> refunded | denied | in_doubt (refunds.hpp)
//
// Of a line, no more is authorised in all than shipped, and no more is restocked. A return that
// arrives before its delivery was scanned is taken.
#pragma once

#include <string>
#include <vector>

#include "crossdock/canonical/aftersales.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Asked for by the buyer or the service desk. Authorised at once where the configuration says so
// and all of it can be; declined with the reason where a line asks for more than is left.
void return_requested(Context& context, const canonical::Return& request);
// One arrival at a warehouse. Returns the products of which more can be promised now. Throws
// Refused for a return that is not known or not authorised, and for more than was authorised.
std::vector<std::string> return_received(Context& context, const canonical::Return& receipt);
void return_change_requested(Context& context, const canonical::ReturnChange& change);

// How much of a line was authorised for return or came back already.
std::int64_t returning_of_line(journal::Database& db, std::string_view order_id,
                               std::string_view line_no);

}  // namespace crossdock::host::process
