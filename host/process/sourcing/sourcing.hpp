// Routes demand to warehouses: asks the question of the moment, decides by the rules that hold, and
// keeps both with the decision.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "crossdock/canonical/order.hpp"
#include "host/process/context.hpp"
#include "host/process/sourcing/decide.hpp"

namespace crossdock::host::process {

struct Wanted {
  std::string channel;
  canonical::Address ship_to;
  std::string service;
  std::int64_t value_minor = 0;
  std::vector<Demand> demands;
  std::set<std::string> excluded;  // warehouses that refused this order, or that it is taken from
  std::map<std::string, std::int64_t> held;  // by product: what it holds without a warehouse
};

// A plan with the question it answers.
struct Routed : Routing {
  Question question;
};

// Reads stock, statuses, calendars and capacities; changes nothing.
Question ask(const Context& context, const Wanted& wanted);
Routed route(const Context& context, const Wanted& wanted);

// Keeps a decision and its question.
void record_decision(Context& context, std::string_view order_id, const Routed& routing);

// Puts the configuration's rules, where they are others than it had last, into the outbox as a
// message to the processes themselves.
void announce_rules(Context& context);

// From now on these rules hold, under the next version number. Throws Refused where the text is not
// rules. The same rules again change nothing.
void activate_rules(Context& context, const std::string& name, const std::string& rules,
                    const std::string& actor);

}  // namespace crossdock::host::process
