// Numbers by name that never go back: the store's clock, serial numbers, how often something
// changed. Asked for with every message, so what they stand at is remembered.
//
// Threads: as the Database.
#pragma once

#include <cstdint>
#include <string_view>

#include "host/journal/store.hpp"

namespace crossdock::host::process {

// 0 where it was never counted.
std::int64_t counter_of(journal::Database& db, std::string_view name);
// One more; returns what it is then.
std::int64_t count_up(journal::Database& db, std::string_view name);
void set_counter(journal::Database& db, std::string_view name, std::int64_t value);

}  // namespace crossdock::host::process
