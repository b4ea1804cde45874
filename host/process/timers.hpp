// What happens because time passed: a hold that lapses, a feed that falls silent. A timer is a row
// of the store. It runs before the first message that was stored at or after its instant, with that
// instant as the time, so the same messages lead to the same state however fast they are handled.
// Where no message comes, the engine puts a tick into the journal.
//
// Process thread.
#pragma once

#include <optional>
#include <string_view>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// A kind and key have one timer; setting it again moves it.
void set_timer(Context& context, std::string_view kind, std::string_view key, std::int64_t due_ns);
void clear_timer(Context& context, std::string_view kind, std::string_view key);
// When the next timer is due, if any.
std::optional<std::int64_t> next_due(journal::Database& db);

// Runs what is due until `now_ns`, in order of time, kind and key. Inside the caller's transaction.
void run_timers(journal::Database& db, const Settings& settings, std::int64_t now_ns);

}  // namespace crossdock::host::process
