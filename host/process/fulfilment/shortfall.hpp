// Fewer are at a warehouse than orders were promised there (a count, a write-off, a recall): the
// orders that come last give up what no warehouse works on yet. They ship from elsewhere, or wait.
#pragma once

#include <string>
#include <string_view>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// What is promised to orders at a position beyond what is there, work that the warehouse has in
// hand left aside: it may have left its shelves already, and the warehouse will say what it lacks.
std::int64_t shortfall(journal::Database& db, std::string_view sku, std::string_view warehouse);

// Has it made up for before the next message is handled, when all of this one is known.
void note_shortfall(Context& context, std::string_view sku, std::string_view warehouse);

// Timer. By the orders' priority, lowest first, then the youngest; an order that must ship complete
// gives up all that it holds.
void shortfall_noted(Context& context, const std::string& key);

}  // namespace crossdock::host::process
