// One message applied to the store: time moves on to the instant of its storage (timers that are
// due run first), then its handler runs. This is the whole of what changes the store; the engine, a
// rebuild from the journal, scenarios and tests all go through it.
//
// The same messages in the same order, stored at the same instants, under the same settings lead to
// the same bytes: ids follow from the message, and time is never asked of a clock.
#pragma once

#include <stdexcept>
#include <string>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// How what a message did is taken back when it cannot be handled: alone, by a savepoint (SQLite
// then keeps a copy of each page that a message changes), or with the caller's whole transaction,
// which is cheaper for groups in which hardly any message fails.
enum class Undo : std::uint8_t { alone, with_transaction };

// Under Undo::with_transaction: roll back, and run the transaction again under Undo::alone.
struct RunAgain : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Inside the caller's transaction. Returns why the message can never be handled (then only time has
// moved on), or nothing. Throws journal::StoreError where the machine is at fault, RunAgain.
std::string apply_message(journal::Database& db, const Settings& settings,
                          std::int64_t recorded_at_ns, const canonical::MessageView& message,
                          Undo undo = Undo::alone);

// Ids for what one message or timer makes; the same again for the same name and instant.
canonical::IdSource ids_of(std::string_view name, std::int64_t at_ns);

// The latest instant the store has heard of.
std::int64_t store_clock(journal::Database& db);

}  // namespace crossdock::host::process
