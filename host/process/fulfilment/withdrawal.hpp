// Work that shall not be done after all, as far as it can still be stopped: what no warehouse has
// heard of is withdrawn at once, what one works on is asked for back, and what becomes of it when
// it is given back depends on why it was asked for.
#pragma once

#include <set>
#include <string>

#include "crossdock/canonical/decisions.hpp"
#include "host/process/context.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {

// No warehouse has heard of it.
bool is_only_planned(const Planned& planned);
// A warehouse has it: submitted, accepted or picked.
bool is_at_work(const Planned& planned);

// How much of an order's line warehouses work on; of one warehouse, where it is named.
std::int64_t in_hand(journal::Database& db, std::string_view order_id, std::string_view line_no,
                     std::string_view warehouse = {});

// Takes a plan back; its label is voided, its stock stays held.
void withdraw_plan(Context& context, const Planned& planned);
// Asks a warehouse to give work back. Purpose: cancel (the order's lines are cancelled), line (a
// part of them), hold (they wait), reroute (they ship from elsewhere). Asked once; a cancellation
// takes the place of any other purpose.
void ask_back(Context& context, const Planned& planned, const KnownOrder& order,
              const std::string& reason, const std::string& purpose);
// Ships from elsewhere at once: withdrawn here (a warehouse that heard of it is told), let go, and
// routed anew without these warehouses.
void take_away(Context& context, const Planned& planned, const KnownOrder& order,
               const std::set<std::string>& without, const std::string& reason);
// The order shall wait: what is planned is withdrawn, what is at work is asked for back.
void recall(Context& context, const std::string& order_id, const std::string& reason);

void fulfillment_cancelled(Context& context, const canonical::FulfillmentCancellation& answer);

// Lets go of what a plan holds and routes it anew.
void route_again(Context& context, const Planned& planned, const KnownOrder& order,
                 const std::vector<PlannedLine>& lines, const std::set<std::string>& without);

}  // namespace crossdock::host::process
